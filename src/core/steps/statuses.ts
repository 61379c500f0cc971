import { formatDuration } from '../../api/duration.ts';
import { at } from '../../api/path.ts';
import type { PluginStep, StepPluginStatus } from '../../api/rollout.ts';
import { isSameJson } from '../merge-patch.ts';
import type { Note } from '../plan.ts';
import { isComplete } from '../rollout/goals.ts';
import type { Life } from '../rollout/life.ts';
import type { Release } from '../rollout/release.ts';
import { formatInstant, type Instant } from '../time.ts';
import type { World } from '../world.ts';
import { endings } from './endings.ts';
import { type BoundStep, stepPlugin } from './index.ts';
import type { Sees, Turn } from './plugin.ts';
import { memoIn, runOf } from './stored.ts';

/** What a step may be looked at with. */
export interface StepPass {
  readonly now: Instant;
  /** Something that the spec refers to is missing. */
  readonly blocked: boolean;
}

/** A step of a plugin that is going on. */
export interface RunningStep {
  readonly index: number;
  readonly name: string;
  readonly run: BoundStep;
  /** What the status says of it; null: it begins now. */
  readonly stored: StepPluginStatus | null;
}

/**
 * The life after all plugin steps were looked at once, and what is told of it; null where nothing is new.
 * Called until then, with the state machine in between: a step that is done makes way for the next one.
 */
export function advanceSteps(
  world: World,
  release: Release,
  life: Life,
  pass: StepPass,
): { readonly life: Life; readonly notes: readonly Note[] } | null {
  if (life.hash !== release.hash || life.stepHash !== release.stepHash) return null;
  const finished = endings(world.steps.jobs, release, life, pass.now);
  if (finished.length > 0)
    return {
      life: { ...life, plugins: merged(life.plugins, finished) },
      notes: finished.flatMap((status) => transition(before(life.plugins, status), status)),
    };
  const running = runningStep(release, life, pass);
  if (running === null) return null;
  const turn = take(world, release, running, pass.now);
  const next = statusOf(running, turn, pass.now);
  if (running.stored !== null && isSameJson(running.stored, next)) return null;
  const isBehind = turn.isPointOfNoReturn === true && life.noReturn === null;
  return {
    life: {
      ...life,
      plugins: merged(withoutEnd(life.plugins, running), [next]),
      ...(isBehind ? { noReturn: { step: running.index, at: formatInstant(pass.now) } } : {}),
    },
    notes: [...transition(running.stored, next), ...(isBehind ? [behindNote(running, turn)] : [])],
  };
}

/**
 * The plugin step that the release is at and that is not over; null where there is none, or nothing may go
 * on.
 */
export function runningStep(release: Release, life: Life, { blocked }: StepPass): RunningStep | null {
  if (!isUnderWay(release, life) || blocked || release.rollout.spec.paused === true) return null;
  // A pause of ours that somebody has lifted is taken back first.
  if (life.pauses.length > 0 || life.controllerPause) return null;
  const index = life.step ?? 0;
  const plugin = pluginAt(release, life);
  if (plugin === null) return null;
  const bound = stepPlugin(plugin, at('spec.strategy.canary.steps', index, 'plugin'));
  if (bound.kind === 'issues') return null;
  const ended = life.plugins.some((s) => s.index === index && s.operation === 'Terminate');
  const stored = ended ? null : runOf(life, index);
  if (stored?.finishedAt !== undefined) return null;
  return { index, name: plugin.name, run: bound.run, stored };
}

/** True while a canary goes through its steps. */
export function isUnderWay(release: Release, life: Life): boolean {
  if (release.strategy === 'blueGreen' || life.stable === null || isComplete(release, life)) return false;
  return life.abort !== true && !life.full;
}

/** The plugin of the current step. A step with anything else beside it is not a plugin's. */
export function pluginAt(release: Release, life: Life): PluginStep | null {
  const step = life.step === null ? undefined : release.steps[life.step];
  return step?.plugin === undefined || Object.keys(step).length > 1 ? null : step.plugin;
}

