import { LABEL } from '../../api/keys.ts';
import { isObject } from '../../api/path.ts';

/**
 * What a controller put into the pod template of a ReplicaSet besides the user's template and the hash label.
 */
export interface Injected {
  /** Keys of ephemeral metadata, as remembered in the annotation of the ReplicaSet. */
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
  /** Whether to take out anti-affinity against another revision: terms that select by the hash label. */
  readonly antiAffinity: boolean;
}

/**
 * A pod template (raw JSON) of a ReplicaSet without what was injected. Objects that get empty by that are
 * dropped; those that were empty before stay. The template given is not changed.
 */
export function withoutInjected(template: unknown, injected: Injected): unknown {
  const bare = changed(template, 'metadata', (metadata) => {
    const labelled = changed(metadata, 'labels', (labels) => withoutKeys(labels, injected.labels));
    return changed(labelled, 'annotations', (notes) => withoutKeys(notes, injected.annotations));
  });
  if (!injected.antiAffinity) return bare;
  return changed(bare, 'spec', (spec) =>
    changed(spec, 'affinity', (affinity) => changed(affinity, 'podAntiAffinity', withoutInjectedTerms)),
  );
}

function withoutInjectedTerms(rules: Json): unknown {
  const hard = filtered(
    rules,
    'requiredDuringSchedulingIgnoredDuringExecution',
    (term) => !selectsByHash(term),
  );
  return filtered(hard, 'preferredDuringSchedulingIgnoredDuringExecution', (soft) => {
    return !isObject(soft) || !selectsByHash(soft['podAffinityTerm']);
  });
}

function selectsByHash(term: unknown): boolean {
  const selector = isObject(term) ? term['labelSelector'] : undefined;
  const expressions = isObject(selector) ? selector['matchExpressions'] : undefined;
  if (!Array.isArray(expressions)) return false;
  return expressions.some((one: unknown) => isObject(one) && one['key'] === LABEL.podTemplateHash);
}

type Json = Readonly<Record<string, unknown>>;

function withoutKeys(entries: Json, keys: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !keys.includes(key)));
}

function filtered(parent: Json, key: string, keep: (item: unknown) => boolean): Json {
  const list = parent[key];
  if (!Array.isArray(list)) return parent;
  const kept = list.filter(keep);
  return kept.length === list.length ? parent : replaced(parent, key, kept);
}

function changed<Parent>(parent: Parent, key: string, change: (child: Json) => unknown): Parent | Json {
  const child = isObject(parent) ? parent[key] : undefined;
  if (!isObject(parent) || !isObject(child) || Object.keys(child).length === 0) return parent;
  return replaced(parent, key, change(child));
}

/** The object with another member, or without it if that is empty. */
function replaced(parent: Json, key: string, member: unknown): Json {
  const { [key]: _before, ...rest } = parent;
  const isEmpty = typeof member === 'object' && member !== null && Object.keys(member).length === 0;
  return isEmpty ? rest : { ...parent, [key]: member };
}
