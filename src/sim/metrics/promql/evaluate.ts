import { withoutName } from '../labels.ts';
import { aggregate } from './aggregate.ts';
import type { Aggregate, Call, Expr, RangeSelector, Subquery } from './ast.ts';
import { evaluateBinary } from './binary.ts';
import { type Argument, apply } from './calls.ts';
import { collect, distinct, eachStep, type Grid, samplesAt, type Value } from './rows.ts';
import type { Run } from './run.ts';
import { gridWithin, lookAt, newest, resampled, type Stretches, stretchesOf } from './windows.ts';

/**
 * Evaluates a checked expression at all moments of a grid. A range vector has no value of its own: it is
 * only what a function looks at. Throws a `QueryFault`.
 */
export function evaluate(expr: Expr, grid: Grid, run: Run): Value {
  run.spend(grid.count);
  switch (expr.kind) {
    case 'number':
      return { kind: 'scalar', values: eachStep(grid, () => expr.value) };
    case 'text':
      return { kind: 'text', value: expr.value };
    case 'paren':
      return evaluate(expr.inner, grid, run);
    case 'unary':
      return signed(expr.sign, evaluate(expr.operand, grid, run));
    case 'binary':
      return evaluateBinary(expr, [evaluate(expr.left, grid, run), evaluate(expr.right, grid, run)], grid);
    case 'aggregate':
      return evaluateAggregate(expr, grid, run);
    case 'call':
      return evaluateCall(expr, grid, run);
    case 'selector':
      return { kind: 'vector', rows: newest(expr, grid, run) };
    case 'range':
    case 'subquery':
      throw new Error('promql: a checked query has a range vector where there may be none');
    default:
      return expr satisfies never;
  }
}

/** What a range selector or a subquery finds. Throws a `QueryFault`. */
export function stretchesIn(expr: RangeSelector | Subquery, grid: Grid, run: Run): Stretches {
  if (expr.kind === 'range') return stretchesOf(expr, grid, run);
  const inner = gridWithin(expr, grid, run);
  const value = evaluate(expr.inner, inner, run);
  const all = value.kind === 'vector' ? resampled(value.rows, inner) : [];
  return { all, rangeMs: expr.rangeMs, endAt: lookAt(expr.timing, grid, run) };
}

function signed(sign: '+' | '-', value: Value): Value {
  if (value.kind === 'text') return value;
  const negate = (number: number) => (sign === '-' ? -number : number);
  if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map(negate) };
  const rows = value.rows.map(({ labels, values }) => ({
    labels: sign === '-' ? withoutName(labels) : labels,
    values: values.map((number) => (number === null ? null : negate(number))),
  }));
  return { kind: 'vector', rows: sign === '-' ? distinct(rows) : rows };
}

function evaluateAggregate(expr: Aggregate, grid: Grid, run: Run): Value {
  const parameter = expr.parameter === null ? null : evaluate(expr.parameter, grid, run);
  const operand = evaluate(expr.operand, grid, run);
  const rows = operand.kind === 'vector' ? operand.rows : [];
  const parameterAt = (step: number) => {
    if (parameter?.kind === 'text') return parameter.value;
    return parameter?.kind === 'scalar' ? (parameter.values[step] ?? 0) : null;
  };
  run.spend(rows.length * grid.count);
  return {
    kind: 'vector',
    rows: collect(grid, (step) => aggregate(expr, samplesAt(rows, grid, step), parameterAt(step))),
  };
}

function evaluateCall(call: Call, grid: Grid, run: Run): Value {
  const args = call.args.map((arg): Argument => {
    const inner = withoutParens(arg);
    if (inner.kind !== 'range' && inner.kind !== 'subquery') return evaluate(arg, grid, run);
    return { kind: 'range', stretches: stretchesIn(inner, grid, run) };
  });
  return apply(call, args, { grid, run });
}

/** What parentheses are around. */
export function withoutParens(expr: Expr): Expr {
  return expr.kind === 'paren' ? withoutParens(expr.inner) : expr;
}
