import { ANNOTATION, LABEL } from '../../api/keys.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { ownerReference } from '../owner.ts';
import type { ReplicaSetTarget } from '../plan.ts';
import type { Routes } from '../routes.ts';
import type { Instant } from '../time.ts';
import type { World } from '../world.ts';
import { blueGreenPlan } from './blue-green/sizes.ts';
import { wantedPods } from './blue-green/track.ts';
import { COMMIT_KEYS, commitAnnotations } from './commits.ts';
import { canaryScale, isComplete, isDynamic, podsOfWeight, wantedSizes } from './goals.ts';
import { isHalted } from './halt.ts';
import { keptForLeft } from './left.ts';
import type { Life } from './life.ts';
import { injection, withInjected } from './metadata.ts';
import { isShort, keptForDelay, olderRouted } from './older.ts';
import { nextNumber, type Release, type Revision } from './release.ts';
import { isSelected } from './selectors.ts';
import { nextOlderSizes, nextSizes, serves } from './sizes.ts';
import { stablePods } from './stable-pods.ts';
import { usableTemplate } from './template.ts';
import { routedWeight } from './traffic.ts';
import { isProof } from './unproven.ts';

/** What sizes depend on besides the world: the time, and the routes that should be in force now. */
interface Pass {
  readonly now: Instant;
  readonly routes: Routes | null;
}

/** Size of a ReplicaSet and the time at which it may be emptied. */
export interface Plan {
  readonly revision: Revision;
  readonly replicas: number;
  readonly deadline: Instant | null;
  /** Whether it is known to have served; undefined: as before. */
  readonly served?: boolean;
}

/**
 * Wanted state of every ReplicaSet, in the order in which they are changed: stable, current, then older ones.
 * A halt keeps all sizes as they are.
 */
export function replicaSetsTarget(
  world: World,
  release: Release,
  life: Life,
  pass: Pass,
): { readonly existing: readonly ReplicaSetTarget[]; readonly create: ReplicaSet | null } {
  const plans = keptForLeft(world, plan(world, release, life, pass)).map(shrunkFirst);
  const existing = plans.map((p) => ({
    ...target(world, release, p),
    injection: injection(release, life, p.revision, p.replicas),
  }));
  const made = release.current === null ? newReplicaSet(world, release, life) : null;
  return { existing, create: made === null ? null : withInjected(made, release, life) };
}

/**
 * What was told to shrink must have followed before it grows again: until then its status counts pods as
 * available that are about to go, and traffic would be sent to them.
 */
function shrunkFirst(one: Plan): Plan {
  const { spec, available } = one.revision;
  return available > spec ? { ...one, replicas: Math.min(one.replicas, spec) } : one;
}

function plan(world: World, release: Release, life: Life, pass: Pass): readonly Plan[] {
  if (release.strategy === 'blueGreen') return blueGreenPlan(release, life, pass.now);
  if (isHalted(release, life)) return release.all.map(asItIs);
  return release.routed ? planRouted(world, release, life, pass) : planBasic(release, life);
}

function planBasic(release: Release, life: Life): readonly Plan[] {
  const { current, older } = release;
  const stable = standing(release);
  const next = basicSizes(release, life);
  const plans: Plan[] = [];
  if (stable !== null) plans.push({ revision: stable, replicas: next.stable, deadline: null });
  if (current !== null) plans.push({ revision: current, replicas: next.canary, deadline: null });
  const available = release.all.reduce((sum, r) => sum + serves(r), 0);
  const leastAvailable = release.replicas - release.limits.maxUnavailable;
  const sizes = nextOlderSizes(older, { available, leastAvailable });
  older.forEach((revision, i) => {
    plans.push({ revision, replicas: sizes[i] ?? 0, deadline: null });
  });
  return plans;
}

/** The stable ReplicaSet where it is another one than the current. */
function standing(release: Release): Revision | null {
  return release.stable === release.current ? null : release.stable;
}

function basicSizes(release: Release, life: Life) {
  const older = release.older.reduce((sum, r) => sum + r.spec, 0);
  return nextSizes({
    replicas: release.replicas,
    limits: release.limits,
    canary: release.current ?? { spec: 0, available: 0 },
    stable: standing(release),
    older,
    want: wantedSizes(release, life),
  });
}

function planRouted(world: World, release: Release, life: Life, pass: Pass): readonly Plan[] {
  const { current } = release;
  const stable = standing(release);
  const plans: Plan[] = [];
  const want = wantedSizes(release, life);
  const canary = Math.max(want.canary, underTraffic(world, release, life, pass.routes));
  if (stable !== null && !isComplete(release, life)) {
    const replicas = isDynamic(release) ? stablePods(world, release, life) : want.stable;
    plans.push({ revision: stable, replicas, deadline: null });
  }
  const asked = { replicas: canary, delaySeconds: abortDelaySeconds(world, release) };
  if (current !== null) plans.push(planCurrent(release, life, current, asked, pass.now));
  const rest = isComplete(release, life) && stable !== null ? [stable, ...release.older] : release.older;
  return [...plans, ...olderRouted(world, release, life, rest, pass.now)];
}

