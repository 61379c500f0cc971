import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../../../../src/api/meta.ts';
import type { Rollout } from '../../../../src/api/rollout.ts';
import { STORM_MS } from '../draw/storm.ts';
import { type Observer, type Scene, STALE_MS } from './scene.ts';

/** Nothing happens twice within so short a time. Milliseconds. */
const TWICE_MS = 50;

/**
 * No Event says again what another one has just said, which holds of lives in which nothing goes wrong,
 * and no status cries wolf (`told`). No status is written that says nothing new (`calm`).
 */
export function told(scene: Scene): Observer {
  const last = new Map<string, { readonly words: string; readonly atMs: number }>();
  const isCalm = scene.script.faults.length === 0 && scene.script.troubles.length === 0;
  return ({ kind, before, after }) => {
    if (after === null || scene.isUser()) return;
    const isFair = isCalm || scene.now() > STORM_MS + STALE_MS;
    if (kind.kind === 'Rollout') {
      const { name } = after.metadata;
      if (before !== null && isRepetition(before, after))
        scene.tell('calm', `the status of ${name} is written with nothing new but times`);
      if (isFair && isFalseAlarm(after))
        scene.tell('told', `${name} is stuck, and all of its pods are there`);
    }
    if (kind.kind !== 'Event') return;
    const { about, words } = eventOf(after);
    const { words: said = '', atMs = 0 } = last.get(about) ?? {};
    last.set(about, { words, atMs: scene.now() });
    if (isFair && words === said && scene.now() - atMs < TWICE_MS) scene.tell('told', `${about}: ${words}`);
  };
}

function eventOf(event: Manifest): { readonly about: string; readonly words: string } {
  const { reason, message, involvedObject } = event as Manifest & {
    readonly reason?: string;
    readonly message?: string;
    readonly involvedObject?: { readonly kind?: string; readonly name?: string };
  };
  const { kind, name } = involvedObject ?? {};
  return { about: `${kind} ${name}`, words: `${reason}: ${message}` };
}

/** Old pods that go when their time is over are no reason to call anybody. */
function isFalseAlarm(rollout: Manifest): boolean {
  const { spec, status = {} } = rollout as unknown as Rollout;
  const isComplete = status.stableRS !== undefined && status.stableRS === status.currentPodHash;
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status;
  const wanted = spec.replicas ?? 1;
  // Of more pods than are wanted some are old ones.
  const isThere = wanted > 0 && updatedReplicas === wanted && availableReplicas === replicas;
  return isComplete && isThere && status.message?.startsWith('ProgressDeadlineExceeded') === true;
}

function isRepetition(before: Manifest, after: Manifest): boolean {
  if (isDeepStrictEqual(before['status'], after['status'])) return false;
  return isDeepStrictEqual(timeless(before), timeless(after));
}

/** All of a rollout but the moments at which its conditions changed, whatever their order. */
function timeless({ metadata, ...rest }: Manifest): unknown {
  const { status = {} } = rest as unknown as Rollout;
  const conditions = (status.conditions ?? [])
    .map((one) => ({ ...one, lastUpdateTime: '', lastTransitionTime: '' }))
    .sort((a, b) => a.type.localeCompare(b.type));
  return { status: { ...status, conditions }, annotations: metadata.annotations, spec: rest['spec'] };
}
