import type { RolloutCondition, RolloutPhase, RolloutStatus } from '../../api/rollout.ts';
import { pendingSwitch } from './blue-green/status.ts';
import { isPastSteps } from './goals.ts';
import type { Life } from './life.ts';
import type { Release } from './release.ts';

/** Phase and message of a status, in the order of precedence that clients know. */
export function phaseOf(
  release: Release,
  life: Life,
  status: RolloutStatus,
  conditions: readonly RolloutCondition[],
): { readonly phase: RolloutPhase; readonly message: string } {
  const broken = conditions.find(
    (c) => c.reason === 'RolloutAborted' || c.reason === 'ProgressDeadlineExceeded',
  );
  if (broken !== undefined) return { phase: 'Degraded', message: `${broken.reason}: ${broken.message}` };
  if (release.rollout.spec.paused === true) return { phase: 'Paused', message: 'manually paused' };
  const pause = life.pauses[0];
  if (pause?.reason === 'PointOfNoReturn' && life.noReturn?.cause !== undefined)
    return { phase: 'Paused', message: `${pause.reason}: ${life.noReturn.cause}` };
  if (pause !== undefined) return { phase: 'Paused', message: pause.reason };
  const message = pending(release, life, status);
  return message === '' ? { phase: 'Healthy', message } : { phase: 'Progressing', message };
}

/** What is still to come, in the words that clients know; empty where nothing is. */
function pending(release: Release, life: Life, status: RolloutStatus): string {
  const { restartAt } = release.rollout.spec;
  if (restartAt !== undefined && restartAt !== life.restartedAt) return 'rollout is restarting';
  const updated = status.updatedReplicas ?? 0;
  if (updated < release.replicas) return 'more replicas need to be updated';
  if ((status.availableReplicas ?? 0) < updated) return 'updated replicas are still becoming available';
  if (release.strategy === 'blueGreen') return pendingSwitch(release, life, status);
  if (!release.routed && (status.replicas ?? 0) > updated) return 'old replicas are pending termination';
  const complete = life.stable !== null && life.stable === release.hash && isPastSteps(release, life);
  return complete ? '' : 'waiting for all steps to complete';
}
