import type { StepPluginStatus } from '../../api/rollout.ts';
import type { Because } from '../because.ts';
import { GATE, memoIn } from './stored.ts';

/** Why a release waits for a plugin step, as its status tells it; null where the step does not run. */
export function stepReason(run: StepPluginStatus | null): Extract<Because, { readonly kind: 'step' }> | null {
  if (run === null || (run.phase !== 'Running' && run.phase !== 'Error')) return null;
  const memo = memoIn(run);
  const isManual = run.name === GATE && memo['webhook'] === undefined && memo['timeoutAt'] === undefined;
  return {
    kind: 'step',
    step: run.index,
    name: run.name,
    message: run.message ?? '',
    since: Date.parse(run.startedAt ?? '') || 0,
    isManual,
  };
}
