import { isFailure } from './kube/failure.ts';
import type { Logger } from './log.ts';
import type { Pass } from './queue.ts';
import type { PassReport } from './reconcile.ts';

/** One line about a pass that wrote something: what was decided, what was done, and why. */
export function logReport(log: Logger, pass: PassReport): void {
  const { key, decision, committed, applied } = pass;
  log.info(
    {
      rollout: key,
      phase: decision.status.phase,
      step: decision.status.currentStepIndex,
      because: decision.because,
      committed,
      changes: applied.map((change) => `${change.phase} ${change.verb} ${change.kind}/${change.name}`),
      told: decision.notes.map((note) => note.reason),
    },
    'pass',
  );
}

/** A pass that did not go through. A conflict is nothing to worry about: the next pass sees what changed. */
export function logPass(log: Logger, kind: string, pass: Pass): void {
  if (pass.outcome.kind !== 'failed') return;
  const { error, attempt, retryMs } = pass.outcome;
  const line = { [kind]: pass.key, attempt, retryMs: Math.round(retryMs), error: messageOf(error) };
  if (isFailure(error, 'conflict', 'exists')) log.debug(line, 'somebody else wrote first; looking again');
  else if (isFailure(error)) log.warn(line, 'pass failed; trying again');
  else
    log.error(
      { ...line, stack: error instanceof Error ? error.stack : undefined },
      'pass failed by a mistake of ours',
    );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
