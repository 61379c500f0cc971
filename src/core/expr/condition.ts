import type { Instant } from '../time.ts';
import { measurementFunctions } from './builtins/functions.ts';
import { type Compiled, check, compile, type Environment, type ExprError, evaluate } from './expr.ts';
import { isList, typeName, type Value } from './value.ts';

/** What a condition says of a measurement. */
export type Verdict =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Evaluates a condition of a metric for one measurement. `result` is JSON as decoded (its numbers are
 * floats), or a `Float64Array` for a vector of samples, which may hold NaN and infinities. Messages are the
 * original's, without the `could not evaluate successCondition "...": ` that the caller puts in front.
 */
export function evaluateCondition(source: string, result: Value, now: Instant): Verdict {
  const compiled = compiledOnce(source);
  const outcome = compiled.kind === 'error' ? compiled : evaluate(compiled, environmentOf(result, now));
  if (outcome.kind === 'error') return { kind: 'error', message: explain(outcome, result) };
  if (typeof outcome.value === 'boolean') return { kind: 'bool', value: outcome.value };
  const message = `expected bool, but got ${typeName(outcome.value)}`;
  return { kind: 'error', message: isEmpty(result) ? NO_DATA : message };
}

/** What is wrong with a condition, known before anything is measured; null when nothing is. */
export function checkCondition(source: string): ExprError | null {
  const compiled = compiledOnce(source);
  if (compiled.kind === 'error') return compiled;
  return check(compiled, { variables: ['result'], functions: measurementFunctions(null) });
}

/** The original says this of any error when the metric returned nothing. */
const NO_DATA = 'metric result is nil or empty: no data returned from the metric provider';

function explain(error: ExprError, result: Value): string {
  return isEmpty(result) ? NO_DATA : error.message;
}

function isEmpty(result: Value): boolean {
  return result === null || (isList(result) && result.length === 0);
}

function environmentOf(result: Value, now: Instant): Environment {
  return { variables: new Map([['result', result]]), functions: measurementFunctions(result), now };
}

/** Conditions are few and evaluated over and over. What is kept depends on the source alone. */
const COMPILED = new Map<string, Compiled | ExprError>();
const MAX_COMPILED = 500;

function compiledOnce(source: string): Compiled | ExprError {
  const known = COMPILED.get(source);
  if (known !== undefined) return known;
  const compiled = compile(source);
  if (COMPILED.size >= MAX_COMPILED) COMPILED.clear();
  COMPILED.set(source, compiled);
  return compiled;
}
