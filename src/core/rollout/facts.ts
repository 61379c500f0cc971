import type { AnalysisRunSummary } from '../../api/rollout.ts';
import { failedStep, isStepDone } from '../steps/no-return.ts';
import type { Instant } from '../time.ts';
import type { World } from '../world.ts';
import { previewState } from './blue-green/pause.ts';
import { isSwitched } from './blue-green/runs.ts';
import { isFastRollback, isPastCheckpoint, isUnserved } from './blue-green/track.ts';
import { failedExperiment, isUnsure } from './experiments.ts';
import {
  hasWantedSizes,
  isComplete,
  isFullyAvailable,
  isPastSteps,
  stepWeight,
  wantedSizes,
} from './goals.ts';
import { type Life, pauseEnd } from './life.ts';
import type { Facts, Stage } from './machine.ts';
import { hasManagedRoutes } from './managed-routes.ts';
import type { Release } from './release.ts';
import { isInRollbackWindow } from './rollback.ts';
import { isUnproven } from './unproven.ts';

/** Everything that the state machine may ask about the world, for one life. */
export function observe(
  world: World,
  release: Release,
  life: Life,
  outcome: { readonly now: Instant; readonly blocked: boolean; readonly deadlineMissed: string | null },
): Facts {
  const isStable = isComplete(release, life);
  const underWay = !isStable && life.stable !== null && life.abort !== true && !life.full;
  return {
    specChanged: life.hash !== release.hash || life.stepHash !== release.stepHash,
    noStable: life.stable === null || (!isStable && isFirst(release)),
    isStable,
    inRollbackWindow: isInRollbackWindow(release, life) || isFastRollback(release, life),
    unproven: isUnproven(release),
    abortRequested: life.abort === true,
    abortedBefore: life.abortedAt !== null,
    fullRequested: life.full,
    held: outcome.blocked || release.rollout.spec.paused === true,
    paused: life.pauses.length > 0,
    resumed: life.controllerPause && life.pauses.length === 0,
    pauseLeft: hasLeftPause(release, life),
    pastSteps: isBehind(release, life),
    step: stepState(world, release, life, outcome.now),
    inconclusive: underWay && isInconclusive(life),
    unsureExperiment: underWay && isUnsure(life),
    failure: underWay && life.noReturn === null ? failure(life, outcome.deadlineMissed) : null,
    stopped: underWay ? stopped(life, outcome.deadlineMissed) : null,
    promotable: isPromotable(world, release, life),
  };
}

/**
 * Where the stored status and the world say that this life stands. A hint: every guard holds from facts
 * alone.
 */
export function stageOf(release: Release, life: Life): Stage {
  if (isComplete(release, life)) return 'complete';
  if (life.abort === true || life.abortedAt !== null) return 'aborted';
  if (life.pauses.length > 0) return 'paused';
  return isBehind(release, life) ? 'promoting' : 'stepping';
}

/** True where no other version has been verified, or none can be found that was. */
function isFirst(release: Release): boolean {
  return (release.stable === null && release.current !== null) || isUnserved(release);
}

/** True where all that comes before the promotion is behind. */
function isBehind(release: Release, life: Life): boolean {
  return release.strategy === 'blueGreen' ? isPastCheckpoint(release, life) : isPastSteps(release, life);
}

function stepState(world: World, release: Release, life: Life, now: Instant): Facts['step'] {
  if (release.strategy === 'blueGreen') return previewState(release, life, now);
  const step = life.step === null ? undefined : release.steps[life.step];
  if (step === undefined) return 'none';
  if (step.pause !== undefined) {
    const begun = life.pauses.some((pause) => pause.reason === 'CanaryPauseStep');
    if (!begun) return life.controllerPause && life.pauses.length === 0 ? 'pauseOver' : 'pauseDue';
    const end = pauseEnd(life, release.steps);
    return end !== null && now >= end ? 'pauseOver' : 'waiting';
  }
  if (step.setCanaryScale !== undefined) return hasWantedSizes(release, life) ? 'done' : 'waiting';
  if (step.setWeight !== undefined) {
    const reached = hasWantedSizes(release, life) && carries(world, release, life, stepWeight(release, life));
    return reached ? 'done' : 'waiting';
  }
  if (step.setHeaderRoute !== undefined || step.setMirrorRoute !== undefined)
    return hasManagedRoutes(world, release, life) ? 'done' : 'waiting';
  if (step.analysis !== undefined) return life.stepRun?.status === 'Successful' ? 'done' : 'waiting';
  if (step.experiment !== undefined) return life.experiment?.phase === 'Successful' ? 'done' : 'waiting';
  return isStepDone(release, life) ? 'done' : 'waiting';
}

/** `promote --skip-current-step` and its like move the index of the step and nothing else. */
function hasLeftPause(release: Release, life: Life): boolean {
  const step = life.step === null ? undefined : release.steps[life.step];
  const isOfStep = life.pauses.every((pause) => pause.reason === 'CanaryPauseStep');
  return life.pauses.length > 0 && isOfStep && step?.pause === undefined;
}

/** True where every router routes this weight to the canary. Without pods there is nothing to route. */
function carries(world: World, release: Release, life: Life, weight: number): boolean {
  if (release.replicas === 0) return true;
  const expected = wantedSizes(release, life).canary === 0 ? 0 : weight;
  return world.routers.every((router) => router.settled && router.routes?.canaryWeight === expected);
}

function isInconclusive(life: Life): boolean {
  const isTold = life.pauses.some((pause) => pause.reason === 'InconclusiveAnalysisRun');
  const isLifted = life.controllerPause && life.pauses.length === 0;
  if (isTold || isLifted) return false;
  const runs = [life.stepRun, life.backgroundRun, life.preRun, life.postRun];
  return runs.some((run) => run?.status === 'Inconclusive');
}

function failure(life: Life, deadlineMissed: string | null): string | null {
  return (
    failedRun('Step-based analysis', life.stepRun) ??
    failedRun('Background analysis', life.backgroundRun) ??
    failedRun('Blue/green pre-promotion analysis', life.preRun) ??
    failedRun('Blue/green post-promotion analysis', life.postRun) ??
    failedExperiment(life) ??
    failedStep(life) ??
    deadlineMissed
  );
}

/** Why a release that cannot go back by itself must wait for a person, unless one has decided. */
function stopped(life: Life, deadlineMissed: string | null): string | null {
  const isTold = life.pauses.some((pause) => pause.reason === 'PointOfNoReturn');
  const isLifted = life.controllerPause && life.pauses.length === 0;
  return life.noReturn === null || isTold || isLifted ? null : failure(life, deadlineMissed);
}

function failedRun(what: string, run: AnalysisRunSummary | null): string | null {
  if (run?.status !== 'Failed' && run?.status !== 'Error') return null;
  return `${what} phase error/failed: ${run.message ?? ''}`;
}

/** Stable is what can carry everything and, with a router, does. */
function isPromotable(world: World, release: Release, life: Life): boolean {
  if (release.strategy === 'blueGreen') return isSwitched(release, life);
  if (!isPastSteps(release, life) || !isFullyAvailable(release)) return false;
  if (!release.routed || life.full || release.steps.length === 0) return true;
  return carries(world, release, life, release.maxWeight);
}
