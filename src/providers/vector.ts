import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { Reading } from '../core/analysis/reading.ts';
import { printFloat, printFloats } from './print.ts';
import { floatText } from './sample.ts';
import { complaint, type Question } from './service.ts';

/**
 * The samples of an answer to an instant query in the format of Prometheus, which others speak too: a scalar
 * is a number, a vector a list of floats.
 */
export function samplesOf(question: Question, answer: Json): Reading {
  const { resultType, result } = resultIn(answer);
  const list: readonly unknown[] = Array.isArray(result) ? result : [];
  if (resultType === 'scalar') {
    const value = numberIn(list);
    return value === null ? noSample(question) : { kind: 'value', value, text: printFloat(value) };
  }
  if (resultType !== 'vector') return complaint(question, 'the answer has no result');
  const samples = list.map((series) => numberIn(isObject(series) ? series['value'] : null));
  const numbers = samples.filter((sample) => sample !== null);
  if (numbers.length < samples.length) return noSample(question);
  const value = Float64Array.from(numbers);
  return { kind: 'value', value, text: printFloats(value) };
}

/** What an answer holds, and in which form it says that it does. */
export function resultIn(answer: Json): { readonly resultType?: unknown; readonly result?: unknown } {
  return isObject(answer) && isObject(answer['data']) ? answer['data'] : {};
}

/** The number of a sample, which comes with its time; null where there is none. */
function numberIn(sample: unknown): number | null {
  const text = Array.isArray(sample) ? floatText(sample[1]) : null;
  return text === null ? null : Number(text);
}

function noSample(question: Question): Reading {
  return complaint(question, 'a sample is not a number');
}
