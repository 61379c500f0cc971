import type { Life } from '../rollout/life.ts';
import type { Release } from '../rollout/release.ts';
import type { Instant } from '../time.ts';
import type { World } from '../world.ts';
import { strayJobs } from './job.ts';
import { NO_WANTS, type StepWants } from './plugin.ts';
import { isUnderWay, runningStep, type StepPass, take } from './statuses.ts';
import { claimOf, runOf } from './stored.ts';

/**
 * What plugin steps need done outside in this life, and when to look again. Every Job of a step that goes on
 * and that the current step does not claim is to go: this is how an abort, a skipped step and a new template
 * end a Job, whatever became of the status in between.
 */
export function stepWants(
  world: World,
  release: Release,
  life: Life,
  pass: StepPass,
): { readonly wants: StepWants; readonly wakeAt: Instant | null } {
  const remove = strayJobs(world.steps.jobs, new Set(claimed(release, life)));
  const running = runningStep(release, life, pass);
  if (running === null)
    return { wants: remove.length === 0 ? NO_WANTS : { ...NO_WANTS, remove }, wakeAt: null };
  const { wants, wakeAt } = take(world, release, running, pass.now);
  return { wants: { ...wants, remove: [...wants.remove, ...remove] }, wakeAt };
}

function claimed(release: Release, life: Life): readonly string[] {
  if (!isUnderWay(release, life) || life.step === null) return [];
  const run = runOf(life, life.step);
  return run === null ? [] : [claimOf(run) ?? ''];
}
