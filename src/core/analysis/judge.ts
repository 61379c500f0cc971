import type { Metric } from '../../api/analysis.ts';
import { evaluateCondition } from '../expr/condition.ts';
import type { Instant } from '../time.ts';
import type { Value } from './reading.ts';

/** What the conditions of a metric say of a value. */
export type Judgement = { readonly phase: 'Successful' | 'Failed' | 'Inconclusive' } | Unjudged;

/** A condition that could say nothing: which one, in words that contain it, and why. */
export interface Unjudged {
  readonly phase: 'Error';
  readonly what: string;
  readonly reason: string;
}

/**
 * Judges a value. Without conditions every value is a success; with one of them the other is its opposite; a
 * value that neither fails nor succeeds is inconclusive. Arguments must be filled in.
 */
export function judge(
  conditions: Pick<Metric, 'successCondition' | 'failureCondition'>,
  value: Value,
  now: Instant,
): Judgement {
  const { successCondition = '', failureCondition = '' } = conditions;
  const success = outcomeOf('successCondition', successCondition, value, now);
  if (success.kind === 'error') return success.unjudged;
  const failure = outcomeOf('failureCondition', failureCondition, value, now);
  if (failure.kind === 'error') return failure.unjudged;
  if (success.kind === 'absent' && failure.kind === 'absent') return { phase: 'Successful' };
  const fails = failure.kind === 'absent' ? success.kind === 'no' : failure.kind === 'yes';
  const succeeds = success.kind === 'absent' ? failure.kind === 'no' : success.kind === 'yes';
  if (fails) return { phase: 'Failed' };
  return { phase: succeeds ? 'Successful' : 'Inconclusive' };
}

type Outcome =
  | { readonly kind: 'yes' | 'no' | 'absent' }
  | { readonly kind: 'error'; readonly unjudged: Unjudged };

function outcomeOf(
  which: 'successCondition' | 'failureCondition',
  source: string,
  value: Value,
  now: Instant,
): Outcome {
  if (source === '') return { kind: 'absent' };
  const verdict = evaluateCondition(source, value, now);
  if (verdict.kind === 'bool') return { kind: verdict.value ? 'yes' : 'no' };
  const what = `could not evaluate ${which} "${source}"`;
  return { kind: 'error', unjudged: { phase: 'Error', what, reason: verdict.message } };
}
