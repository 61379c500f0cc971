import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { Metadata, Reading } from '../core/analysis/reading.ts';
import { printFloat, printFloats, printJson, shorten } from './print.ts';
import { complaint, type Question } from './service.ts';

/** Groups beyond these are not told: a run has to fit into an object of Kubernetes. */
const mostGroups = 100;

const noData: Reading = { kind: 'value', value: null, text: '[]' };

/** The last point of the first series that version 1 answers with. */
export function lastPoint(question: Question, answer: Json): Reading {
  const error = textAt(answer, 'error');
  if (error !== '') return complaint(question, 'There were errors in your query', error);
  const points = listAt(listAt(answer, 'series')[0] ?? null, 'pointlist');
  const last = points.at(-1);
  if (last === undefined) return noData;
  const [, value] = Array.isArray(last) && last.length === 2 ? (last as readonly Json[]) : [];
  if (value === null) return noData;
  if (typeof value !== 'number') return complaint(question, 'Datapoint does not have 2 values');
  return { kind: 'value', value, text: printFloat(value) };
}

/**
 * The scalar that version 2 answers with: the first column of numbers, which is that of the formula. Columns
 * of groups, one for each tag, make it a list, even where there is only one group.
 */
export function scalarOf(question: Question, answer: Json): Reading {
  const data = isObject(answer) ? ((answer['data'] ?? null) as Json) : null;
  const error = textAt(answer, 'errors') || textAt(data, 'errors');
  if (error !== '') return complaint(question, 'There were errors in your query', error);
  const attributes = isObject(data) ? ((data['attributes'] ?? null) as Json) : null;
  const columns = listAt(attributes, 'columns');
  const numbers = listAt(columns.find((column) => typeOf(column) === 'number') ?? null, 'values');
  const tags = columns
    .filter((column) => typeOf(column) === 'group')
    .map((column) => listAt(column, 'values'));
  const groups: Group[] = [];
  for (const [row, value] of numbers.entries()) {
    // A group without data.
    if (value === null) continue;
    if (typeof value !== 'number') return complaint(question, `a value is not a number, in row ${row}`);
    const name = nameOf(tags.map((column) => column[row] ?? null));
    if (name === null) return complaint(question, `a group has no name, in row ${row}`);
    groups.push({ name, value });
  }
  const [first] = groups;
  if (first === undefined) return noData;
  if (tags.length === 0) return { kind: 'value', value: first.value, text: printFloat(first.value) };
  const values = Float64Array.from(groups, ({ value }) => value);
  return { kind: 'value', value: values, text: printFloats(values), metadata: describe(groups) };
}

function typeOf(column: Json): string {
  return textAt(column, 'type') || 'number';
}

interface Group {
  readonly name: string;
  readonly value: number;
}

/** Tags of a row, one or more for each column; null where a column has none. */
function nameOf(tags: readonly Json[]): string | null {
  const parts: string[] = [];
  for (const tag of tags) {
    const texts = Array.isArray(tag) ? (tag as readonly Json[]) : [];
    if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) return null;
    parts.push(...texts);
  }
  return parts.join(',');
}

/**
 * Which group has which value. Where there are too many the lowest and the highest are kept: what is bad is
 * one of them, and which of the two only the condition knows.
 */
function describe(groups: readonly Group[]): Metadata {
  if (groups.length <= mostGroups) return { groups: listed(groups) };
  const sorted = groups.toSorted((a, b) => a.value - b.value);
  const half = mostGroups / 2;
  const kept = [...sorted.slice(0, half), ...sorted.slice(-half)];
  return { groups: listed(kept), groups_truncated: 'true' };
}

function listed(groups: readonly Group[]): string {
  return printJson(groups.map(({ name, value }) => ({ name: shorten(name), value })));
}

function listAt(value: Json, field: string): readonly Json[] {
  const list = isObject(value) ? value[field] : null;
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}

function textAt(value: Json, field: string): string {
  const text = isObject(value) ? value[field] : null;
  if (Array.isArray(text)) return text.filter((one) => typeof one === 'string').join('; ');
  return typeof text === 'string' ? text : '';
}
