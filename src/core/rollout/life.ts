import { parsePause } from '../../api/duration.ts';
import type {
  AnalysisRunSummary,
  CanaryStep,
  PauseCondition,
  PointOfNoReturn,
  RolloutStatus,
  StepPluginStatus,
} from '../../api/rollout.ts';
import type { Note } from '../plan.ts';
import { formatInstant, type Instant } from '../time.ts';
import type { StepExperiment } from './experiments.ts';
import type { Act, SkipReason } from './machine.ts';
import { abortText, note, promoteNotes, skipNotes, startNotes } from './notes.ts';
import type { Release } from './release.ts';

/**
 * The part of the status that transitions change. Everything else in the status is computed from the world.
 */
export interface Life {
  readonly hash: string | null;
  /** Hash of the list of steps; empty for blue-green. */
  readonly stepHash: string;
  /** Index of the current step; null where there are no steps. */
  readonly step: number | null;
  readonly stable: string | null;
  readonly abort: boolean | undefined;
  readonly abortedAt: Instant | null;
  readonly full: boolean;
  readonly pauses: readonly PauseCondition[];
  readonly controllerPause: boolean;
  readonly stepRun: AnalysisRunSummary | null;
  readonly backgroundRun: AnalysisRunSummary | null;
  /** The experiment of the step in work. */
  readonly experiment: StepExperiment | null;
  /** The analyses before and after the switch of a blue-green release. */
  readonly preRun: AnalysisRunSummary | null;
  readonly postRun: AnalysisRunSummary | null;
  /** All that comes before that switch is behind: the preview may have all pods, and then the traffic. */
  readonly checkpoint: boolean;
  /** How far plugin steps have come. */
  readonly plugins: readonly StepPluginStatus[];
  /** Set while the release cannot go back by itself. */
  readonly noReturn: PointOfNoReturn | null;
  readonly restartedAt: string | null;
  readonly epoch: number;
  /** Text of the abort, while it is new; null otherwise. */
  readonly cause: string | null;
}

/** The life that the stored status tells of. */
export function storedLife(status: RolloutStatus): Life {
  return {
    hash: status.currentPodHash ?? null,
    stepHash: status.currentStepHash ?? '',
    step: status.currentStepIndex ?? null,
    stable: status.stableRS === undefined || status.stableRS === '' ? null : status.stableRS,
    abort: status.abort,
    abortedAt: status.abortedAt === undefined ? null : Date.parse(status.abortedAt),
    full: status.promoteFull === true,
    pauses: status.pauseConditions ?? [],
    controllerPause: status.controllerPause === true,
    stepRun: status.canary?.currentStepAnalysisRunStatus ?? null,
    backgroundRun: status.canary?.currentBackgroundAnalysisRunStatus ?? null,
    experiment: storedExperiment(status),
    preRun: status.blueGreen?.prePromotionAnalysisRunStatus ?? null,
    postRun: status.blueGreen?.postPromotionAnalysisRunStatus ?? null,
    checkpoint: status.blueGreen?.scaleUpPreviewCheckPoint === true,
    plugins: status.canary?.stepPluginStatuses ?? [],
    noReturn: status.canary?.pointOfNoReturn ?? null,
    restartedAt: status.restartedAt ?? null,
    epoch: status.epoch ?? 0,
    cause: null,
  };
}

function storedExperiment({ canary }: RolloutStatus): StepExperiment | null {
  const name = canary?.currentExperiment ?? '';
  return name === '' ? null : { name, phase: '' };
}

/**
 * A life after one act, and what is told about it. Every act raises the epoch: older plans must not act any
 * more.
 */
export function live(
  life: Life,
  act: Act,
  release: Release,
  now: Instant,
): { readonly life: Life; readonly notes: readonly Note[] } {
  const end = release.steps.length;
  const next = { ...life, epoch: life.epoch + 1 };
  switch (act.type) {
    case 'startOver':
      return { life: startOver(next, release), notes: startNotes(life, release) };
    case 'skipSteps':
      return {
        life: skipSteps(next, act.params.why, release),
        notes: skipNotes(life, act.params.why, release),
      };
    case 'completeStep':
      return completeStep(next, release);
    case 'pause':
      return {
        life: {
          ...next,
          pauses: [...life.pauses, { reason: act.params.reason, startTime: formatInstant(now) }],
          controllerPause: true,
        },
        notes: [note('RolloutPaused', `Rollout is paused (${act.params.reason})`)],
      };
    case 'resume':
      return {
        life: { ...withoutPause(next), ...withoutDoubt(life) },
        notes: act.params.by === 'time' ? [note('RolloutResumed', 'Rollout is resumed')] : [],
      };
    case 'abort': {
      const cause = act.params.cause;
      const step = end === 0 ? null : release.hash === life.stable ? end : 0;
      const given = { abort: true, abortedAt: now, full: false, checkpoint: false } as const;
      return {
        life: { ...withoutPause(next), ...given, step, stepRun: null, experiment: null, cause },
        notes: [{ type: 'Warning', reason: 'RolloutAborted', message: abortText(release, cause) }],
      };
    }
    case 'retry':
      return {
        life: { ...next, abortedAt: null, step: end === 0 ? null : 0, preRun: null, postRun: null },
        notes: [],
      };
    case 'forgetAbort':
      return { life: { ...next, abort: undefined, abortedAt: null }, notes: [] };
    case 'forgetFull':
      return { life: { ...withoutPause(next), full: false, step: end === 0 ? null : end }, notes: [] };
    case 'promote':
      return {
        life: {
          ...withoutPause(next),
          stable: release.hash,
          full: false,
          step: end === 0 ? null : end,
          checkpoint: false,
        },
        notes: promoteNotes(life, act.params.first, release),
      };
    default:
      return act satisfies never;
  }
}

