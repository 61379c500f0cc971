import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { KayentaThreshold } from '../api/providers.ts';
import type { OutcomeReading, Reading } from '../core/analysis/reading.ts';
import { complaint, type Question } from './service.ts';

/** What an execution came to; null: it goes on. */
export function outcomeOf(question: Question, answer: Json, threshold: KayentaThreshold): Reading | null {
  const execution = isObject(answer) ? answer : {};
  const { complete, status, exception } = execution;
  if (typeof complete !== 'boolean') return complaint(question, 'Missing Complete Status');
  if (!complete) return null;
  const score = at(execution, ['result', 'judgeResult', 'score', 'score']);
  if (typeof score !== 'number') {
    const words = [typeof status === 'string' ? status : '', ...errorsOf(exception)];
    return complaint(question, 'Missing Score', words.filter((word) => word !== '').join('; '));
  }
  // The original cuts fractions off, so 89.9 does not pass 90.
  const whole = Math.trunc(score);
  return { kind: 'outcome', phase: phaseOf(whole, threshold), text: String(whole), message: null };
}

function phaseOf(score: number, { pass, marginal }: KayentaThreshold): OutcomeReading['phase'] {
  if (score >= pass) return 'Successful';
  return score >= marginal ? 'Inconclusive' : 'Failed';
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

function errorsOf(exception: unknown): readonly string[] {
  const errors = at(exception, ['details', 'errors']);
  return Array.isArray(errors) ? errors.filter((error) => typeof error === 'string') : [];
}
