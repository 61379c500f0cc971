import type { AnalysisRunSummary, RolloutStatus } from '../../api/rollout.ts';
import type { Because } from '../because.ts';
import { stepReason } from '../steps/reason.ts';
import { runOf } from '../steps/stored.ts';
import type { Instant } from '../time.ts';
import type { World } from '../world.ts';
import { previewPauseEnd } from './blue-green/pause.ts';
import { wantedPods } from './blue-green/track.ts';
import { isComplete, isFullyAvailable, stepWeight, wantedSizes } from './goals.ts';
import { type Life, pauseEnd } from './life.ts';
import { currentName } from './progress.ts';
import type { Release } from './release.ts';
import { routedWeight } from './traffic.ts';

/**
 * The one reason why the rollout is where it is: the first of these that holds is what a person would say.
 */
export function reasonFor(
  world: World,
  release: Release,
  life: Life,
  status: RolloutStatus,
  now: Instant,
): Because {
  if (world.routerIssues.length > 0) return { kind: 'router', issues: world.routerIssues };
  if (life.abort === true && !isComplete(release, life))
    return { kind: 'aborted', cause: abortCause(status), at: life.abortedAt ?? now };
  if (release.rollout.spec.paused === true) return { kind: 'held' };
  const timedOut = status.conditions?.find((c) => c.reason === 'ProgressDeadlineExceeded');
  if (timedOut !== undefined)
    return { kind: 'deadline', replicaSet: currentName(release), since: Date.parse(timedOut.lastUpdateTime) };
  return pauseReason(release, life) ?? workReason(world, release, life);
}

function abortCause(status: RolloutStatus): string | null {
  const message = status.conditions?.find((c) => c.reason === 'RolloutAborted')?.message ?? '';
  const at = message.indexOf(': ');
  return at === -1 ? null : message.slice(at + 2);
}

function pauseReason(release: Release, life: Life): Because | null {
  // Doubt outlasts the pause that it came in.
  const pause = life.pauses.find(({ reason }) => reason.startsWith('Inconclusive')) ?? life.pauses[0];
  if (pause === undefined) return null;
  const since = Date.parse(pause.startTime);
  if (pause.reason === 'CanaryPauseStep')
    return { kind: 'pause', step: life.step ?? 0, since, until: pauseEnd(life, release.steps) };
  if (pause.reason === 'BlueGreenPause')
    return { kind: 'preview', since, until: previewPauseEnd(release, life) };
  if (pause.reason === 'PointOfNoReturn')
    return { kind: 'noReturn', cause: life.noReturn?.cause ?? '', since };
  if (pause.reason === 'InconclusiveExperiment')
    return { kind: 'inconclusive', run: life.experiment?.name ?? '', of: 'experiment', since };
  const runs = [life.stepRun, life.preRun, life.postRun];
  const run = runs.find((one) => one?.status === 'Inconclusive') ?? life.backgroundRun;
  return { kind: 'inconclusive', run: run?.name ?? '', since };
}

function workReason(world: World, release: Release, life: Life): Because {
  const isBlueGreen = release.strategy === 'blueGreen';
  const want = isBlueGreen ? wantedPods(release, life) : wantedSizes(release, life).canary;
  const have = release.current?.available ?? 0;
  const replicaSet = currentName(release);
  if (isComplete(release, life)) {
    if (!isFullyAvailable(release)) return { kind: 'pods', replicaSet, want: release.replicas, have };
    const old = release.all.reduce((sum, r) => sum + (r === release.current ? 0 : r.replicas), 0);
    return old > 0 && !isBlueGreen ? { kind: 'oldPods', have: old } : { kind: 'healthy' };
  }
  if (have < want) return { kind: 'pods', replicaSet, want, have };
  const weight = stepWeight(release, life);
  if (release.routed && routedWeight(world) !== weight)
    return { kind: 'weight', want: weight, have: routedWeight(world) };
  const step = life.step === null ? null : stepReason(runOf(life, life.step));
  if (step !== null) return step;
  if (life.experiment !== null) return { kind: 'experiment', name: life.experiment.name };
  const run = life.stepRun ?? life.backgroundRun ?? openRun(life);
  if (run !== null) return { kind: 'analysis', run: run.name, phase: run.status };
  return { kind: 'working' };
}

/** The run before or after the switch that still goes on. */
function openRun({ preRun, postRun }: Life): AnalysisRunSummary | null {
  return [preRun, postRun].find((run) => run !== null && run.status !== 'Successful') ?? null;
}
