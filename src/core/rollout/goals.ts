import type { Life } from './life.ts';
import type { Release, Revision } from './release.ts';
import { serves } from './sizes.ts';
import { podsForWeight, splitByWeight } from './split.ts';

/** The weight that the steps ask for: the nearest setWeight at or before the current step. */
export function stepWeight(release: Release, life: Life): number {
  if (life.abort === true) return 0;
  // Without steps traffic moves with the Service of the stable version, at the promotion.
  if (release.routed && release.steps.length === 0) return 0;
  if (isPastSteps(release, life)) return release.maxWeight;
  return nearestWeight(release, life.step ?? 0);
}

/** The weight before the current step: what stays in force until the pods for the next one are there. */
export function previousWeight(release: Release, life: Life): number {
  if (isPastSteps(release, life)) return nearestWeight(release, release.steps.length - 1);
  return nearestWeight(release, (life.step ?? 0) - 1);
}

function nearestWeight(release: Release, from: number): number {
  for (let i = Math.min(from, release.steps.length - 1); i >= 0; i--) {
    const weight = release.steps[i]?.setWeight;
    if (weight !== undefined) return weight;
  }
  return 0;
}

/** True after the last step, and where there are none. */
export function isPastSteps(release: Release, life: Life): boolean {
  return life.step === null || life.step >= release.steps.length;
}

/** True once the wanted version is the stable one. */
export function isComplete(release: Release, life: Life): boolean {
  return life.stable !== null && life.stable === release.hash;
}

/** True where the stable version has only the pods that its weight needs. */
export function isDynamic({ routed, canarySpec }: Release): boolean {
  return routed && canarySpec.dynamicStableScale === true;
}

/**
 * Pods wanted for the two sides at the current step. For a canary without a router the way there is
 * `nextSizes`; for a stable version that shrinks with its weight it is `stablePods`.
 */
export function wantedSizes(
  release: Release,
  life: Life,
): { readonly canary: number; readonly stable: number } {
  const { replicas, maxWeight } = release;
  if (release.stable === null || isComplete(release, life)) return { canary: replicas, stable: 0 };
  const weight = podsWeight(release, life);
  if (!release.routed)
    return splitByWeight({ replicas, weight, maxWeight, maxSurge: release.limits.maxSurge });
  return { canary: routedCanarySize(release, life, weight), stable: atLeastMinimum(replicas, release) };
}

/** The weight that the pods must be able to carry. */
function podsWeight(release: Release, life: Life): number {
  if (life.full) return release.maxWeight;
  if (life.abort === true) return 0;
  return isPastSteps(release, life) ? release.maxWeight : nearestWeight(release, life.step ?? 0);
}

/** A routed canary has the size of its weight, unless a setCanaryScale is in force. */
function routedCanarySize(release: Release, life: Life, weight: number): number {
  const scale = life.full ? undefined : canaryScale(release, life);
  if (release.replicas === 0) return 0;
  if (scale?.replicas !== undefined) return scale.replicas;
  // setCanaryScale.weight is a percentage of the replicas, whatever the maximum traffic weight is.
  if (scale?.weight !== undefined)
    return atLeastMinimum(podsForWeight(scale.weight, 100, release.replicas), release);
  return Math.max(podsOfWeight(weight, release), podsOfRetry(release, life));
}

/**
 * A release that is tried again keeps the pods that it still has: its steps will want them once more. Not
 * where stable shrinks with its weight: pods are scarce there.
 */
function podsOfRetry(release: Release, life: Life): number {
  if (life.abort !== false || isDynamic(release)) return 0;
  return Math.min(release.current?.spec ?? 0, release.replicas);
}

/** Pods that a side of this weight needs: at least `minPodsPerReplicaSet`, unless it needs none. */
export function podsOfWeight(weight: number, release: Release): number {
  return atLeastMinimum(podsForWeight(weight, release.maxWeight, release.replicas), release);
}

function atLeastMinimum(pods: number, release: Release): number {
  const minimum = release.canarySpec.minPodsPerReplicaSet ?? 0;
  return pods === 0 ? 0 : Math.max(pods, Math.min(minimum, release.replicas));
}

/**
 * The setCanaryScale in force; `matchTrafficWeight` ends it, and an abort does unless the canary is to be
 * kept.
 */
export function canaryScale(release: Release, life: Life) {
  if (!release.routed || isPastSteps(release, life)) return undefined;
  if (life.abort === true && release.canarySpec.abortScaleDownDelaySeconds !== 0) return undefined;
  for (let i = life.step ?? 0; i >= 0; i--) {
    const scale = release.steps[i]?.setCanaryScale;
    if (scale !== undefined) return scale.matchTrafficWeight === true ? undefined : scale;
  }
  return undefined;
}

/** True where the pods that the current step needs are there. */
export function hasWantedSizes(release: Release, life: Life): boolean {
  const want = wantedSizes(release, life);
  if (release.current?.spec !== want.canary) return false;
  if (release.current.available < enough(release, want.canary)) return false;
  const { stable } = release;
  if (stable !== null && stable !== release.current && !isDynamic(release)) {
    // Stable pods must exist, unless they cannot; that each of them serves is not the canary's business.
    const exist = stable.replicas === want.stable || (stable.replicas < want.stable && isRefused(stable));
    if (stable.spec !== want.stable || !exist) return false;
  }
  return release.routed || release.older.every((r) => r.available === 0);
}

/** True where pods of this revision cannot be made, as its ReplicaSet says: a quota is used up. */
function isRefused({ replicaSet }: Revision): boolean {
  return (
    replicaSet.status?.conditions?.some(
      ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
    ) === true
  );
}

/**
 * How many of so many canary pods must be available to go on: all, unless `replicaProgressThreshold` says
 * fewer.
 */
function enough(release: Release, pods: number): number {
  const threshold = release.canarySpec.replicaProgressThreshold;
  if (threshold === undefined) return pods;
  const least = threshold.type === 'Percent' ? Math.ceil((threshold.value * pods) / 100) : threshold.value;
  return Math.min(pods, least);
}

/** True where the wanted version could carry everything, without pods that are about to go. */
export function isFullyAvailable(release: Release): boolean {
  return release.current !== null && serves(release.current) >= enough(release, release.replicas);
}
