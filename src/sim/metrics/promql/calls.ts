import { NO_LABELS, withoutName } from '../labels.ts';
import type { Call } from './ast.ts';
import { ELEMENTS, type Element } from './functions/elements.ts';
import { OVER_TIME } from './functions/over-time.ts';
import { RATES } from './functions/rates.ts';
import { absentLabels, VECTORS } from './functions/vectors.ts';
import {
  type Computed,
  collect,
  eachStep,
  type Grid,
  type Row,
  samplesAt,
  timeAt,
  type Value,
} from './rows.ts';
import type { Run } from './run.ts';
import { overWindows, type Stretches, sliding } from './windows.ts';

/** An argument whose value is known. */
export type Argument = Value | { readonly kind: 'range'; readonly stretches: Stretches };

/** Where a function is called. */
export interface Place {
  readonly grid: Grid;
  readonly run: Run;
}

/** Calls a function that has been checked. Throws a `QueryFault`. */
export function apply(call: Call, args: readonly Argument[], place: Place): Value {
  const { grid, run } = place;
  const given = sortedOut(args);
  run.spend(given.rows.length * grid.count);
  switch (call.name) {
    case 'time':
      return { kind: 'scalar', values: eachStep(grid, (step) => timeAt(grid, step) / 1000) };
    case 'pi':
      return { kind: 'scalar', values: eachStep(grid, () => Math.PI) };
    case 'scalar':
      return { kind: 'scalar', values: eachStep(grid, (step) => onlyValue(given.rows, grid, step)) };
    default:
      return { kind: 'vector', rows: rowsOf(call, given, place) };
  }
}

/** The arguments of a call by their types, each in their order. */
interface Given {
  readonly rows: readonly Row[];
  readonly stretches: Stretches | null;
  readonly numbersAt: (step: number) => readonly number[];
  readonly texts: readonly string[];
  readonly count: number;
}

function sortedOut(args: readonly Argument[]): Given {
  const scalars = args.flatMap((arg) => (arg.kind === 'scalar' ? [arg.values] : []));
  return {
    rows: args.flatMap((arg) => (arg.kind === 'vector' ? arg.rows : [])),
    stretches: args.flatMap((arg) => (arg.kind === 'range' ? [arg.stretches] : []))[0] ?? null,
    numbersAt: (step) => scalars.map((values) => values[step] ?? 0),
    texts: args.flatMap((arg) => (arg.kind === 'text' ? [arg.value] : [])),
    count: args.length,
  };
}

function onlyValue(rows: readonly Row[], grid: Grid, step: number): number {
  const samples = samplesAt(rows, grid, step);
  return samples.length === 1 ? (samples[0]?.value ?? Number.NaN) : Number.NaN;
}

function rowsOf(call: Call, given: Given, place: Place): readonly Row[] {
  const { name, args } = call;
  const { grid } = place;
  const { stretches, texts } = given;
  if (stretches !== null) return overRange(call, stretches, given, place);
  const element = ELEMENTS.get(name);
  if (element !== undefined) return eachElement(element, given, grid);
  const compute = VECTORS.get(name);
  if (compute === undefined) throw new Error(`promql: ${name}() has a signature, but nothing computes it`);
  return collect(grid, (step) =>
    compute({ samples: samplesAt(given.rows, grid, step), numbers: given.numbersAt(step), texts, args }),
  );
}

function overRange(call: Call, stretches: Stretches, given: Given, { grid, run }: Place): readonly Row[] {
  const { name, args } = call;
  if (name === 'absent_over_time') {
    const absent = isAbsent(stretches, grid);
    return collect(grid, (step) => (absent[step] ? [{ labels: absentLabels(args[0]), value: 1 }] : []));
  }
  const compute = OVER_TIME.get(name) ?? RATES.get(name);
  if (compute === undefined) throw new Error(`promql: ${name}() has a signature, but nothing computes it`);
  return overWindows(stretches, {
    grid,
    keepsName: name === 'last_over_time',
    compute: (window, step) => compute(window, given.numbersAt(step)[0] ?? 0),
    run,
  });
}

function isAbsent({ all, rangeMs, endAt }: Stretches, grid: Grid): readonly boolean[] {
  const slides = all.map(({ times }) => sliding(times));
  return eachStep(grid, (step) => {
    const found = slides.map((slide) => slide(endAt(step) - rangeMs, endAt(step)));
    return found.every(([from, to]) => from === to);
  });
}

function eachElement(element: Element, given: Given, grid: Grid): readonly Row[] {
  // Functions of dates take the present moment when nothing is given.
  const present = { labels: NO_LABELS, values: eachStep(grid, (step) => timeAt(grid, step) / 1000) };
  const rows = given.count === 0 ? [present] : given.rows;
  return collect(grid, (step) => {
    const numbers = given.numbersAt(step);
    return samplesAt(rows, grid, step).flatMap(({ labels, value }): Computed[] => {
      const computed = element(value, numbers);
      return computed === null ? [] : [{ labels: withoutName(labels), value: computed }];
    });
  });
}
