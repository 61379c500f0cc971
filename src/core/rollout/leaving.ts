import { ANNOTATION, FINALIZER } from '../../api/keys.ts';
import type { Rollout, RolloutStatus } from '../../api/rollout.ts';
import type { Change, Decision, Note } from '../plan.ts';
import { releaseService } from '../release-service.ts';
import { formatInstant, type Instant, parseInstant } from '../time.ts';
import type { World } from '../world.ts';
import { patch } from '../writes.ts';
import { summarize } from './conditions.ts';
import { newestStamp } from './epoch.ts';
import type { WorkloadObject } from './workload.ts';
import { isScalable, type Memory, memoryOf, memoryText, sizeOf } from './workload-size.ts';
import { isManaged, managesAny, releaseChanges } from './workload-target.ts';

/** What one pass over a rollout that is being deleted concludes. */
export interface Leave {
  readonly decision: Decision;
  readonly todo: readonly Change[];
}

/** True where a rollout is being deleted and its workload may still lack the pods that it has given away. */
export function isLeaving({ metadata }: Rollout): boolean {
  const isGoing = metadata.deletionTimestamp !== undefined;
  return isGoing && metadata.finalizers?.includes(FINALIZER) === true;
}

/**
 * What a rollout that is being deleted does last, one thing after the other, each seen to be done before the
 * next: its workload gets its pods back; its Services select pods as their users made them, for as long as
 * traffic needs to follow; the workload forgets; the finalizer goes, and the rollout's own pods with it.
 * Until then nothing else changes: its pods serve, its routes stay. See docs/adr/0020-leaving-safely.md.
 */
export function leave(world: World, now: Instant): Leave {
  const object = world.workload?.object ?? null;
  const memory = object === null ? null : memoryOf(object, world.rollout.metadata.name);
  if (object === null && world.workload?.isGone === false)
    return conclude(world, { message: 'its workload cannot be read', todo: [], now });
  // A workload that is gone, or going, or has nothing to remember, needs nothing.
  if (object === null || !isScalable(object) || (memory === null && !managesAny(world)))
    return conclude(world, { message: 'its pods go', todo: releaseChanges(world), now });
  if (memory === null) return handBack(world, object, now);
  const want = Math.max(memory.from, wantedOf(world));
  if (sizeOf(object) < want) return giveBack(world, object, { ...memory, from: want }, now);
  const have = availableOf(object);
  if (have >= want) return handBack(world, object, now);
  const name = `${object.kind} ${object.metadata.name}`;
  const message = `waiting for ${name} to have its ${want} pods back (${have} available)`;
  return conclude(world, { message, todo: [], now });
}

/** Pods that the rollout has: the workload must be able to carry what it carries. */
function wantedOf({ rollout }: World): number {
  return rollout.spec.replicas ?? 1;
}

/** Available pods of the present template; 0 until its controller has seen the present size. */
function availableOf({ metadata, status }: WorkloadObject): number {
  const isSeen = status.observedGeneration >= (metadata.generation ?? 0);
  return isSeen ? Math.min(status.updated, status.available) : 0;
}

function giveBack(world: World, object: WorkloadObject, memory: Memory, now: Instant): Leave {
  const to = memory.from;
  const name = `${object.kind} ${object.metadata.name}`;
  const message = `Rollout is being deleted: ${name} gets its ${to} pods back`;
  const note: Note = { type: 'Normal', reason: 'WorkloadGetsPodsBack', message };
  const annotations = {
    [ANNOTATION.epoch]: `${world.rollout.metadata.name}/${epochOf(world)}`,
    [ANNOTATION.scaledDown]: memoryText({ ...memory, to, at: now }),
  };
  const grow = patch(object, 'grow', { metadata: { annotations }, spec: { replicas: to } }, [note]);
  return conclude(world, { message: `${name} gets its ${to} pods back`, todo: [grow], now });
}

/** Services first; then the time that traffic needs to follow; then the end. */
function handBack(world: World, object: WorkloadObject, now: Instant): Leave {
  const services = Object.values(world.services)
    .filter((service) => isManaged(service, world))
    .flatMap((service) => (service === null ? [] : (releaseService(service, null) ?? [])));
  if (services.length > 0)
    return conclude(world, { message: 'its Services are handed back', todo: services, now });
  const since = parseInstant(world.rollout.metadata.annotations?.[ANNOTATION.handedBackAt]);
  if (since === null) {
    const annotations = { [ANNOTATION.handedBackAt]: formatInstant(now) };
    const todo = [
      patch(world.workload?.stored ?? world.rollout, 'record', { metadata: { annotations } }, []),
    ];
    return conclude(world, { message: 'its Services are handed back', todo, now });
  }
  const end = since + delayMs(world);
  if (now < end) return conclude(world, { message: 'traffic moves to its workload', todo: [], now }, end);
  const todo = [...forget(object), ...releaseChanges(world)];
  return conclude(world, { message: 'its pods go', todo, now });
}

/** Takes off what we have written on a workload. */
function forget(object: WorkloadObject): readonly Change[] {
  if (object.metadata.annotations?.[ANNOTATION.scaledDown] === undefined) return [];
  const annotations = { [ANNOTATION.epoch]: null, [ANNOTATION.scaledDown]: null };
  return [patch(object, 'tidy', { metadata: { annotations } }, [])];
}

/** Whoever sends traffic hears of other pods behind a Service a moment late. Whole seconds are cut off. */
function delayMs({ rollout, services }: World): number {
  const { canary, blueGreen } = rollout.spec.strategy ?? {};
  if (Object.keys(services).length === 0) return 1_000;
  return ((canary ?? blueGreen)?.scaleDownDelaySeconds ?? 30) * 1_000 + 1_000;
}

/** Older plans must not act any more: the deletion is a change of the rollout, and begins an epoch. */
function epochOf(world: World): number {
  const { metadata, status } = world.rollout;
  const epoch = status?.epoch ?? 0;
  const isNew = status?.observedGeneration !== String(metadata.generation ?? 0);
  return Math.max(epoch + (isNew ? 1 : 0), newestStamp(world));
}

function conclude(
  world: World,
  {
    message,
    todo,
    now,
  }: { readonly message: string; readonly todo: readonly Change[]; readonly now: Instant },
  wakeAt: Instant | null = null,
): Leave {
  const stored = world.rollout.status ?? {};
  const text = `rollout is being deleted: ${message}`;
  const status: RolloutStatus = {
    ...stored,
    conditions: summarize({ list: stored.conditions ?? [], now }, 'Progressing', text).list,
    epoch: epochOf(world),
    message: text,
    observedGeneration: String(world.rollout.metadata.generation ?? 0),
    phase: 'Progressing',
  };
  const said = { target: null, because: { kind: 'working' }, notes: [], wakeAt } as const;
  return { decision: { status, urgency: 'first', ...said }, todo };
}
