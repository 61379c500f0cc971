import type { Issue } from '../api/meta.ts';
import type { Rollout, RolloutCondition, RolloutStatus } from '../api/rollout.ts';
import type { Because } from '../core/because.ts';
import { pauseEnd, storedLife } from '../core/rollout/life.ts';
import { stepReason } from '../core/steps/reason.ts';
import { runOf } from '../core/steps/stored.ts';
import { type Instant, parseInstant } from '../core/time.ts';
import { isSpecSeen, isWorkloadSeen } from './phase.ts';
import { isPromoted, totalSteps, wantedWeight } from './weight.ts';

/** Why a rollout is where it is: what the controller knows, and what only a client can see. */
export type Reason =
  | Exclude<Because, { readonly kind: 'working' }>
  /** The controller has not looked at the latest change yet. */
  | { readonly kind: 'unseen'; readonly what: 'the spec' | 'the workload' }
  /** A person said go on, and the controller has not done so yet. */
  | { readonly kind: 'unpause' }
  /** A person asked for this, and the controller has not taken note of it yet. */
  | { readonly kind: 'asked'; readonly what: 'abort' | 'retry' }
  /** `what` is the status message where it says what is waited for, else empty. */
  | { readonly kind: 'working'; readonly what: string };

/** Pods of the wanted version, where its ReplicaSet is known. */
export interface WantedPods {
  readonly replicaSet: string;
  readonly want: number;
  readonly have: number;
}

/**
 * The reason as far as the status tells it. `pods` makes it exact; with null the counts of the status must
 * do. Never throws: a status that the controller has not written yet is a reason too.
 */
export function reasonOf(rollout: Rollout, pods: WantedPods | null, now: Instant): Reason {
  const status = rollout.status ?? {};
  if (!isSpecSeen(rollout)) return { kind: 'unseen', what: 'the spec' };
  const halted = haltedReason(rollout, status, now);
  if (halted !== null) return halted;
  if (status.controllerPause === true && (status.pauseConditions ?? []).length === 0)
    return { kind: 'unpause' };
  if (!isWorkloadSeen(rollout)) return { kind: 'unseen', what: 'the workload' };
  return pauseReason(rollout, status) ?? workReason(rollout, status, pods);
}

/** When things last moved on, for reasons that do not say it themselves; null where it is not known. */
export function sinceWhen(rollout: Rollout, reason: Reason): Instant | null {
  if (reason.kind !== 'pods') return null;
  return parseInstant(conditionWith(rollout, 'Progressing')?.lastUpdateTime);
}

function haltedReason(rollout: Rollout, status: RolloutStatus, now: Instant): Reason | null {
  const invalid = conditionWith(rollout, 'InvalidSpec');
  if (invalid !== undefined) return { kind: 'invalid', issues: issuesIn(invalid.message) };
  const aborted = isPromoted(status) ? undefined : withReason(status, 'RolloutAborted');
  if (aborted !== undefined && status.abort === false) return { kind: 'asked', what: 'retry' };
  if (aborted === undefined && status.abort === true && !isPromoted(status))
    return { kind: 'asked', what: 'abort' };
  if (aborted !== undefined) {
    const at = parseInstant(status.abortedAt) ?? parseInstant(aborted.lastUpdateTime) ?? now;
    return { kind: 'aborted', cause: causeOf(aborted.message), at };
  }
  if (rollout.spec.paused === true) return { kind: 'held' };
  const timedOut = withReason(status, 'ProgressDeadlineExceeded');
  if (timedOut === undefined) return null;
  const since = parseInstant(timedOut.lastUpdateTime) ?? now;
  return { kind: 'deadline', replicaSet: currentName(rollout, status), since };
}

/**
 * `The Rollout "app" is invalid: <path>: <message>; <path>: <message>`: a semicolon in a message is no end
 * of it.
 */
