import type { JsonObject } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import { fnv1a } from '../hash/fnv.ts';
import { NO_CLUMPING } from './dispersion.ts';
import type { JudgeState } from './judge.ts';
import { MOST_RESTARTS } from './metric.ts';
import type { Plan } from './plan.ts';
import { GAINS } from './split.ts';
import { MOST_RATES } from './tally.ts';

/** What is kept between two looks. Evidence is of one plan, so it says of which. */
interface Stored {
  readonly plan: number;
  readonly state: JudgeState;
}

/** A state as JSON, to be kept with a measurement. */
export function stored(plan: Plan, state: JudgeState): JsonObject {
  const kept: Stored = { plan: markOf(plan), state };
  // All of it is JSON already; the type only cannot say so.
  return kept as unknown as JsonObject;
}

/**
 * The state that was stored. Null where it is not one of ours, is damaged, or is of another plan: nothing can
 * be concluded from it then.
 */
export function restored(plan: Plan, kept: unknown): JudgeState | null {
  if (!isObject(kept) || kept['plan'] !== markOf(plan)) return null;
  const { state } = kept;
  return isState(state) && state.metrics.length === plan.metrics.length ? state : null;
}

/** Two plans that are alike have the same. */
function markOf(plan: Plan): number {
  return fnv1a(JSON.stringify(plan));
}

type Is = (value: unknown) => boolean;

const isNumber: Is = (value) => typeof value === 'number' && Number.isFinite(value);
const isCountable: Is = (value) => isNumber(value) && Number(value) >= 0;
const isFlag: Is = (value) => typeof value === 'boolean';
const isText: Is = (value) => typeof value === 'string';

function orNull(is: Is): Is {
  return (value) => value === null || is(value);
}

function listOf(is: Is, least: number, most: number): Is {
  return (value) =>
    Array.isArray(value) && value.length >= least && value.length <= most && value.every((one) => is(one));
}

function mapOf(is: Is): Is {
  return (value) => isObject(value) && Object.values(value).every(is);
}

/** Exactly these fields. */
function shape(fields: Readonly<Record<string, Is>>): Is {
  const names = Object.keys(fields);
  return (value) =>
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && fields[name]?.(value[name]) === true);
}

const count = shape({ bad: isCountable, total: isCountable });
const series = mapOf(isCountable);
const last = shape({ part: series, total: series });
const lasts = shape({ canary: last, stable: last });
const sums = listOf(isNumber, GAINS.length, GAINS.length);
const blocks = shape({
  open: isCountable,
  bad: isCountable,
  last: listOf(isCountable, 0, 2),
  compared: isCountable,
  squares: isCountable,
  expected: isCountable,
});
const clumping = listOf(blocks, NO_CLUMPING.length, NO_CLUMPING.length);
const MOST_STRATA = 100;
/** Twice as many parts as the longest window can have. */
const MOST_BURNT = 500;
const OUTCOMES: readonly string[] = ['Failed', 'Successful', 'Inconclusive'];

const metric = shape({
  before: mapOf(shape({ last: lasts, stable: count, clumping })),
  chosen: orNull(isText),
  phi: (value) => isNumber(value) && Number(value) >= 1,
  usual: count,
  last: orNull(lasts),
  lastAt: orNull(isNumber),
  canary: count,
  stable: count,
  countedFrom: orNull(isNumber),
  strata: listOf(shape({ canaryBad: isCountable, bad: isCountable, share: isCountable }), 0, MOST_STRATA),
  worse: listOf(sums, 1, MOST_RESTARTS + 1),
  better: sums,
  burnt: listOf(shape({ until: isNumber, bad: isCountable, total: isCountable }), 0, MOST_BURNT),
  rates: listOf(listOf(isCountable, 2, 2), 0, MOST_RATES),
  weight: orNull(isCountable),
  atWeight: shape({ canary: isCountable, all: isCountable }),
  looks: isCountable,
  sound: isCountable,
  quiet: isCountable,
  flaws: mapOf(isCountable),
});

const wholeState = shape({
  version: (value) => value === 1,
  frame: shape({ startedAt: isNumber, zeroAtStart: isFlag }),
  lookedAt: orNull(isNumber),
  metrics: listOf(metric, 1, 100),
  provenSince: orNull(isNumber),
  verdict: orNull(shape({ phase: (value) => OUTCOMES.includes(String(value)), at: isNumber })),
});

function isState(value: unknown): value is JudgeState {
  return wholeState(value);
}