function startOver(life: Life, release: Release): Life {
  return {
    ...withoutPause(life),
    hash: release.hash,
    stepHash: release.stepHash,
    step: release.steps.length === 0 ? null : 0,
    // The known good revision may have been identified from the world, where the status was lost.
    stable: life.stable === null ? (release.stable?.hash ?? null) : life.stable,
    abort: undefined,
    abortedAt: null,
    full: false,
    stepRun: null,
    backgroundRun: null,
    experiment: null,
    preRun: null,
    postRun: null,
    checkpoint: false,
    restartedAt: release.rollout.spec.restartAt ?? null,
  };
}

function skipSteps(life: Life, why: SkipReason, release: Release): Life {
  const step = release.steps.length === 0 ? null : release.steps.length;
  const checkpoint = life.checkpoint || (release.strategy === 'blueGreen' && why === 'window');
  const skipped = { ...withoutPause(life), step, stepRun: null, experiment: null, checkpoint };
  return why === 'full' ? { ...skipped, abort: undefined, abortedAt: null } : skipped;
}

function completeStep(
  life: Life,
  release: Release,
): { readonly life: Life; readonly notes: readonly Note[] } {
  if (release.strategy === 'blueGreen') return { life: { ...life, checkpoint: true }, notes: [] };
  const index = life.step ?? 0;
  const step = release.steps[index];
  if (step === undefined) return { life, notes: [] };
  const text = `Rollout step ${index + 1}/${release.steps.length} completed (${describeStep(step)})`;
  return {
    life: { ...life, step: index + 1, stepRun: null, experiment: null },
    notes: [note('RolloutStepCompleted', text)],
  };
}

/** A person who lets an inconclusive analysis or experiment pass wants another one. */
function withoutDoubt({ stepRun, backgroundRun, experiment, preRun, postRun }: Life): Partial<Life> {
  const decided = (run: AnalysisRunSummary | null) => (run?.status === 'Inconclusive' ? null : run);
  return {
    stepRun: decided(stepRun),
    backgroundRun: decided(backgroundRun),
    experiment: experiment?.phase === 'Inconclusive' ? null : experiment,
    preRun: decided(preRun),
    postRun: decided(postRun),
  };
}

function withoutPause(life: Life): Life {
  return { ...life, pauses: [], controllerPause: false };
}

/** A step in the words of events and tables, such as `setWeight: 20` or `pause: 1m`. */
export function describeStep(step: CanaryStep): string {
  if (step.setWeight !== undefined) return `setWeight: ${step.setWeight}`;
  if (step.pause !== undefined) {
    const duration = step.pause.duration;
    return duration === undefined ? 'pause' : `pause: ${duration}`;
  }
  if (step.setCanaryScale !== undefined) {
    const { weight, replicas, matchTrafficWeight } = step.setCanaryScale;
    if (weight !== undefined) return `setCanaryScale{weight: ${weight}}`;
    if (replicas !== undefined) return `setCanaryScale{replicas: ${replicas}}`;
    return `setCanaryScale{matchTrafficWeight: ${matchTrafficWeight === true}}`;
  }
  if (step.experiment !== undefined) return 'experiment';
  if (step.analysis !== undefined) return 'analysis';
  if (step.setHeaderRoute !== undefined) return `setHeaderRoute: ${step.setHeaderRoute.name ?? ''}`;
  if (step.setMirrorRoute !== undefined) return `setMirrorRoute: ${step.setMirrorRoute.name}`;
  if (step.plugin !== undefined) return `plugin: ${step.plugin.name}`;
  return 'invalid';
}

/** When the pause step under way ends by itself; null where only a person ends it. */
export function pauseEnd(life: Life, steps: readonly CanaryStep[]): Instant | null {
  const duration = life.step === null ? undefined : steps[life.step]?.pause?.duration;
  const condition = life.pauses.find((pause) => pause.reason === 'CanaryPauseStep');
  // In doubt a pause does not end by itself: a person decides.
  if (duration === undefined || condition === undefined || life.pauses.length > 1) return null;
  const pause = parsePause(duration);
  return pause.kind === 'timed' ? Date.parse(condition.startTime) + pause.seconds * 1000 : null;
}
