import type { Tally } from './audit.ts';
import type { Measured } from './meter.ts';
import type { Scenario } from './options.ts';

/** What one scenario gave, once. */
export interface Result {
  readonly scenario: Scenario;
  /** How many rollouts; null where the scenario has a number of its own. */
  readonly rollouts: number | null;
  /** Which repetition, from 1. */
  readonly run: number;
  /** The numbers of the table, by their names. */
  readonly figures: Readonly<Record<string, number>>;
  /** Requests of one rollout on average, by verb and resource. */
  readonly requestsEach: Readonly<Record<string, number>>;
  /** Whatever else was measured. */
  readonly detail: unknown;
  /** Why there are no numbers; null when all went well. */
  readonly failure: string | null;
}

/** The numbers of a phase in which each of some rollouts goes the same way. */
export function ofPhase(
  at: { readonly scenario: Scenario; readonly rollouts: number; readonly run: number },
  measured: Measured,
  more: object,
): Result {
  const each = (total: number) => total / at.rollouts;
  return {
    ...at,
    figures: {
      'requests each': each(measured.requests),
      'events each': each(measured.events),
      'refused each': each(sum(measured.refused)),
      'passes each': each(sum(measured.passes)),
      'CPU ms each': each(measured.cpuSeconds * 1000),
      'wall s': measured.wallSeconds,
      'peak MiB': measured.peakMiB,
    },
    requestsEach: Object.fromEntries(
      Object.entries(measured.byResource).map(([key, count]) => [key, each(count)]),
    ),
    detail: { ...measured, ...more },
    failure: null,
  };
}

/** A scenario that did not come to its end. */
export function ofFailure(
  at: { readonly scenario: Scenario; readonly rollouts: number | null; readonly run: number },
  error: unknown,
): Result {
  const failure = error instanceof Error ? error.message : String(error);
  return { ...at, figures: {}, requestsEach: {}, detail: null, failure };
}

/** How many there are of everything together. */
export function sum(counts: Tally): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
