import { ANNOTATION } from '../../api/keys.ts';
import type { ExtraMetadata, LabelSelector, PodTemplate, StringMap } from '../../api/meta.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { withoutInjected } from '../hash/injected.ts';

/** Labels and annotations, either of which may be empty. */
export interface Metadata {
  readonly labels: StringMap;
  readonly annotations: StringMap;
}

/** What a ReplicaSet remembers of ephemeral metadata. Text that is no such JSON says nothing. */
export interface Memory {
  /** What was put into the pod template. */
  readonly injected: Metadata;
  /** What the template of the user says under the same keys. */
  readonly covered: Metadata;
  /** What pods may still carry from before; null where all pods were made from the template as it is. */
  readonly former: Metadata | null;
}

/** What a ReplicaSet remembers. */
export function memoryOf({ metadata: { annotations = {} } }: ReplicaSet): Memory {
  const former = annotations[ANNOTATION.formerMetadata];
  return {
    injected: parsed(annotations[ANNOTATION.ephemeralMetadata]),
    covered: parsed(annotations[ANNOTATION.coveredMetadata]),
    former: former === undefined ? null : parsed(former),
  };
}

/**
 * The pod template of a ReplicaSet as its user wrote it, but for the hash label and what the API server fills
 * in. `antiAffinity` false leaves the anti-affinity against another version in it.
 */
export function bareTemplate(replicaSet: ReplicaSet, { antiAffinity } = { antiAffinity: true }): PodTemplate {
  const { injected, covered } = memoryOf(replicaSet);
  const selects = keysOf(replicaSet.spec.selector);
  const bare = withoutInjected(replicaSet.spec.template ?? {}, {
    labels: Object.keys(injected.labels).filter((key) => !selects.has(key)),
    annotations: Object.keys(injected.annotations),
    antiAffinity,
  }) as PodTemplate;
  return withMetadata(bare, covered);
}

/** The labels that a selector looks at. */
export function keysOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): ReadonlySet<string> {
  return new Set([...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)]);
}

/** The template with these labels and annotations over its own. The template given is not changed. */
export function withMetadata(template: PodTemplate, { labels, annotations }: Metadata): PodTemplate {
  const before = template.metadata;
  const more = {
    ...(isEmpty(labels) ? {} : { labels: { ...before?.labels, ...labels } }),
    ...(isEmpty(annotations) ? {} : { annotations: { ...before?.annotations, ...annotations } }),
  };
  return isEmpty(more) ? template : { ...template, metadata: { ...before, ...more } };
}

/** What a template says itself under the keys of some metadata. */
export function coveredBy(wanted: Metadata, own: ExtraMetadata | undefined): Metadata {
  const under = (keys: StringMap, entries: StringMap = {}) =>
    Object.fromEntries(Object.entries(entries).filter(([key]) => Object.hasOwn(keys, key)));
  return {
    labels: under(wanted.labels, own?.labels),
    annotations: under(wanted.annotations, own?.annotations),
  };
}

/** Metadata as an annotation, in the order in which the original writes it; null where it is empty. */
export function asText({ labels, annotations }: Metadata): string | null {
  if (isEmpty(labels) && isEmpty(annotations)) return null;
  return JSON.stringify({
    ...(isEmpty(labels) ? {} : { labels: sorted(labels) }),
    ...(isEmpty(annotations) ? {} : { annotations: sorted(annotations) }),
  });
}

function sorted(entries: StringMap): StringMap {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEmpty(fields: object): boolean {
  return Object.keys(fields).length === 0;
}

function parsed(text: string | undefined): Metadata {
  const fields = json(text) as { readonly labels?: unknown; readonly annotations?: unknown } | null;
  return { labels: strings(fields?.labels), annotations: strings(fields?.annotations) };
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

function strings(value: unknown): StringMap {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one === 'string'));
}