function issuesIn(message: string): readonly Issue[] {
  const text = message.replace(/^The Rollout "[^"]*" is invalid: /, '');
  return text.split(/; (?=(?:spec|metadata)[.[][^\s:]*: )/).map((one) => {
    const [, path = '', said = one] = /^((?:spec|metadata)[.[][^\s:]*): (.*)$/s.exec(one) ?? [];
    return { path, message: said };
  });
}

/** `Rollout aborted update to revision 2: <cause>` */
function causeOf(message: string): string | null {
  const at = message.indexOf(': ');
  return at === -1 ? null : message.slice(at + 2);
}

function pauseReason(rollout: Rollout, status: RolloutStatus): Reason | null {
  const pauses = status.pauseConditions ?? [];
  // Doubt outlasts the pause that it came in.
  const pause = pauses.find(({ reason }) => reason.startsWith('Inconclusive')) ?? pauses[0];
  if (pause === undefined) return null;
  const since = parseInstant(pause.startTime) ?? 0;
  const life = storedLife(status);
  const { canary } = rollout.spec.strategy ?? {};
  switch (pause.reason) {
    case 'CanaryPauseStep':
      return { kind: 'pause', step: life.step ?? 0, since, until: pauseEnd(life, canary?.steps ?? []) };
    case 'BlueGreenPause':
      return { kind: 'preview', since, until: switchTime(rollout, pauses.length, since) };
    case 'InconclusiveExperiment':
      return { kind: 'inconclusive', run: status.canary?.currentExperiment ?? '', of: 'experiment', since };
    case 'InconclusiveAnalysisRun':
      return { kind: 'inconclusive', run: inconclusiveRun(status), since };
    case 'PointOfNoReturn':
      return { kind: 'noReturn', cause: status.canary?.pointOfNoReturn?.cause ?? '', since };
    default:
      return pause.reason satisfies never;
  }
}

/** When the Service is switched by itself. In doubt, which is a second pause, a person decides. */
function switchTime(rollout: Rollout, pauses: number, since: Instant): Instant | null {
  const { autoPromotionEnabled, autoPromotionSeconds = 0 } = rollout.spec.strategy?.blueGreen ?? {};
  if (pauses > 1 || autoPromotionEnabled === false || autoPromotionSeconds === 0) return null;
  return since + autoPromotionSeconds * 1000;
}

function inconclusiveRun({ canary, blueGreen }: RolloutStatus): string {
  const runs = [
    canary?.currentStepAnalysisRunStatus,
    canary?.currentBackgroundAnalysisRunStatus,
    blueGreen?.prePromotionAnalysisRunStatus,
    blueGreen?.postPromotionAnalysisRunStatus,
  ];
  const unsure = runs.find((run) => run?.status === 'Inconclusive');
  return (unsure ?? canary?.currentBackgroundAnalysisRunStatus)?.name ?? '';
}

function workReason(rollout: Rollout, status: RolloutStatus, pods: WantedPods | null): Reason {
  const wanted = neededPods(rollout, status, pods);
  if (wanted.have < wanted.want) return { kind: 'pods', ...wanted };
  if (status.phase === 'Healthy') return { kind: 'healthy' };
  const old = (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  if (isPromoted(status) && old > 0) return { kind: 'oldPods', have: old };
  const life = storedLife(status);
  const weights = status.canary?.weights;
  const weight = wantedWeight(rollout);
  if (weights !== undefined && weights.canary.weight !== weight && movesTraffic(rollout))
    return { kind: 'weight', want: weight, have: weights.canary.weight };
  const step = life.step === null ? null : stepReason(runOf(life, life.step));
  if (step !== null) return step;
  if (life.experiment !== null) return { kind: 'experiment', name: life.experiment.name };
  const run = runInWork(status);
  if (run !== undefined) return { kind: 'analysis', run: run.name, phase: run.status };
  return { kind: 'working', what: workInWords(status.message ?? '') };
}

/**
 * Once it is promoted all pods are needed, before that those that its ReplicaSet should have. The status
 * alone does not say how many these are.
 */
function neededPods(rollout: Rollout, status: RolloutStatus, pods: WantedPods | null): WantedPods {
  const replicaSet = pods?.replicaSet ?? currentName(rollout, status);
  if (!isPromoted(status)) return pods ?? { replicaSet, want: 0, have: 0 };
  const available = Math.min(status.availableReplicas ?? 0, status.updatedReplicas ?? 0);
  return { replicaSet, want: rollout.spec.replicas ?? 1, have: pods?.have ?? available };
}

/** Without steps traffic moves with the Service of the stable version, at the promotion. */
function movesTraffic(rollout: Rollout): boolean {
  return totalSteps(rollout) > 0 && !isPromoted(rollout.status ?? {});
}

function runInWork({ canary, blueGreen }: RolloutStatus) {
  const runs = [
    canary?.currentStepAnalysisRunStatus,
    blueGreen?.prePromotionAnalysisRunStatus,
    blueGreen?.postPromotionAnalysisRunStatus,
  ];
  return runs.find((run) => run !== undefined && run.status !== 'Successful');
}

/** What the controller says it waits for, as something to wait for. */
const WORK: Readonly<Record<string, string>> = {
  'rollout is restarting': 'pods to be restarted',
  'more replicas need to be updated': 'more pods of the new version',
  'updated replicas are still becoming available': 'new pods to become available',
  'old replicas are pending termination': 'old pods to go away',
  'active service cutover pending': 'the active Service to be switched',
};

function workInWords(message: string): string {
  const words = WORK[message] ?? message.replace(/^waiting for /, '').trim();
  return words === '' ? 'the controller to say what it does' : words;
}

function currentName(rollout: Rollout, { currentPodHash }: RolloutStatus): string {
  return `${rollout.metadata.name}-${currentPodHash ?? 'new'}`;
}

function conditionWith(rollout: Rollout, type: RolloutCondition['type']): RolloutCondition | undefined {
  return rollout.status?.conditions?.find((condition) => condition.type === type);
}

function withReason(status: RolloutStatus, reason: string): RolloutCondition | undefined {
  return status.conditions?.find((condition) => condition.reason === reason);
}
