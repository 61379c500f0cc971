import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { Metadata, Reading, Value } from '../core/analysis/reading.ts';
import { formatFloat } from '../core/expr/values/number.ts';
import { formatInstant } from '../core/time.ts';
import { oddFloat, shorten } from './print.ts';
import { complaint, type Question } from './service.ts';

/** Results that hold nothing or too little: CloudWatch failed, we may not see them, or there is too much. */
const lost: ReadonlySet<unknown> = new Set(['InternalError', 'Forbidden', 'PartialData']);

/** The results of all queries that return data, with the fields that conditions name. */
export function readingOf(question: Question, answer: Json): Reading {
  const list = isObject(answer) ? answer['MetricDataResults'] : undefined;
  if (!Array.isArray(list)) return complaint(question, 'the answer has no MetricDataResults');
  const results: Result[] = [];
  const messages = messagesIn(answer);
  for (const raw of list as readonly Json[]) {
    const result = resultOf(raw);
    if (result === null) return complaint(question, 'a value of a result is not a number');
    const { id, status } = result;
    if (lost.has(status))
      return complaint(question, `the result "${id}" is not whole (${status})`, result.messages.join('; '));
    messages.push(...result.messages.map((message) => `${id}: ${message}`));
    results.push(result);
  }
  const metadata: Metadata = messages.length === 0 ? {} : { messages: shorten(messages.join('; ')) };
  const value = results.map(({ fields }) => fields);
  return { kind: 'value', value, text: print(results), metadata };
}

interface Result {
  readonly id: string;
  readonly status: string;
  readonly messages: readonly string[];
  readonly values: Float64Array;
  readonly fields: Readonly<Record<string, Value>>;
}

function resultOf(raw: Json): Result | null {
  const from = isObject(raw) ? raw : {};
  const { Id, Label, StatusCode, Timestamps, Values } = from;
  const numbers = listOf(Values).map((value) => (typeof value === 'number' ? value : oddFloat(value)));
  const known = numbers.filter((number) => number !== null);
  if (known.length < numbers.length) return null;
  const values = Float64Array.from(known);
  const messages = messagesIn(raw);
  const fields = {
    Id: textOf(Id),
    Label: textOf(Label),
    StatusCode: textOf(StatusCode),
    Messages: messages,
    Timestamps: listOf(Timestamps).map(timeOf),
    Values: values,
  };
  return { id: fields.Id, status: fields.StatusCode, messages, values, fields };
}

/** Seconds since 1970, perhaps with a fraction; other protocols write texts. */
function timeOf(time: Json): string {
  return typeof time === 'number' ? formatInstant(time * 1000) : textOf(time);
}

function messagesIn(value: Json): string[] {
  const messages = isObject(value) ? listOf(value['Messages']) : [];
  return messages.map((message) => {
    const { Code, Value: words } = isObject(message) ? message : {};
    return `${textOf(Code)}: ${textOf(words)}`;
  });
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** As Go prints lists of lists: `[[0.5 1] []]`. */
function print(results: readonly Result[]): string {
  const lists = results.map(({ values }) => `[${Array.from(values, formatFloat).join(' ')}]`);
  return shorten(`[${lists.join(' ')}]`);
}
