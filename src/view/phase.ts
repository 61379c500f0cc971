import { ANNOTATION } from '../api/keys.ts';
import type { Rollout, RolloutPhase } from '../api/rollout.ts';

/** Phase and message as clients show them; `seen` is false while the status tells of an older spec. */
export interface ClientPhase {
  readonly phase: RolloutPhase;
  readonly message: string;
  readonly seen: boolean;
}

/**
 * How a rollout stands, for clients: what the controller wrote, unless that was before the latest change.
 * Source: the checks that Argo CD and the plugins of the API make before they believe `status.phase`.
 */
export function clientPhase(rollout: Rollout): ClientPhase {
  const status = rollout.status ?? {};
  if (!isSpecSeen(rollout)) return unseen('waiting for rollout spec update to be observed');
  if (status.controllerPause === true && (status.pauseConditions ?? []).length === 0)
    return unseen('waiting for rollout to unpause');
  if (!isWorkloadSeen(rollout))
    return unseen('waiting for rollout spec update to be observed for the reference workload');
  return { phase: status.phase ?? 'Progressing', message: status.message ?? '', seen: true };
}

/** Whether the status is that of the present spec. Text that is no number says nothing, and is believed. */
export function isSpecSeen(rollout: Rollout): boolean {
  const { observedGeneration, phase } = rollout.status ?? {};
  if (phase === undefined) return false;
  return !isNumber(observedGeneration) || Number(observedGeneration) === (rollout.metadata.generation ?? 0);
}

/** Whether the status is that of the present template of the workload that the spec refers to. */
export function isWorkloadSeen(rollout: Rollout): boolean {
  const generation = rollout.metadata.annotations?.[ANNOTATION.workloadGeneration];
  if (rollout.spec.workloadRef === undefined || generation === undefined) return true;
  return generation === rollout.status?.workloadObservedGeneration;
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^[0-9]+$/.test(text);
}

function unseen(message: string): ClientPhase {
  return { phase: 'Progressing', message, seen: false };
}
