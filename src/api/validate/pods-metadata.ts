import { LABEL } from '../keys.ts';
import type { ExtraMetadata, Issue, LabelSelector, StringMap } from '../meta.ts';
import { at } from '../path.ts';
import type { RolloutSpec } from '../rollout.ts';
import { invalid } from './issue.ts';
import { annotationsIssues, labelsIssues } from './names.ts';

/**
 * The issues of the metadata that pods carry while their version plays a part: keys and values that no pod
 * can have, and labels by which the pods are selected. Such a label may be there if it says what the template
 * says.
 */
export function podsMetadataIssues({ strategy, selector, template }: RolloutSpec): readonly Issue[] {
  const { canary, blueGreen } = strategy ?? {};
  const own: StringMap = { ...selector?.matchLabels, ...template?.metadata?.labels };
  const all: readonly (readonly [string, ExtraMetadata | undefined])[] = [
    ['spec.strategy.canary.canaryMetadata', canary?.canaryMetadata],
    ['spec.strategy.canary.stableMetadata', canary?.stableMetadata],
    ['spec.strategy.blueGreen.previewMetadata', blueGreen?.previewMetadata],
    ['spec.strategy.blueGreen.activeMetadata', blueGreen?.activeMetadata],
  ];
  return all.flatMap(([path, metadata]) => {
    if (metadata === undefined) return [];
    const labels = at(path, 'labels');
    return [
      ...labelsIssues(labels, metadata.labels),
      ...annotationsIssues(at(path, 'annotations'), metadata.annotations),
      ...selectedIssues(labels, metadata.labels ?? {}, { own, selector: selector ?? {} }),
    ];
  });
}

function selectedIssues(
  path: string,
  labels: StringMap,
  { own, selector }: { readonly own: StringMap; readonly selector: LabelSelector },
): readonly Issue[] {
  const keys = new Set([
    LABEL.podTemplateHash,
    ...Object.keys(selector.matchLabels ?? {}),
    ...(selector.matchExpressions ?? []).map(({ key }) => key),
  ]);
  const wrong = Object.entries(labels).filter(([key, value]) => keys.has(key) && own[key] !== value);
  return wrong.map(([key, value]) => invalid(at(path, key), value, 'pods are selected by this label'));
}
