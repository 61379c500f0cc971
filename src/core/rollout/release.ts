import { ANNOTATION, LABEL } from '../../api/keys.ts';
import type {
  BlueGreenStrategy,
  CanaryStep,
  CanaryStrategy,
  Rollout,
  RolloutStatus,
} from '../../api/rollout.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { equalTemplates } from '../hash/equal.ts';
import { stepsHash } from '../hash/steps.ts';
import { podTemplateHash } from '../hash/template.ts';
import { type Instant, parseInstant } from '../time.ts';
import type { World } from '../world.ts';
import { type Limits, limits } from './limits.ts';
import { bareTemplate } from './metadata-memory.ts';
import type { Size } from './sizes.ts';

/** One ReplicaSet as decisions see it. Counts are pods. */
export interface Revision extends Size {
  readonly replicaSet: ReplicaSet;
  readonly name: string;
  readonly hash: string;
  /** Revision number; 0 where it has none yet. */
  readonly number: number;
  /** The first number that it had: going back to a revision renumbers it, but does not make it younger. */
  readonly born: number;
  /** Pods that exist. */
  readonly replicas: number;
  readonly ready: number;
  readonly deadline: Instant | null;
  /** It was the stable version of a blue-green release, or one of a canary in question, and has served. */
  readonly served: boolean;
  readonly createdAt: Instant;
  /** Epoch of our last write that mattered for traffic; 0: none. */
  readonly epoch: number;
  readonly adopted: boolean;
}

/** The release that the spec asks for, with what is known of every revision. Computed once per pass. */
export interface Release {
  readonly rollout: Rollout;
  readonly status: RolloutStatus;
  /** Which of the two specs below is in force; the other one is empty or null. */
  readonly strategy: 'canary' | 'blueGreen';
  readonly canarySpec: CanaryStrategy;
  /** Null for a canary. */
  readonly blueGreenSpec: BlueGreenStrategy | null;
  /** Hash that the active Service selects; null where it selects by none, and for a canary. */
  readonly activeHash: string | null;
  /** The same of the preview Service. */
  readonly previewHash: string | null;
  readonly steps: readonly CanaryStep[];
  readonly replicas: number;
  readonly limits: Limits;
  /** True where a traffic router moves the traffic; false where the pod ratio does. */
  readonly routed: boolean;
  readonly maxWeight: number;
  /** Hash of the wanted template: that of its ReplicaSet, where there is one. */
  readonly hash: string;
  /** Hash of the list of steps; empty for blue-green, which has none. */
  readonly stepHash: string;
  /** The ReplicaSet of the wanted template. */
  readonly current: Revision | null;
  /** The verified one, which may be the same. */
  readonly stable: Revision | null;
  /** Neither of both, newest revision first. */
  readonly older: readonly Revision[];
  readonly all: readonly Revision[];
}

/** Reads the world into a release. The spec must be valid. */
export function release(world: World): Release {
  const { rollout } = world;
  const status = rollout.status ?? {};
  const canarySpec = rollout.spec.strategy?.canary ?? {};
  const blueGreenSpec = rollout.spec.strategy?.blueGreen ?? null;
  const replicas = rollout.spec.replicas ?? 1;
  const all = world.replicaSets.map((replicaSet) => revision(replicaSet, rollout)).sort(byAge);
  const freshHash = podTemplateHash(rollout.spec.template, status.collisionCount);
  const current = findCurrent(all, freshHash, rollout);
  const activeHash = selected(world, blueGreenSpec?.activeService);
  const stable = findStable(all, current, { status, activeHash });
  return {
    rollout,
    status,
    strategy: blueGreenSpec === null ? 'canary' : 'blueGreen',
    canarySpec,
    blueGreenSpec,
    activeHash,
    previewHash: selected(world, blueGreenSpec?.previewService),
    steps: canarySpec.steps ?? [],
    replicas,
    limits: limits(blueGreenSpec ?? canarySpec, replicas),
    routed: canarySpec.trafficRouting !== undefined,
    maxWeight: canarySpec.trafficRouting?.maxTrafficWeight ?? 100,
    hash: current?.hash ?? freshHash,
    stepHash: blueGreenSpec === null ? stepsHash(canarySpec.steps) : '',
    current,
    stable,
    older: all.filter((r) => r !== current && r !== stable).reverse(),
    all,
  };
}

/**
 * The revision number of the wanted template: one more than that of every other ReplicaSet, or its own if
 * higher.
 */
export function nextNumber(release: Release): number {
  const others = release.all.filter((r) => r !== release.current).map((r) => r.number);
  const highest = Math.max(0, ...others);
  const own = release.current?.number ?? 0;
  return own > highest ? own : highest + 1;
}

function revision(replicaSet: ReplicaSet, rollout: Rollout): Revision {
  const { metadata, spec, status } = replicaSet;
  const annotations = metadata.annotations ?? {};
  return {
    replicaSet,
    name: metadata.name,
    hash: metadata.labels?.[LABEL.podTemplateHash] ?? '',
    number: Number.parseInt(annotations[ANNOTATION.revision] ?? '0', 10) || 0,
    born:
      Number.parseInt(
        annotations[ANNOTATION.revisionHistory] ?? annotations[ANNOTATION.revision] ?? '0',
        10,
      ) || 0,
    spec: spec.replicas ?? 1,
    replicas: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    deadline: parseInstant(annotations[ANNOTATION.scaleDownDeadline]),
    served: annotations[ANNOTATION.served] === 'true',
    createdAt: parseInstant(metadata.creationTimestamp) ?? 0,
    epoch: Number.parseInt(annotations[ANNOTATION.epoch] ?? '0', 10) || 0,
    adopted: metadata.ownerReferences?.some((owner) => owner.uid === rollout.metadata.uid) === true,
  };
}

/** Oldest first. Creation times have whole seconds only, so revisions break the tie. */
function byAge(a: Revision, b: Revision): number {
  return a.createdAt - b.createdAt || a.born - b.born || (a.name < b.name ? -1 : 1);
}

/**
 * The label decides; equality of the templates is the fallback for ReplicaSets whose hash was computed by
 * another version of the API's types. The oldest match wins.
 */
function findCurrent(all: readonly Revision[], hash: string, rollout: Rollout): Revision | null {
  const byHash = all.find((r) => r.hash === hash);
  if (byHash !== undefined) return byHash;
  const template = rollout.spec.template;
  return all.find((r) => equalTemplates(bareTemplate(r.replicaSet), template)) ?? null;
}

/**
 * The ReplicaSet that the status calls stable. Where the status was lost or its ReplicaSet is gone, another
 * revision that still serves, first the one that the active Service selects, then the newest: a version must
 * never become stable unverified while a known good one is there.
 */
function findStable(
  all: readonly Revision[],
  current: Revision | null,
  known: { readonly status: RolloutStatus; readonly activeHash: string | null },
): Revision | null {
  const named = all.find((r) => r.hash === known.status.stableRS);
  if (named !== undefined) return named;
  const serving = all.filter((r) => r !== current && r.available > 0);
  const active = serving.find((r) => r.hash === known.activeHash);
  return active ?? serving.sort((a, b) => b.number - a.number)[0] ?? null;
}

function selected({ services }: World, name: string | undefined): string | null {
  const service = name === undefined ? null : services[name];
  return service?.spec?.selector?.[LABEL.podTemplateHash] ?? null;
}