/** Looks at a step once. */
export function take(world: World, release: Release, running: RunningStep, now: Instant): Turn {
  const startedAt = running.stored?.startedAt ?? formatInstant(now);
  const { erringSince: _, ...memo } = memoIn(running.stored);
  const sees: Sees = {
    now,
    rollout: world.rollout,
    index: running.index,
    hash: release.hash,
    startedAt: Date.parse(startedAt),
    jobs: world.steps.jobs,
    runs: world.runs,
    replies: world.steps.replies,
  };
  return running.run(memo, sees);
}

function statusOf({ index, name, stored }: RunningStep, turn: Turn, now: Instant): StepPluginStatus {
  const isOver = turn.phase === 'Successful' || turn.phase === 'Failed';
  const since = memoIn(stored)['erringSince'] ?? formatInstant(now);
  const status = { ...turn.memo, ...(turn.phase === 'Error' ? { erringSince: since } : {}) };
  const wait = turn.phase === 'Error' && turn.wakeAt !== null ? turn.wakeAt - now : null;
  const isTriedAgain = stored?.phase === 'Error' && !isSameJson(stored.status, status);
  const next: StepPluginStatus = {
    index,
    name,
    operation: 'Run',
    phase: turn.phase,
    ...(turn.message === '' ? {} : { message: turn.message }),
    startedAt: stored?.startedAt ?? formatInstant(now),
    ...(isOver ? { finishedAt: formatInstant(now) } : {}),
    executions: (stored?.executions ?? 0) + (stored === null || isTriedAgain ? 1 : 0),
    status,
  };
  const isNew = stored === null || !isSameJson(withoutTimes(stored), withoutTimes(next));
  if (!isNew) return stored;
  return {
    ...next,
    updatedAt: formatInstant(now),
    ...(wait === null ? {} : { backoff: formatDuration(Math.ceil(wait / 1000) * 1000) }),
  };
}

function withoutTimes(status: StepPluginStatus): object {
  const { updatedAt: _, backoff: __, ...rest } = status;
  return rest;
}

/** A step that a person goes back to begins anew. */
function withoutEnd(plugins: readonly StepPluginStatus[], { index, stored }: RunningStep) {
  return stored === null ? plugins.filter((status) => status.index !== index) : plugins;
}

/** The list with some statuses in the place of those of the same step and operation, new ones at the end. */
function merged(
  plugins: readonly StepPluginStatus[],
  next: readonly StepPluginStatus[],
): readonly StepPluginStatus[] {
  const isSame = (a: StepPluginStatus) => (b: StepPluginStatus) =>
    a.index === b.index && a.operation === b.operation;
  const kept = plugins.map((status) => next.find(isSame(status)) ?? status);
  return [...kept, ...next.filter((status) => !plugins.some(isSame(status)))];
}

function before(plugins: readonly StepPluginStatus[], next: StepPluginStatus): StepPluginStatus | null {
  return plugins.find((one) => one.index === next.index && one.operation === next.operation) ?? null;
}

/** What is told of a change of phase. */
function transition(from: StepPluginStatus | null, to: StepPluginStatus): readonly Note[] {
  if (from?.phase === to.phase) return [];
  const type = to.phase === 'Failed' || to.phase === 'Error' ? 'Warning' : 'Normal';
  const said = to.message === undefined ? '' : `: ${to.message}`;
  const way = `${from?.phase ?? 'New'} -> ${to.phase ?? ''}`;
  const message = `Step plugin ${to.index + 1} (${to.name}) ${to.operation} ${way}${said}`;
  return [{ type, reason: 'StepPluginTransition', message }];
}

function behindNote({ index }: RunningStep, { message }: Turn): Note {
  const text = `Step ${index + 1} was a point of no return (${message}): from now on nothing goes back by itself`;
  return { type: 'Normal', reason: 'PointOfNoReturn', message: text };
}
