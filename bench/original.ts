import type { Scenario } from './options.ts';

/** A number to compare with. */
export interface Reference {
  /** What the original controller needed; null where nobody measured it. */
  readonly original: number | null;
  /** What this project aims for: at most so much. Null: no aim was set. */
  readonly aim: number | null;
}

/** How the original's numbers came about: for the footnote of the table. */
export const ORIGINAL_NOTE = `original: the Go controller, measured elsewhere, on a machine and a bed of this
kind, 1,000 rollouts at once. Its client limits itself to 40 requests a second: without that
limit an update took 40 ms of CPU and 119 s in all. Its scale-down delays are not known.`;

/**
 * The original's numbers and the aims, by scenario and figure. They hold for 1,000 rollouts; requests and CPU
 * of one rollout hardly depend on how many there are.
 */
export const REFERENCES: Readonly<Record<Scenario, Readonly<Record<string, Reference>>>> = {
  create: { 'requests each': { original: 10, aim: null } },
  update: {
    'requests each': { original: 21, aim: 10 },
    'events each': { original: 18, aim: null },
    'CPU ms each': { original: 76, aim: 25 },
    'wall s': { original: 454, aim: 60 },
    'peak MiB': { original: 205, aim: 205 },
  },
  nginx: { 'requests each': { original: 31, aim: 14 } },
  analysis: { 'requests each': { original: 27, aim: 13 } },
  idle: {
    requests: { original: 0, aim: 0 },
    'CPU s a minute': { original: 0.06, aim: null },
    'resident MiB': { original: 140, aim: null },
  },
  start: { 'settled s': { original: 24, aim: 3 }, writes: { original: 1000, aim: 0 } },
  reaction: { 'median ms': { original: 28, aim: 20 }, 'p95 ms': { original: 38, aim: null } },
  moments: {},
  get: { 'median ms': { original: 132, aim: 100 }, 'peak MiB': { original: 65, aim: null } },
};
