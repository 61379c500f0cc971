import { ANNOTATION, FINALIZER } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import type { RolloutStatus } from '../../api/rollout.ts';
import type { Service } from '../../api/workload.ts';
import type { Change, Target } from '../plan.ts';
import type { Instant } from '../time.ts';
import type { World } from '../world.ts';
import { patch, stamp } from '../writes.ts';
import { isOwned, stampOf } from './epoch.ts';
import {
  isScalable,
  memoryOf,
  memoryText,
  sizeOf,
  truceEnd,
  type WorkloadSize,
  workloadSize,
} from './workload-size.ts';

/** What should become of the workload that a rollout refers to. */
export interface WorkloadTarget {
  /** The workload's generation, which the Rollout's annotation should show; null where it does. */
  readonly generation: string | null;
  /** Null: the size that it has. */
  readonly size: WorkloadSize | null;
  /** Whether the Rollout must outlive its deletion, until the workload has its pods back. */
  readonly isHeld: boolean;
  /** When to look at the size again; null: when something changes. */
  readonly wakeAt: Instant | null;
}

/** What should become of the workload, once this status is stored. Null where there never was one. */
export function workloadTarget(world: World, status: RolloutStatus, now: Instant): WorkloadTarget | null {
  const { workload, rollout } = world;
  const object = workload?.object ?? null;
  const isHeldNow = rollout.metadata.finalizers?.includes(FINALIZER) === true;
  if (workload === null && !isHeldNow) return null;
  if (workload === null || object === null)
    return { generation: null, size: null, isHeld: isHeldNow && workload?.isGone === false, wakeAt: null };
  const generation = String(object.metadata.generation ?? 0);
  const shown = workload.stored.metadata.annotations?.[ANNOTATION.workloadGeneration];
  const size = workloadSize(world, status, now);
  const memory = size === null ? memoryOf(object, rollout.metadata.name) : size.memory;
  const end = truceEnd(world);
  return {
    generation: shown === generation ? null : generation,
    size,
    isHeld: memory !== null || (willScaleDown(world) && managesAny(world)),
    wakeAt: size === null && end !== null && end > now ? end : null,
  };
}

/** True where a Service of the rollout may select by its hash: without its pods it would lead nowhere. */
export function managesAny(world: World): boolean {
  return Object.values(world.services).some((service) => isManaged(service, world));
}

/** True where this rollout has marked the Service as its own. */
export function isManaged(service: Service | null, { rollout }: World): boolean {
  return service?.metadata.annotations?.[ANNOTATION.managedByRollouts] === rollout.metadata.name;
}

function willScaleDown({ rollout, workload }: World): boolean {
  const object = workload?.object ?? null;
  return (
    (rollout.spec.workloadRef?.scaleDown ?? 'never') !== 'never' && object !== null && isScalable(object)
  );
}

/**
 * The writes that lead there: first the finalizer, then a claim of the pods that stay, then the workload's
 * own go. `others` is what the same plan writes besides.
 */
export function workloadChanges(world: World, target: Target, others: readonly Change[]): readonly Change[] {
  const want = target.workload;
  // Another write of the Rollout moves it on: then all of this comes with the next plan.
  if (want === null || others.some(({ kind }) => kind === 'Rollout')) return [];
  const finalizers = want.isHeld ? holdChanges(world) : [];
  const resize = resizeChanges(world, target, want);
  if (resize.length === 0) return want.isHeld ? finalizers : releaseChanges(world);
  // The version of what is written in this plan has moved on: the claim comes with the next one.
  const isBusy = others.some(({ kind, phase }) => kind === 'ReplicaSet' && phase !== 'tidy');
  return isBusy ? finalizers : [...finalizers, ...claims(world, target), ...resize];
}

/** The Rollout as it is stored. */
function storedRollout({ workload, rollout }: World): Manifest {
  return workload?.stored ?? rollout;
}

function holdChanges(world: World): readonly Change[] {
  const stored = storedRollout(world);
  const before = stored.metadata.finalizers ?? [];
  if (before.includes(FINALIZER)) return [];
  return [patch(stored, 'record', { metadata: { finalizers: [...before, FINALIZER] } }, [])];
}

/** Takes the finalizer off; empty where there is none. */
export function releaseChanges(world: World): readonly Change[] {
  const stored = storedRollout(world);
  const before = stored.metadata.finalizers ?? [];
  if (!before.includes(FINALIZER)) return [];
  const finalizers = before.filter((name) => name !== FINALIZER);
  return [patch(stored, 'record', { metadata: { finalizers } }, [])];
}

/** Claims the pods that take over: an older plan must not remove them. */
function claims(world: World, target: Target): readonly Change[] {
  const annotations = { [ANNOTATION.epoch]: String(target.epoch) };
  return world.replicaSets
    .filter((replicaSet) => isOwned(replicaSet, world) && (replicaSet.spec.replicas ?? 1) > 0)
    .filter((replicaSet) => stampOf(replicaSet, '') !== target.epoch)
    .map((replicaSet) => patch(replicaSet, 'claim', { metadata: { annotations } }, []));
}

function resizeChanges(world: World, target: Target, { size }: WorkloadTarget): readonly Change[] {
  const object = world.workload?.object ?? null;
  if (object === null || size === null) return [];
  const have = sizeOf(object);
  const annotations = {
    ...stamp(world, target),
    [ANNOTATION.scaledDown]: size.memory === null ? null : memoryText(size.memory),
  };
  const spec = size.replicas === have ? {} : { spec: { replicas: size.replicas } };
  const phase = size.replicas < have ? 'shrink' : 'grow';
  return [patch(object, phase, { metadata: { annotations }, ...spec }, size.notes)];
}
