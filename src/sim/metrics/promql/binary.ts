import { withoutName } from '../labels.ts';
import type { Arithmetic, Binary, BinaryOperator, Comparison, SetOperator } from './ast.ts';
import { combineSets, joinVectors } from './matching.ts';
import { type Computed, collect, eachStep, type Grid, type Row, samplesAt, type Value } from './rows.ts';

/** Evaluates an operator whose operands are known. Throws a `QueryFault` when series cannot be matched. */
export function evaluateBinary(expr: Binary, [left, right]: readonly [Value, Value], grid: Grid): Value {
  if (left.kind === 'text' || right.kind === 'text') throw new Error('promql: a checked query adds texts');
  const { operator } = expr;
  if (left.kind === 'scalar') {
    if (right.kind === 'scalar') {
      const pairs = eachStep(grid, (step) => [left.values[step] ?? 0, right.values[step] ?? 0] as const);
      return { kind: 'scalar', values: pairs.map(([a, b]) => ofScalars(operator, a, b)) };
    }
    return {
      kind: 'vector',
      rows: withScalar(expr, { rows: right.rows, scalar: left.values, first: true }, grid),
    };
  }
  if (right.kind === 'scalar') {
    return {
      kind: 'vector',
      rows: withScalar(expr, { rows: left.rows, scalar: right.values, first: false }, grid),
    };
  }
  const rows = collect(grid, (step) => {
    const sides = [samplesAt(left.rows, grid, step), samplesAt(right.rows, grid, step)] as const;
    if (isSetOperator(operator)) return combineSets(operator, sides, expr.matching);
    return joinVectors(expr, sides, (a, b) => outcomeOf(expr, [a, b], a));
  });
  return { kind: 'vector', rows };
}

/**
 * Claims that a result has lost what its metric's name stood for. Prometheus 2.42 forgets that of `atan2`.
 */
export function dropsName({ operator, bool }: Pick<Binary, 'operator' | 'bool'>): boolean {
  return bool || !(isComparison(operator) || operator === 'atan2');
}

interface WithScalar {
  readonly rows: readonly Row[];
  readonly scalar: readonly number[];
  /** Which side the scalar is on. */
  readonly first: boolean;
}

function withScalar(expr: Binary, { rows, scalar, first }: WithScalar, grid: Grid): readonly Row[] {
  return collect(grid, (step) => {
    const number = scalar[step] ?? 0;
    return samplesAt(rows, grid, step).flatMap(({ labels, value }): Computed[] => {
      // A comparison keeps the value of the series, whichever side that is on.
      const outcome = outcomeOf(expr, first ? [number, value] : [value, number], value);
      return outcome === null
        ? []
        : [{ labels: dropsName(expr) ? withoutName(labels) : labels, value: outcome }];
    });
  });
}

/** The result of two numbers; null when a comparison drops it, and what is `kept` when it does not. */
function outcomeOf(
  { operator, bool }: Binary,
  [a, b]: readonly [number, number],
  kept: number,
): number | null {
  if (!isComparison(operator)) return isSetOperator(operator) ? null : compute(operator, a, b);
  const holds = compare(operator, a, b);
  if (bool) return Number(holds);
  return holds ? kept : null;
}

function ofScalars(operator: BinaryOperator, a: number, b: number): number {
  if (isSetOperator(operator)) throw new Error('promql: a checked query has a set operator on scalars');
  return isComparison(operator) ? Number(compare(operator, a, b)) : compute(operator, a, b);
}

function isComparison(operator: BinaryOperator): operator is Comparison {
  return /^([=!]=|[<>]=?)$/.test(operator);
}

function isSetOperator(operator: BinaryOperator): operator is SetOperator {
  return operator === 'and' || operator === 'or' || operator === 'unless';
}

function compute(operator: Arithmetic, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return power(a, b);
    case 'atan2':
      return Math.atan2(a, b);
    default:
      return operator satisfies never;
  }
}

/** As in C and Go: 1 to whatever power is 1, and so is -1 to an infinite one. JavaScript says NaN. */
function power(base: number, exponent: number): number {
  const isOne = base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY);
  return isOne ? 1 : base ** exponent;
}

function compare(operator: Comparison, a: number, b: number): boolean {
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return operator satisfies never;
  }
}
