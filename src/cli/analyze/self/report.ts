import { describeDuration } from '../../../api/duration.ts';
import { logBetaInc } from '../../../core/compare/gamma.ts';
import { percent, plainNumber } from '../../../core/compare/numbers.ts';
import { formatInstant, type Instant } from '../../../core/time.ts';
import { ICONS } from '../../../view/look.ts';
import type { Paint } from '../../text/paint.ts';
import { oneLine } from '../../text/printable.ts';
import type { Trial } from './trial.ts';

/** A trial, and when it was. */
export interface Told {
  readonly startsAt: Instant;
  /** The version; null where it is not known. */
  readonly hash: string | null;
  readonly trial: Trial;
}

/** What all trials come to. */
export interface SelfCheck {
  readonly windows: number;
  readonly judged: number;
  readonly alarms: number;
  readonly alpha: number;
  /** Whether so many alarms are hardly ever chance. */
  readonly isTooMany: boolean;
  /** By metric: the middle one of all trials, and the largest. */
  readonly phi: Readonly<Record<string, { readonly median: number; readonly most: number }>>;
}

/** Chance makes as many alarms so seldom. */
const SELDOM = 0.01;

/** Counts what came of trials that may each fail with a chance of `alpha`. */
export function selfCheckOf(all: readonly Trial[], alpha: number): SelfCheck {
  const judged = all.filter((trial) => trial.kind !== 'unjudged');
  const alarms = judged.filter(({ kind }) => kind === 'alarm').length;
  const names = [...new Set(judged.flatMap(({ phi }) => Object.keys(phi)))];
  const phi = names.map((name) => {
    const values = judged.map((trial) => trial.phi[name] ?? 1).toSorted((a, b) => a - b);
    const median = values[Math.floor((values.length - 1) / 2)] ?? 1;
    return [name, { median, most: values.at(-1) ?? 1 }] as const;
  });
  return {
    windows: all.length,
    judged: judged.length,
    alarms,
    alpha,
    isTooMany: chanceOf(alarms, judged.length, alpha) < SELDOM,
    phi: Object.fromEntries(phi),
  };
}

/**
 * The chance of so many alarms or more in `n` trials.
 * Source: https://en.wikipedia.org/wiki/Binomial_distribution#Cumulative_distribution_function
 */
export function chanceOf(alarms: number, n: number, alpha: number): number {
  return alarms === 0 ? 1 : Math.exp(logBetaInc(alarms, n - alarms + 1, alpha));
}

/** An alarm as a line; null for what is not worth one. */
export function trialLine({ startsAt, hash, trial }: Told, paint: Paint): string | null {
  if (trial.kind !== 'alarm') return null;
  const what = hash === null ? '' : `  ${paint('title', oneLine(hash))}`;
  const after = describeDuration(trial.at - startsAt);
  const said = `${paint('bad', `${ICONS.bad} false alarm`)} after ${after}: ${oneLine(trial.why)}`;
  return `${formatInstant(startsAt)}${what}  ${said}`;
}

/** What all trials come to, in words. */
export function selfCheckLines(check: SelfCheck, all: readonly Trial[]): readonly string[] {
  const { windows, judged, alarms, alpha, isTooMany, phi } = check;
  const why = all.find((trial) => trial.kind === 'unjudged')?.why ?? '';
  const many = `${alarms} ${alarms === 1 ? 'false alarm' : 'false alarms'} (${percent(alarms / judged)})`;
  const left = `${windows - judged} of ${windows} windows could not be judged: ${oneLine(why)}`;
  if (judged === 0) return [left];
  return [
    ...(judged === windows ? [] : [left]),
    `${judged} ${judged === 1 ? 'window' : 'windows'}: ${many}; alpha allows ${percent(alpha)}`,
    ...Object.entries(phi).map(([name, { median, most }]) =>
      oneLine(`${name}: bad requests come in clumps of ${size(median)}, at most ${size(most)} (dispersion)`),
    ),
    ...(isTooMany ? [TOO_MANY] : []),
  ];
}

const TOO_MANY =
  'That is more than chance makes: pods of this version are not alike, or errors come in larger clumps than are known. A margin, or a dispersion that is set, makes the template bear it.';

function size(phi: number): string {
  return plainNumber(Number(phi.toFixed(1)));
}

/** A trial as one line of JSON. */
export function trialJson({ startsAt, hash, trial }: Told): string {
  const { kind, ...facts } = trial;
  const at = trial.kind === 'alarm' ? { t: (trial.at - startsAt) / 1000 } : {};
  const rest = Object.fromEntries(Object.entries(facts).filter(([key]) => key !== 'at'));
  return JSON.stringify({ startedAt: formatInstant(startsAt), release: hash, verdict: kind, ...at, ...rest });
}