/** Pods that must stay because stable lacks pods to take their traffic, or all of it, back. */
function underTraffic(world: World, release: Release, life: Life, routes: Routes | null): number {
  // A number of pods that a person set is kept, but for none at all: then the traffic goes before the pods.
  const isSet = canaryScale(release, life) !== undefined && wantedSizes(release, life).canary > 0;
  if (life.full || isComplete(release, life) || isSet || release.current === null) return 0;
  const carried = podsOfWeight(routes?.canaryWeight ?? routedWeight(world), release);
  return Math.min(release.current.spec, carried);
}

/** An aborted canary keeps its pods for a while, in case somebody looks at them or retries. */
function planCurrent(
  release: Release,
  life: Life,
  current: Revision,
  asked: { readonly replicas: number; readonly delaySeconds: number },
  now: Instant,
): Plan {
  const aborted = life.abort === true && !isComplete(release, life);
  if (!aborted || asked.delaySeconds === 0 || current.spec === 0)
    return { revision: current, replicas: asked.replicas, deadline: null };
  if (!canTakeAll(release)) return { revision: current, replicas: current.spec, deadline: current.deadline };
  return keptForDelay(current, asked.delaySeconds, now);
}

/**
 * Where stable shrinks with its weight an aborted canary has time only if that is asked for, or if whoever
 * still goes by older routes sends it somebody: pods are scarce there, and stable gets its own first.
 */
function abortDelaySeconds(world: World, release: Release): number {
  const isWanted = isDynamic(release) && !canTakeAll(release);
  const usual = isShort(world, release) || isWanted ? 0 : 30;
  return release.canarySpec.abortScaleDownDelaySeconds ?? usual;
}

function canTakeAll({ stable, replicas }: Release): boolean {
  return (stable?.available ?? 0) >= replicas;
}

function asItIs(revision: Revision): Plan {
  return { revision, replicas: revision.spec, deadline: revision.deadline };
}

function target(world: World, release: Release, p: Plan): ReplicaSetTarget {
  const { revision, replicas, deadline } = p;
  const scaled = replicas !== revision.spec;
  const principal = revision === release.current || revision === release.stable;
  const desired = scaled || (principal && revision.spec > 0) ? desiredReplicas(release) : {};
  const served = isProof(release, revision) ? true : p.served;
  const size = served === undefined ? desired : { ...desired, [ANNOTATION.served]: String(served) };
  const isGuarded = release.routed || release.strategy === 'blueGreen';
  return {
    replicaSet: revision.replicaSet,
    replicas,
    deadline: replicas === 0 ? null : deadline,
    annotations: revision === release.current ? { ...currentAnnotations(release), ...size } : size,
    adopt: !revision.adopted,
    carriesTraffic: isGuarded && (principal || isSelected(world, release, revision)),
  };
}

function desiredReplicas(release: Release): Readonly<Record<string, string>> {
  return { [ANNOTATION.desiredReplicas]: String(release.replicas) };
}

const NOT_COPIED: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  ANNOTATION.revision,
  ANNOTATION.revisionHistory,
  ANNOTATION.desiredReplicas,
  ANNOTATION.epoch,
  ANNOTATION.served,
  ANNOTATION.notified,
  ...COMMIT_KEYS,
]);

/**
 * The user's annotations, which follow the rollout to its current ReplicaSet, the revision with its history,
 * and the commit that made it.
 */
function currentAnnotations(release: Release): Readonly<Record<string, string>> {
  const users = Object.entries(release.rollout.metadata.annotations ?? {}).filter(
    ([key]) => !NOT_COPIED.has(key) && !key.startsWith(`${ANNOTATION.notified}.`),
  );
  const number = nextNumber(release);
  const previous = release.current?.number ?? 0;
  const renumbered = previous !== 0 && previous !== number;
  const history = release.current?.replicaSet.metadata.annotations?.[ANNOTATION.revisionHistory];
  return {
    ...Object.fromEntries(users),
    ...commitAnnotations(release, release.current === null || renumbered),
    [ANNOTATION.revision]: String(number),
    ...(renumbered
      ? { [ANNOTATION.revisionHistory]: history === undefined ? String(previous) : `${history},${previous}` }
      : {}),
  };
}

function firstSize(release: Release, life: Life): number {
  if (release.strategy === 'blueGreen') return wantedPods(release, life);
  return release.routed ? wantedSizes(release, life).canary : basicSizes(release, life).canary;
}

function newReplicaSet(world: World, release: Release, life: Life): ReplicaSet {
  const { metadata, spec } = release.rollout;
  const hashLabel = { [LABEL.podTemplateHash]: release.hash };
  const template = usableTemplate(spec.template ?? {});
  const labels = { ...template.metadata?.labels, ...hashLabel };
  const isHeld = isHalted(release, life) && release.strategy === 'canary';
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${release.hash}`,
      namespace: metadata.namespace ?? '',
      labels,
      annotations: { ...currentAnnotations(release), ...desiredReplicas(release) },
      ownerReferences: [ownerReference(metadata)],
    },
    spec: {
      replicas: isHeld || world.nameTakenBy !== null ? 0 : firstSize(release, life),
      ...(spec.minReadySeconds === undefined ? {} : { minReadySeconds: spec.minReadySeconds }),
      selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, ...hashLabel } },
      // Raw as the user wrote it: fields that we do not know must reach the pods.
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}
