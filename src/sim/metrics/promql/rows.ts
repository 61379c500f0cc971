import { fail, failTooMany } from '../fault.ts';
import type { Labels } from '../labels.ts';

/** The moments at which an expression is evaluated: `startMs`, and `count - 1` more, `stepMs` apart. */
export interface Grid {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** A series over a grid: at each moment a value or, as null, nothing. */
export interface Row {
  readonly labels: Labels;
  readonly values: readonly (number | null)[];
  /** When the values were sampled, in milliseconds; absent for what has been computed. */
  readonly sampledAt?: readonly number[];
}

/** One series at one moment. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly sampledAtMs: number;
}

/** What an expression is over a grid. */
export type Value =
  | { readonly kind: 'scalar'; readonly values: readonly number[] }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'vector'; readonly rows: readonly Row[] };

/** A moment of a grid. */
export function timeAt(grid: Grid, step: number): number {
  return grid.startMs + step * grid.stepMs;
}

/** One value for each moment of a grid. */
export function eachStep<T>(grid: Grid, of: (step: number) => T): readonly T[] {
  return Array.from({ length: grid.count }, (_, step) => of(step));
}

/** The samples of rows at one moment, in the order of the rows. */
export function samplesAt(rows: readonly Row[], grid: Grid, step: number): readonly Sample[] {
  const samples: Sample[] = [];
  for (const { labels, values, sampledAt } of rows) {
    const value = values[step] ?? null;
    if (value === null) continue;
    samples.push({ labels, value, sampledAtMs: sampledAt?.[step] ?? timeAt(grid, step) });
  }
  return samples;
}

/** A sample before anybody knows when. */
export type Computed = Pick<Sample, 'labels' | 'value'>;

const MAX_CELLS = 20_000_000;

/**
 * Computes samples moment by moment and puts those with the same labels into one row. Throws a `QueryFault`
 * when one moment has two samples with the same labels.
 */
export function collect(grid: Grid, at: (step: number) => Iterable<Computed>): readonly Row[] {
  const rows = new Map<string, { readonly labels: Labels; readonly values: (number | null)[] }>();
  for (let step = 0; step < grid.count; step += 1) {
    for (const { labels, value } of at(step)) {
      const row = rows.get(labels.key) ?? { labels, values: [...eachStep<number | null>(grid, () => null)] };
      rows.set(labels.key, row);
      // Values that become labels may be others at each step.
      if (rows.size * grid.count > MAX_CELLS) failTooMany();
      if (row.values[step] !== null) failSameLabels();
      row.values[step] = value;
    }
  }
  return [...rows.values()];
}

/** Leaves out rows without values. Throws a `QueryFault` when two of the others have the same labels. */
export function distinct(rows: readonly Row[]): readonly Row[] {
  const some = rows.filter(({ values }) => values.some((value) => value !== null));
  if (new Set(some.map(({ labels }) => labels.key)).size < some.length) failSameLabels();
  return some;
}

function failSameLabels(): never {
  fail('vector cannot contain metrics with the same labelset');
}
