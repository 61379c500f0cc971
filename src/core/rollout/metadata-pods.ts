import { LABEL } from '../../api/keys.ts';
import type { JsonObject, StringMap } from '../../api/meta.ts';
import type { Pod, ReplicaSet } from '../../api/workload.ts';
import { isSameJson } from '../merge-patch.ts';
import type { Relabelling } from '../plan.ts';
import type { Instant } from '../time.ts';
import type { World } from '../world.ts';
import type { Life } from './life.ts';
import { isObserved, partOf, wantedMetadata } from './metadata.ts';
import { memoryOf } from './metadata-memory.ts';
import type { Release } from './release.ts';

/**
 * Pods that are patched in one pass. What is left waits for the next pass, so that an abort never waits for
 * hundreds of pods.
 */
export const MOST_PODS = 100;

/**
 * Whether the pods must be looked at, because some of them may carry metadata of a part that their version no
 * longer plays. Says yes only once the ReplicaSet controller has seen the new template: pods that it makes
 * from then on need nothing, so whoever lists the pods now sees all that do.
 */
export function awaitsPods(world: World): boolean {
  const { stableRS, currentPodHash } = world.rollout.status ?? {};
  return world.replicaSets.some((replicaSet) => {
    const hash = replicaSet.metadata.labels?.[LABEL.podTemplateHash];
    return hash !== undefined && (hash === stableRS || hash === currentPodHash) && isDue(replicaSet);
  });
}

/**
 * The pods that lack what their ReplicaSet's template says, or have too much. Pods of older versions keep
 * what they carry: they are about to go.
 */
export function relabellings(world: World, release: Release, life: Life): readonly Relabelling[] {
  const { pods } = world;
  if (pods === null) return [];
  let room = MOST_PODS;
  return release.all.flatMap((revision) => {
    const part = partOf(release, life, revision);
    const wanted = wantedMetadata(release, part);
    const { replicaSet } = revision;
    // Where the template itself is still to be changed, the pods come after it.
    const isSettled = isSameJson(memoryOf(replicaSet).injected, wanted);
    if (part === 'older' || !isSettled || !isDue(replicaSet)) return [];
    const due = pods
      .filter((pod) => isOf(replicaSet, pod))
      .flatMap((pod) => {
        const patch = podPatch(pod, replicaSet);
        return patch === null ? [] : [{ pod, patch }];
      });
    const now = due.slice(0, room);
    room -= now.length;
    return [{ replicaSet, pods: now, isLast: now.length === due.length }];
  });
}

/** When pods are looked at that were too many for one pass: at once; null where there are none. */
export function nextPodsAt(relabel: readonly Relabelling[], now: Instant): Instant | null {
  return relabel.every(({ isLast }) => isLast) ? null : now + 1;
}

/** True where pods may carry something else than the template says, and it is certain which they are. */
function isDue(replicaSet: ReplicaSet): boolean {
  return memoryOf(replicaSet).former !== null && replicaSet.spec.replicas !== 0 && isObserved(replicaSet);
}

/** Pods on their way out stay as they are. */
function isOf(replicaSet: ReplicaSet, { metadata }: Pod): boolean {
  const { uid } = replicaSet.metadata;
  return (
    metadata.deletionTimestamp === undefined &&
    metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true
  );
}

/** What a pod lacks of its template under the keys that were ever put there; null where it lacks nothing. */
function podPatch(pod: Pod, replicaSet: ReplicaSet): JsonObject | null {
  const { injected, former } = memoryOf(replicaSet);
  const template = replicaSet.spec.template?.metadata;
  const labels = differing(pod.metadata.labels, template?.labels, [injected.labels, former?.labels]);
  const annotations = differing(pod.metadata.annotations, template?.annotations, [
    injected.annotations,
    former?.annotations,
  ]);
  const metadata = {
    ...(labels === null ? {} : { labels }),
    ...(annotations === null ? {} : { annotations }),
  };
  return Object.keys(metadata).length === 0 ? null : { metadata };
}

/** The merge patch that gives these keys the values that they should have, or takes them away. */
function differing(
  have: StringMap = {},
  should: StringMap = {},
  keys: readonly (StringMap | undefined)[],
): JsonObject | null {
  const own = (entries: StringMap, key: string) => (Object.hasOwn(entries, key) ? entries[key] : undefined);
  const all = new Set(keys.flatMap((entries) => Object.keys(entries ?? {})));
  const wrong = [...all].filter((key) => own(have, key) !== own(should, key));
  return wrong.length === 0 ? null : Object.fromEntries(wrong.map((key) => [key, own(should, key) ?? null]));
}
