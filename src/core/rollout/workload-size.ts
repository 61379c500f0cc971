import { ANNOTATION } from '../../api/keys.ts';
import type { RolloutStatus } from '../../api/rollout.ts';
import type { Note } from '../plan.ts';
import { formatInstant, type Instant, parseInstant } from '../time.ts';
import type { World } from '../world.ts';
import type { WorkloadObject } from './workload.ts';

/** The size that a workload should get, and what is to be remembered on it. */
export interface WorkloadSize {
  readonly replicas: number;
  /** Null: nothing, it has its pods back. */
  readonly memory: Memory | null;
  readonly notes: readonly Note[];
}

/** What a workload remembers of being scaled down. */
export interface Memory {
  /** The Rollout that has its pods. */
  readonly rollout: string;
  /** The size that it had, and that it gets again. */
  readonly from: number;
  /** The size that it was given: another one is somebody else's will. */
  readonly to: number;
  readonly at: Instant;
}

/**
 * Who scales a workload up again that we have scaled down, an autoscaler or a Git reconciler, does so at most
 * this often before we do it again. Two that fight must not do it at full speed.
 */
const TRUCE_MS = 60_000;

/**
 * The size that the workload of a rollout should have now; null: the one that it has. `status` is the one
 * that this pass decides.
 *
 * Its pods go only where those of the rollout serve: all of them with `onsuccess`, one for one with
 * `progressively`. A first release that fails gives them back.
 */
export function workloadSize(world: World, status: RolloutStatus, now: Instant): WorkloadSize | null {
  const object = world.workload?.object ?? null;
  const { workloadRef, replicas = 1, paused } = world.rollout.spec;
  const mode = workloadRef?.scaleDown ?? 'never';
  if (object === null || !isScalable(object) || mode === 'never' || paused === true) return null;
  const memory = memoryOf(object, world.rollout.metadata.name);
  if (memory !== null && isFailedFirst(status)) return givenBack(object, memory);
  // A rollout without pods serves nobody.
  if (status.phase === 'Healthy' && replicas > 0) return shrunk(world, object, 0, now);
  if (mode !== 'progressively' || status.phase === 'Degraded') return null;
  const to = Math.max(0, fromOf(object, memory) - (status.availableReplicas ?? 0));
  return shrunk(world, object, to, now);
}

/** When a fight over the size may go on; null: there is none. */
export function truceEnd(world: World): Instant | null {
  const object = world.workload?.object ?? null;
  const memory = object === null ? null : memoryOf(object, world.rollout.metadata.name);
  const isFight = object !== null && memory !== null && sizeOf(object) !== memory.to;
  return isFight ? memory.at + TRUCE_MS : null;
}

/** True where the size of this workload may be changed: it is a Deployment, and nobody else owns it. */
export function isScalable({ apiVersion, kind, metadata }: WorkloadObject): boolean {
  const isOwned = metadata.ownerReferences?.some((owner) => owner.controller === true) === true;
  const isGoing = metadata.deletionTimestamp !== undefined;
  return apiVersion === 'apps/v1' && kind === 'Deployment' && !isOwned && !isGoing;
}

/** Pods that a workload asks for. */
export function sizeOf({ spec }: WorkloadObject): number {
  return spec.replicas ?? 1;
}

/**
 * What a workload remembers of being scaled down by this rollout; null: nothing, or what nobody can read.
 */
export function memoryOf({ metadata }: WorkloadObject, rollout: string): Memory | null {
  const text = metadata.annotations?.[ANNOTATION.scaledDown];
  if (text === undefined) return null;
  const read = parsed(text);
  const at = typeof read.at === 'string' ? parseInstant(read.at) : null;
  if (read.rollout !== rollout || !isCount(read.from) || !isCount(read.to)) return null;
  return { rollout, from: read.from, to: read.to, at: at ?? 0 };
}

/** A memory as the text of its annotation. */
export function memoryText({ rollout, from, to, at }: Memory): string {
  return JSON.stringify({ rollout, from, to, at: formatInstant(at) });
}

/** True where a rollout fails that never carried everything. */
function isFailedFirst(status: RolloutStatus): boolean {
  const wasHealthy = status.conditions?.some(({ type }) => type === 'Healthy') === true;
  return status.phase === 'Degraded' && !wasHealthy;
}

function givenBack(object: WorkloadObject, memory: Memory): WorkloadSize {
  return { replicas: Math.max(memory.from, sizeOf(object)), memory: null, notes: [] };
}

/** The size before we began: what somebody else has set since is the newer will. */
function fromOf(object: WorkloadObject, memory: Memory | null): number {
  return memory !== null && sizeOf(object) === memory.to ? memory.from : sizeOf(object);
}

function shrunk(world: World, object: WorkloadObject, to: number, now: Instant): WorkloadSize | null {
  const have = sizeOf(object);
  if (to >= have) return null;
  const end = truceEnd(world);
  if (end !== null && now < end) return null;
  const { name } = world.rollout.metadata;
  const from = fromOf(object, memoryOf(object, name));
  return {
    replicas: to,
    memory: { rollout: name, from, to, at: now },
    notes: end === null ? [] : [fightNote(object, have)],
  };
}

function fightNote({ kind, metadata }: WorkloadObject, have: number): Note {
  const who = 'an autoscaler, or a Git reconciler whose manifest has spec.replicas';
  const message = `${kind} ${metadata.name} was scaled up again to ${have} by somebody else (perhaps ${who}) and is scaled down again`;
  return { type: 'Warning', reason: 'WorkloadScaledUp', message };
}

interface Written {
  readonly rollout?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly at?: unknown;
}

function parsed(text: string): Written {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
