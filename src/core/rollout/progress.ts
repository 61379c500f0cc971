import type { AnalysisRunSummary, RolloutCondition, RolloutStatus } from '../../api/rollout.ts';
import { erringSince, runOf } from '../steps/stored.ts';
import type { Instant } from '../time.ts';
import type { Life } from './life.ts';
import type { Release, Revision } from './release.ts';

/** True where the world or the steps have moved towards the goal since the stored status. */
export function hasProgressed(stored: RolloutStatus, next: RolloutStatus): boolean {
  const updated = (s: RolloutStatus) => s.updatedReplicas ?? 0;
  const old = (s: RolloutStatus) => (s.replicas ?? 0) - updated(s);
  return (
    updated(next) !== updated(stored) ||
    old(next) < old(stored) ||
    (next.readyReplicas ?? 0) > (stored.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (stored.availableReplicas ?? 0) ||
    next.stableRS !== stored.stableRS ||
    next.currentPodHash !== stored.currentPodHash ||
    next.currentStepIndex !== stored.currentStepIndex ||
    next.currentStepHash !== stored.currentStepHash ||
    switchState(next) !== switchState(stored)
  );
}

/** How far a blue-green release is, as one text. */
function switchState({ blueGreen = {} }: RolloutStatus): string {
  const { activeSelector, previewSelector, scaleUpPreviewCheckPoint } = blueGreen;
  const { prePromotionAnalysisRunStatus: pre, postPromotionAnalysisRunStatus: post } = blueGreen;
  return [activeSelector, previewSelector, scaleUpPreviewCheckPoint, pre?.status, post?.status].join('/');
}

/**
 * When the release counts as stuck unless something moves; null where the clock stands still: in pauses and
 * analysis steps, while a plugin step is well, while an old ReplicaSet waits for its deadline, and once the
 * outcome is known.
 */
export function progressDeadline(
  release: Release,
  life: Life,
  progressing: RolloutCondition | undefined,
): Instant | null {
  if (progressing === undefined || life.pauses.length > 0 || release.rollout.spec.paused === true)
    return null;
  const step = life.step === null ? undefined : release.steps[life.step];
  if (step?.pause !== undefined || step?.analysis !== undefined || step?.experiment !== undefined)
    return null;
  const run = step?.plugin === undefined || life.step === null ? null : runOf(life, life.step);
  if (run?.phase === 'Running') return null;
  if (STANDS_STILL.has(progressing.reason) || isAnalysed(release, life)) return null;
  if (release.all.some((r) => r !== release.current && isLeaving(r))) return null;
  const seconds = release.rollout.spec.progressDeadlineSeconds ?? 600;
  // A plugin step may have waited for long before it came into trouble.
  const since = Math.max(Date.parse(progressing.lastUpdateTime), erringSince(run) ?? 0);
  return since + seconds * 1000;
}

/**
 * True where a blue-green release waits for a verdict. It does until its verdict is stored: only then does
 * time run again, from that moment on.
 */
function isAnalysed({ status, strategy }: Release, life: Life): boolean {
  if (strategy === 'canary' || life.full) return false;
  const { prePromotionAnalysisRunStatus: pre, postPromotionAnalysisRunStatus: post } = status.blueGreen ?? {};
  return [pre, post, life.preRun, life.postRun].some((run) => run !== undefined && isOpen(run));
}

function isOpen(run: AnalysisRunSummary | null): boolean {
  return run !== null && !['Successful', 'Failed', 'Error', 'Inconclusive'].includes(run.status);
}

/** True where pods wait for the time at which they may go, and then until they are gone. */
function isLeaving({ deadline, spec, replicas }: Revision): boolean {
  return (deadline !== null && spec > 0) || replicas > spec;
}

const STANDS_STILL: ReadonlySet<string> = new Set([
  'RolloutAborted',
  'RolloutPaused',
  'NewReplicaSetAvailable',
]);

/** What is said of a ReplicaSet that has not moved in time. */
export function timedOutText(release: Release): string {
  return `ReplicaSet "${currentName(release)}" has timed out progressing.`;
}

/** The name of the wanted ReplicaSet, which may not be there yet. */
export function currentName(release: Release): string {
  return release.current?.name ?? `${release.rollout.metadata.name}-${release.hash}`;
}
