import type { AnalysisTemplateRef, AnalysisTemplateSpec } from '../../api/analysis.ts';
import { templateKey } from '../world.ts';

/** A template that takes part in a run. */
export interface NamedTemplate {
  /** As of `templateKey`. */
  readonly key: string;
  readonly name: string;
  readonly spec: AnalysisTemplateSpec;
}

/** A template that is named and does not exist. */
export interface MissingTemplate {
  readonly kind: 'AnalysisTemplate' | 'ClusterAnalysisTemplate';
  readonly name: string;
}

/** What names of templates lead to. */
export interface Flattened {
  readonly templates: readonly NamedTemplate[];
  readonly missing: readonly MissingTemplate[];
  /** Names of templates that name each other, each circle once, its first name repeated at its end. */
  readonly circles: readonly (readonly string[])[];
}

/**
 * The templates that `refs` lead to, directly or through other templates, each once. Namespaced ones come
 * first, as in the original; within a scope the order is that of reading, each template before those that it
 * names.
 */
export function flatten(
  refs: readonly AnalysisTemplateRef[],
  templates: Readonly<Record<string, AnalysisTemplateSpec | null>>,
): Flattened {
  const seen = new Set<string>();
  const namespaced: NamedTemplate[] = [];
  const ofCluster: NamedTemplate[] = [];
  const missing: MissingTemplate[] = [];
  const circles: string[][] = [];
  const visit = (ref: AnalysisTemplateRef, above: readonly AnalysisTemplateRef[]): void => {
    const key = templateKey(ref);
    const start = above.findIndex((other) => templateKey(other) === key);
    if (start !== -1) circles.push([...above.slice(start), ref].map(({ templateName = '' }) => templateName));
    if (seen.has(key)) return;
    seen.add(key);
    const isOfCluster = ref.clusterScope === true;
    const name = ref.templateName ?? '';
    const spec = templates[key] ?? null;
    if (spec === null) {
      missing.push({ kind: isOfCluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate', name });
      return;
    }
    (isOfCluster ? ofCluster : namespaced).push({ key, name, spec });
    for (const inner of spec.templates ?? []) visit(inner, [...above, ref]);
  };
  for (const ref of refs) visit(ref, []);
  return { templates: [...namespaced, ...ofCluster], missing, circles };
}
