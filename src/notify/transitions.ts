import type { AnalysisPhase, AnalysisRun } from '../api/analysis.ts';
import { LABEL } from '../api/keys.ts';
import type { PauseCondition, Rollout, RolloutStatus, StepPluginStatus } from '../api/rollout.ts';
import type { ReplicaSet } from '../api/workload.ts';
import { erringSince } from '../core/steps/stored.ts';
import { type Instant, parseInstant } from '../core/time.ts';
import { type Reason, triggerOf } from './triggers.ts';

/** One rollout and what it owns, as stored. */
export interface Snapshot {
  readonly rollout: Rollout;
  readonly replicaSets: readonly ReplicaSet[];
  readonly runs: readonly AnalysisRun[];
}

/** Something that has become true and may be told, once. */
export interface Transition {
  readonly reason: Reason;
  readonly trigger: string;
  /**
   * The same for everybody who looks at the same state, now or after a restart; another one the next time.
   */
  readonly id: string;
  readonly at: Instant;
  readonly subject: Subject;
}

/** What in particular. */
export type Subject =
  | { readonly kind: 'updated' | 'aborted' | 'completed' | 'resumed' }
  | { readonly kind: 'pause'; readonly pause: PauseCondition }
  | { readonly kind: 'step'; readonly index: number }
  | { readonly kind: 'plugin'; readonly run: StepPluginStatus }
  /** With blue-green all users are at once at another version; its hash. */
  | { readonly kind: 'switch'; readonly to: string }
  | { readonly kind: 'weight'; readonly from: number | null; readonly to: number }
  | { readonly kind: 'scale'; readonly replicaSet: string; readonly from: number; readonly to: number }
  | { readonly kind: 'run'; readonly run: AnalysisRun };

const RUN_REASONS: Readonly<Record<AnalysisPhase, Reason | null>> = {
  Pending: null,
  Running: 'AnalysisRunRunning',
  Successful: 'AnalysisRunSuccessful',
  Failed: 'AnalysisRunFailed',
  Error: 'AnalysisRunError',
  Inconclusive: 'AnalysisRunInconclusive',
};

/**
 * Every transition that the stored state tells of, whether it has been told or not. The state is what
 * counts and not an event, so that one which nobody took note of is found after a restart.
 */
export function transitionsIn(snapshot: Snapshot): readonly Transition[] {
  const status = snapshot.rollout.status ?? {};
  return [
    ...updated(snapshot, status),
    ...aborted(status),
    ...completed(status),
    ...(status.pauseConditions ?? []).map((pause) => pausedBy(pause, status)),
    ...stepCompleted(snapshot.rollout, status),
    ...(status.canary?.stepPluginStatuses ?? []).flatMap((run) => pluginAt(run, status)),
    ...snapshot.runs.flatMap(runEnded),
  ];
}

/** Transitions that only somebody who saw the state before can know of. They are lost where nobody looked. */
export function transitionsBetween(before: Snapshot, after: Snapshot, now: Instant): readonly Transition[] {
  const old = before.rollout.status ?? {};
  const fresh = after.rollout.status ?? {};
  return [
    ...lastStep(after.rollout, old, fresh, now),
    ...resumed(old, fresh, now),
    ...weightUpdated(old, fresh, now),
    ...switched(old, fresh, now),
    ...scaled(before, after, now),
  ];
}

function make(reason: Reason, id: string, at: Instant, subject: Subject): Transition {
  return { reason, trigger: triggerOf(reason), id, at, subject };
}

function updated({ replicaSets }: Snapshot, status: RolloutStatus): readonly Transition[] {
  const hash = status.currentPodHash;
  const current = replicaSets.find((one) => one.metadata.labels?.[LABEL.podTemplateHash] === hash);
  const startedAt = parseInstant(status.duration?.rolloutStartedAt);
  if (hash === undefined || current === undefined || startedAt === null) return [];
  return [make('RolloutUpdated', `${hash}.${startedAt / 1000}`, startedAt, { kind: 'updated' })];
}

function aborted(status: RolloutStatus): readonly Transition[] {
  const at = parseInstant(status.abortedAt);
  if (status.abort !== true || at === null) return [];
  return [make('RolloutAborted', `${status.currentPodHash ?? ''}.${at / 1000}`, at, { kind: 'aborted' })];
}

function completed(status: RolloutStatus): readonly Transition[] {
  const condition = status.conditions?.find((one) => one.type === 'Completed');
  const at = parseInstant(condition?.lastTransitionTime);
  const hash = status.currentPodHash;
  if (condition?.status !== 'True' || at === null || hash === undefined || hash !== status.stableRS)
    return [];
  return [make('RolloutCompleted', `${hash}.${at / 1000}`, at, { kind: 'completed' })];
}

function pausedBy(pause: PauseCondition, status: RolloutStatus): Transition {
  const at = parseInstant(pause.startTime) ?? 0;
  const id = `${status.currentPodHash ?? ''}.${pause.reason}.${status.currentStepIndex ?? ''}.${at / 1000}`;
  return make('RolloutPaused', id, at, { kind: 'pause', pause });
}

