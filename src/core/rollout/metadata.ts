import { ANNOTATION, LABEL } from '../../api/keys.ts';
import type { ExtraMetadata, JsonObject, PodTemplate, StringMap } from '../../api/meta.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { isSameJson, mergePatch } from '../merge-patch.ts';
import type { Injection } from '../plan.ts';
import { type Repulsion, repulsion, withRepulsion } from './anti-affinity.ts';
import { isComplete } from './goals.ts';
import type { Life } from './life.ts';
import {
  asText,
  bareTemplate,
  coveredBy,
  keysOf,
  type Memory,
  type Metadata,
  memoryOf,
  withMetadata,
} from './metadata-memory.ts';
import type { Release, Revision } from './release.ts';

/**
 * The part that a version plays for its pods' metadata: the verified one, the one on its way, or neither. The
 * very first version is stable from its start.
 */
export type Part = 'stable' | 'canary' | 'older';

/** The part of a revision; null stands for the one that is still to be made. */
export function partOf(release: Release, life: Life, revision: Revision | null): Part {
  const complete = isComplete(release, life);
  if (revision === release.current) return complete || release.stable === null ? 'stable' : 'canary';
  return revision === release.stable && !complete ? 'stable' : 'older';
}

/**
 * Labels and annotations that pods should carry while their version plays this part. Those by which the pods
 * are selected are left out: what they say is not ours to change.
 */
export function wantedMetadata(release: Release, part: Part): Metadata {
  const extra = extraOf(release, part);
  const kept = keysOf(release.rollout.spec.selector ?? {});
  const isFree = (key: string) => key !== LABEL.podTemplateHash && !kept.has(key);
  const labels = Object.entries(extra.labels ?? {}).filter(([key]) => isFree(key));
  return { labels: Object.fromEntries(labels), annotations: extra.annotations ?? {} };
}

function extraOf({ canarySpec, blueGreenSpec }: Release, part: Part): ExtraMetadata {
  if (part === 'older') return {};
  const stable = blueGreenSpec === null ? canarySpec.stableMetadata : blueGreenSpec.activeMetadata;
  const canary = blueGreenSpec === null ? canarySpec.canaryMetadata : blueGreenSpec.previewMetadata;
  return (part === 'stable' ? stable : canary) ?? {};
}

/** A ReplicaSet that is to be made, with what its pods carry besides the user's template. */
export function withInjected(made: ReplicaSet, release: Release, life: Life): ReplicaSet {
  const wanted = wantedMetadata(release, partOf(release, life, null));
  const template = injected(made.spec.template ?? {}, wanted, repulsion(release));
  const annotations = memory(wanted, coveredBy(wanted, made.spec.template?.metadata));
  return {
    ...made,
    metadata: { ...made.metadata, annotations: { ...made.metadata.annotations, ...given(annotations) } },
    spec: { ...made.spec, template },
  };
}

/**
 * How the template of an existing ReplicaSet must change; null where it need not. `replicas` is its size
 * after this pass. What its pods may then still carry is remembered in the same write.
 */
export function injection(
  release: Release,
  life: Life,
  revision: Revision,
  replicas: number,
): Injection | null {
  const { replicaSet } = revision;
  const part = partOf(release, life, revision);
  const wanted = wantedMetadata(release, part);
  const before = memoryOf(replicaSet);
  const isNew = !isSameJson(before.injected, wanted);
  const own = isNew ? bareTemplate(replicaSet).metadata : undefined;
  const stored = replicaSet.metadata.annotations ?? {};
  const annotations = Object.entries({
    ...(isNew ? memory(wanted, coveredBy(wanted, own)) : {}),
    ...formerOf(replicaSet, before, { isNew, replicas }),
  }).filter(([key, value]) => (stored[key] ?? null) !== value);
  const template = templatePatch(release, replicaSet, { part, wanted: isNew ? wanted : null });
  if (template === null && annotations.length === 0) return null;
  return { template, annotations: Object.fromEntries(annotations) };
}

/** True where all that a ReplicaSet's status says is about its present spec. */
export function isObserved({ metadata, status }: ReplicaSet): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

/**
 * What pods may still carry after this pass; null: nothing else than what the template says. Without pods it
 * is forgotten, together with whatever else is written then. With the generation that it follows, no two such
 * texts are the same.
 */
function formerOf(
  replicaSet: ReplicaSet,
  { former, injected }: Memory,
  { isNew, replicas }: { readonly isNew: boolean; readonly replicas: number },
): Readonly<Record<string, string | null>> {
  const { metadata, spec, status } = replicaSet;
  const hasNoPods = spec.replicas === 0 && (status?.replicas ?? 0) === 0 && isObserved(replicaSet);
  if (hasNoPods && (isNew || replicas > 0)) return { [ANNOTATION.formerMetadata]: null };
  if (!isNew) return {};
  const text = { ...over(former, injected), generation: metadata.generation ?? 0 };
  return { [ANNOTATION.formerMetadata]: JSON.stringify(text) };
}

function over(below: Metadata | null, { labels, annotations }: Metadata): Metadata {
  return {
    labels: { ...below?.labels, ...labels },
    annotations: { ...below?.annotations, ...annotations },
  };
}

/**
 * The merge patch of a template; null where it is as it should be. The term against another version is
 * changed only on the wanted version's way: what a stable one was made with stays.
 */
function templatePatch(
  release: Release,
  replicaSet: ReplicaSet,
  { part, wanted }: { readonly part: Part; readonly wanted: Metadata | null },
): JsonObject | null {
  if (wanted === null && part !== 'canary') return null;
  const stored = replicaSet.spec.template ?? {};
  const against = part === 'canary' ? repulsion(release) : null;
  const bare = bareTemplate(replicaSet, { antiAffinity: part === 'canary' });
  const metadata = wanted ?? memoryOf(replicaSet).injected;
  return mergePatch(asJson(stored), asJson(injected(bare, metadata, against)));
}

function injected(template: PodTemplate, metadata: Metadata, against: Repulsion | null): PodTemplate {
  const labelled = withMetadata(template, metadata);
  return against === null ? labelled : withRepulsion(labelled, against);
}

/** What a ReplicaSet is to remember of its template; null where there is nothing. */
function memory(wanted: Metadata, covered: Metadata): Readonly<Record<string, string | null>> {
  return {
    [ANNOTATION.ephemeralMetadata]: asText(wanted),
    [ANNOTATION.coveredMetadata]: asText(covered),
  };
}

function given(annotations: Readonly<Record<string, string | null>>): StringMap {
  return Object.fromEntries(Object.entries(annotations).flatMap(([k, v]) => (v === null ? [] : [[k, v]])));
}

/** Templates are JSON as it came from the API server. */
function asJson(template: PodTemplate): JsonObject {
  return template as unknown as JsonObject;
}
