import type { StepPluginStatus } from '../../api/rollout.ts';
import type { Job } from '../../api/workload.ts';
import { outcomeOf } from '../job-outcome.ts';
import { isComplete } from '../rollout/goals.ts';
import type { Life } from '../rollout/life.ts';
import type { Release } from '../rollout/release.ts';
import { formatInstant, type Instant } from '../time.ts';
import { claimOf } from './stored.ts';

/**
 * How steps end that are not to go on: an abort ends every step that runs or has succeeded, last one first;
 * a full promotion, and whoever skips a step, ends those that still run. Only statuses that are new.
 */
export function endings(
  jobs: readonly Job[],
  release: Release,
  life: Life,
  now: Instant,
): readonly StepPluginStatus[] {
  if (release.strategy === 'blueGreen' || life.plugins.length === 0) return [];
  const aborts = life.abort === true && !isComplete(release, life);
  const operation = aborts ? 'Abort' : 'Terminate';
  const isLeft = ({ index }: StepPluginStatus) =>
    life.full || isComplete(release, life) || index !== life.step;
  return life.plugins
    .filter((status) => status.operation === 'Run')
    .filter((run) => (aborts ? mayAbort(run) : run.finishedAt === undefined && isLeft(run)))
    .toSorted((a, b) => b.index - a.index)
    .flatMap((run) => ending(jobs, life, run, { operation, now }));
}

/** What has failed has ended by itself. */
function mayAbort({ phase }: StepPluginStatus): boolean {
  return phase === 'Running' || phase === 'Error' || phase === 'Successful';
}

function ending(
  jobs: readonly Job[],
  life: Life,
  run: StepPluginStatus,
  { operation, now }: { readonly operation: 'Abort' | 'Terminate'; readonly now: Instant },
): readonly StepPluginStatus[] {
  const stored = life.plugins.find((one) => one.index === run.index && one.operation === operation);
  if (stored?.finishedAt !== undefined) return [];
  const busy = jobs.find((job) => job.metadata.name === claimOf(run) && outcomeOf(job).kind === 'running');
  if (stored !== undefined && busy !== undefined) return [];
  const at = formatInstant(now);
  const { index, name } = run;
  const times = { startedAt: stored?.startedAt ?? at, updatedAt: at, executions: 1 };
  if (busy === undefined) return [{ index, name, operation, phase: 'Successful', ...times, finishedAt: at }];
  const message = `Job ${busy.metadata.name} is being deleted`;
  return [{ index, name, operation, phase: 'Running', message, ...times }];
}