/** A plugin step begins, ends, or comes into trouble. What becomes of it after an abort is told with that. */
function pluginAt(run: StepPluginStatus, status: RolloutStatus): readonly Transition[] {
  const { index, operation, phase, startedAt, finishedAt } = run;
  const since = phase === 'Error' ? erringSince(run) : parseInstant(finishedAt ?? startedAt);
  if (operation !== 'Run' || phase === undefined || since === null) return [];
  const id = `${status.currentPodHash ?? ''}.${index}.${phase}.${since / 1000}`;
  return [make('StepPluginTransition', id, since, { kind: 'plugin', run })];
}

/** The newest step that is behind. Several that pass at once are told as one. */
function stepCompleted(rollout: Rollout, status: RolloutStatus): readonly Transition[] {
  const isUnderWay = status.currentPodHash !== status.stableRS && status.abort !== true;
  return isUnderWay ? stepBehind(rollout, status) : [];
}

function stepBehind(rollout: Rollout, status: RolloutStatus): readonly Transition[] {
  const index = status.currentStepIndex ?? 0;
  const steps = rollout.spec.strategy?.canary?.steps?.length ?? 0;
  const startedAt = parseInstant(status.duration?.rolloutStartedAt);
  if (index === 0 || index > steps || startedAt === null) return [];
  const progressing = status.conditions?.find((one) => one.type === 'Progressing');
  const at = parseInstant(progressing?.lastUpdateTime) ?? 0;
  const id = `${status.currentPodHash ?? ''}.${startedAt / 1000}.${index}`;
  return [make('RolloutStepCompleted', id, at, { kind: 'step', index: index - 1 })];
}

/**
 * The last steps may pass in the very write that promotes; afterwards nothing shows that they were not
 * skipped.
 */
function lastStep(
  rollout: Rollout,
  old: RolloutStatus,
  fresh: RolloutStatus,
  now: Instant,
): readonly Transition[] {
  const isSame = old.currentPodHash === fresh.currentPodHash && old.currentPodHash !== old.stableRS;
  const isPromoted = fresh.currentPodHash === fresh.stableRS && old.promoteFull !== true;
  const moved = (fresh.currentStepIndex ?? 0) > (old.currentStepIndex ?? 0);
  if (!isSame || !isPromoted || !moved || old.abort === true) return [];
  return stepBehind(rollout, fresh).map((transition) => ({ ...transition, at: now }));
}

function runEnded(run: AnalysisRun): readonly Transition[] {
  const phase = run.status?.phase;
  if (phase === undefined || phase === '') return [];
  const reason = RUN_REASONS[phase];
  if (reason === null) return [];
  const at = (phase === 'Running' ? parseInstant(run.status?.startedAt) : endOf(run)) ?? bornAt(run);
  const id = `${run.metadata.name}.${(run.metadata.uid ?? '').slice(0, 8)}`;
  return [make(reason, id, at, { kind: 'run', run })];
}

/** When a run ended: as it says itself, or else with its last measurement. */
function endOf({ status }: AnalysisRun): Instant | null {
  const measured = (status?.metricResults ?? []).flatMap(({ measurements = [] }) =>
    measurements.flatMap(({ finishedAt }) => parseInstant(finishedAt) ?? []),
  );
  return parseInstant(status?.completedAt) ?? (measured.length === 0 ? null : Math.max(...measured));
}

function bornAt({ metadata }: AnalysisRun): Instant {
  return parseInstant(metadata.creationTimestamp) ?? 0;
}

function resumed(old: RolloutStatus, fresh: RolloutStatus, now: Instant): readonly Transition[] {
  const [pause] = old.pauseConditions ?? [];
  if (pause === undefined || (fresh.pauseConditions ?? []).length > 0 || fresh.abort === true) return [];
  if (old.currentPodHash !== fresh.currentPodHash) return [];
  return [
    make('RolloutResumed', `${fresh.currentPodHash ?? ''}.${pause.startTime}`, now, { kind: 'resumed' }),
  ];
}

function weightUpdated(old: RolloutStatus, fresh: RolloutStatus, now: Instant): readonly Transition[] {
  const from = old.canary?.weights?.canary.weight ?? null;
  const to = fresh.canary?.weights?.canary.weight ?? null;
  if (to === null || to === from) return [];
  const id = `${fresh.currentPodHash ?? ''}.${fresh.epoch ?? now}.${from ?? ''}-${to}`;
  return [make('TrafficWeightUpdated', id, now, { kind: 'weight', from, to })];
}

function switched(old: RolloutStatus, fresh: RolloutStatus, now: Instant): readonly Transition[] {
  const from = old.blueGreen?.activeSelector;
  const to = fresh.blueGreen?.activeSelector;
  if (from === undefined || to === undefined || from === to) return [];
  const id = `${fresh.currentPodHash ?? ''}.${fresh.epoch ?? now}.${from}-${to}`;
  return [make('SwitchService', id, now, { kind: 'switch', to })];
}

function scaled(before: Snapshot, after: Snapshot, now: Instant): readonly Transition[] {
  return after.replicaSets.flatMap((replicaSet) => {
    const { name, uid, generation } = replicaSet.metadata;
    const old = before.replicaSets.find((one) => one.metadata.uid === uid);
    const from = old?.spec.replicas ?? 0;
    const to = replicaSet.spec.replicas ?? 1;
    if (from === to) return [];
    return [
      make('ScalingReplicaSet', `${name}.${generation ?? 0}.${to}`, now, {
        kind: 'scale',
        replicaSet: name,
        from,
        to,
      }),
    ];
  });
}
