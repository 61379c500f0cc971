import type { Json } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import { parseTemplate, type Slice, type Step, type Template, type Test } from './parse.ts';

/** The first thing that a template finds; `nothing` where it finds no value at all. */
export type Found =
  | { readonly kind: 'found'; readonly value: Json }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'error'; readonly message: string };

/** What each text and each action of a template finds, in order. */
export type FoundAll =
  | { readonly kind: 'found'; readonly results: readonly (readonly Json[])[] }
  | { readonly kind: 'error'; readonly message: string };

/**
 * The first value that a JSONPath template finds in JSON data, as the web metric takes it. Text around an
 * action is something found too. A field that is not there is an error, a field that is null is not. Unlike
 * in the original, numbers of a filter compare by value: `[?(@.v==7)]` need not be written with `7.0`.
 */
export function findFirst(template: string, data: Json): Found {
  const found = findAll(template, data);
  if (found.kind === 'error') return found;
  const [value] = found.results.flat();
  return value === undefined ? { kind: 'nothing' } : { kind: 'found', value };
}

/** All that a JSONPath template finds in JSON data: one list for each text, and one for each action. */
export function findAll(template: string, data: Json): FoundAll {
  const parsed = parseTemplate(template);
  if (parsed.kind === 'error') return parsed;
  const walking: Walking = { template: parsed.template, ranges: 0, steps: MAX_STEPS };
  const { results, error } = runBlock(walking, 0, data);
  return error === null ? { kind: 'found', results } : { kind: 'error', message: error };
}

/** How many values may be looked at: an action in a range may look at everything again and again. */
const MAX_STEPS = 1_000_000;
const MAX_DATA_DEPTH = 1000;

interface Walking {
  readonly template: Template;
  /** How many `range` are open. */
  ranges: number;
  steps: number;
}

/** What a step finds. Where it fails, what it has then still counts for a filter that asks for existence. */
interface Walked {
  readonly values: readonly Json[];
  readonly error: string | null;
}

interface Block {
  readonly results: readonly (readonly Json[])[];
  readonly error: string | null;
  /** Where the block ended: behind the template, or at its `end`. */
  readonly end: number;
}

/** Runs the template from a place to the `end` of its range, or to its own end. */
function runBlock(walking: Walking, from: number, data: Json): Block {
  const results: (readonly Json[])[] = [];
  for (let at = from; at < walking.template.length; at += 1) {
    const step = walking.template[at];
    if (step === undefined) break;
    const word = wordOf(step);
    if (word === 'end' && walking.ranges > 0) return { results, error: null, end: at };
    const { values, error } = walk(walking, [data], step);
    if (error !== null) return { results, error, end: at };
    if (word !== 'range') {
      results.push(values);
      continue;
    }
    const block = runRange(walking, at + 1, values);
    if (block.error !== null) return block;
    results.push(...block.results);
    at = block.end;
  }
  return { results, error: null, end: walking.template.length };
}

function runRange(walking: Walking, from: number, values: readonly Json[]): Block {
  const results: (readonly Json[])[] = [];
  const end = endOfRange(walking.template, from);
  if (end === null) return { results, error: 'range has no end', end: from };
  walking.ranges += 1;
  for (const value of values) {
    const block = runBlock(walking, from, value);
    if (block.error !== null) return block;
    results.push(...block.results);
  }
  walking.ranges -= 1;
  return { results, error: null, end };
}

/** Where the `end` of a range is; null when it has none. */
function endOfRange(template: Template, from: number): number | null {
  let open = 1;
  for (const [offset, step] of template.slice(from).entries()) {
    const word = wordOf(step);
    open += word === 'range' ? 1 : word === 'end' ? -1 : 0;
    if (open === 0) return from + offset;
  }
  return null;
}

function wordOf(step: Step): string | null {
  const first = step.kind === 'list' ? step.steps[0] : undefined;
  return first?.kind === 'word' ? first.word : null;
}

function walk(walking: Walking, input: readonly Json[], step: Step): Walked {
  const walked = walkStep(walking, input, step);
  walking.steps -= 1 + input.length + walked.values.length;
  return walking.steps < 0 ? { values: [], error: 'jsonPath finds too much' } : walked;
}

function walkStep(walking: Walking, input: readonly Json[], step: Step): Walked {
  switch (step.kind) {
    case 'list':
      return walkAll(walking, input, step.steps);
    case 'literal':
      return found(typeof step.value === 'string' ? [step.value] : input.map(() => step.value));
    case 'word':
      return { values: input, error: wordError(step.word) };
    case 'field':
      return walkField(input, step.name);
    case 'wildcard':
      return found(input.flatMap((value) => childrenOf(value)));
    case 'recursive':
      return walkRecursive(walking, input, 0);
    case 'slice':
      return each(input, (value) => sliceValue(value, step.slice), input);
    case 'union':
      return each(step.options, (steps) => walkAll(walking, input, steps), input);
    case 'filter':
      return each(input, (value) => filterValue(walking, value, step), input);
    default:
      return step satisfies never;
  }
}

function walkAll(walking: Walking, input: readonly Json[], steps: readonly Step[]): Walked {
  let walked: Walked = found(input);
  for (const step of steps) {
    walked = walk(walking, walked.values, step);
    if (walked.error !== null) return walked;
  }
  return walked;
}

function wordError(word: string): string | null {
  if (word === 'range') return null;
  return word === 'end' ? 'not in range, nothing to end' : `unrecognized identifier ${word}`;
}

function walkField(input: readonly Json[], name: string): Walked {
  const values = input.flatMap((value) => {
    if (!isObject(value) || !Object.hasOwn(value, name)) return [];
    return [value[name] ?? null];
  });
  const missing = values.length === 0 && input.length > 0;
  return { values, error: missing ? `${name} is not found` : null };
}

/**
 * Every list, object and text below the input, itself included, that is not empty: parents before children.
 */
function walkRecursive(walking: Walking, input: readonly Json[], depth: number): Walked {
  if (depth > MAX_DATA_DEPTH) return { values: [], error: 'the answer is nested too deeply' };
  const values: Json[] = [];
  for (const value of input) {
    walking.steps -= 1;
    if (walking.steps < 0) return { values, error: 'jsonPath finds too much' };
    if (typeof value === 'string' && value !== '') values.push(value);
    const children = typeof value === 'string' ? [] : childrenOf(value);
    if (children.length === 0) continue;
    const below = walkRecursive(walking, children, depth + 1);
    if (below.error !== null) return below;
    values.push(value);
    for (const one of below.values) values.push(one);
  }
  return found(values);
}

function sliceValue(value: Json, slice: Slice): Walked {
  if (value === null) return found([]);
  if (!Array.isArray(value)) return failed(`${typeName(value)} is not array or slice`);
  const items: readonly Json[] = value;
  const { length } = items;
  const from = (slice.from ?? 0) < 0 ? (slice.from ?? 0) + length : (slice.from ?? 0);
  const wanted = slice.to ?? length;
  const fromEnd = wanted < 0 || (wanted === 0 && slice.single);
  const to = fromEnd ? wanted + length : wanted;
  if (from === to) return found([]);
  const outside = (index: number) => failed(`array index out of bounds: index ${index}, length ${length}`);
  if (from >= length || from < 0) return outside(from);
  if (to > length || to < 0) return outside(to - 1);
  if (from > to) return failed(`starting index ${from} is greater than ending index ${to}`);
  if (slice.step !== null && slice.step <= 0) return failed('step must be > 0');
  const step = slice.step ?? 1;
  return found(items.slice(from, to).filter((_, index) => index % step === 0));
}

function filterValue(walking: Walking, value: Json, filter: Step & { readonly kind: 'filter' }): Walked {
  if (!Array.isArray(value)) {
    return failed(`${typeName(value)} is not array or slice and cannot be filtered`);
  }
  const passed: Json[] = [];
  for (const item of value as readonly Json[]) {
    const left = walkAll(walking, [item], filter.left);
    const verdict = filter.test === null ? left.values.length > 0 : compare(walking, item, left, filter.test);
    if (typeof verdict === 'string') return failed(verdict);
    if (verdict) passed.push(item);
  }
  return found(passed);
}

/** Whether the comparison holds, or what is wrong with it. */
function compare(walking: Walking, item: Json, left: Walked, test: Test): boolean | string {
  if (left.error !== null) return left.error;
  if (left.values.length === 0) return false;
  const right = walkAll(walking, [item], test.right);
  if (right.error !== null) return right.error;
  if (right.values.length === 0) return false;
  if (left.values.length > 1 || right.values.length > 1) return 'can only compare one element at a time';
  return compareValues(left.values[0] ?? null, test.operator, right.values[0] ?? null);
}

function compareValues(a: Json, operator: string, b: Json): boolean | string {
  if (!['==', '!=', '<', '<=', '>', '>='].includes(operator))
    return `unrecognized filter operator ${operator}`;
  if (!isBasic(a) || !isBasic(b)) return 'invalid type for comparison';
  if (typeof a !== typeof b) return 'incompatible types for comparison';
  if (operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  if (typeof a === 'boolean') return 'invalid type for comparison';
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

/**
 * Walks several things and puts together what they find; the first error ends it, with the input as its
 * values.
 */
function each<Item>(items: readonly Item[], one: (item: Item) => Walked, input: readonly Json[]): Walked {
  const values: Json[] = [];
  for (const item of items) {
    const walked = one(item);
    if (walked.error !== null) return { values: input, error: walked.error };
    for (const value of walked.values) values.push(value);
  }
  return found(values);
}

function childrenOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  return isObject(value) ? Object.values(value) : [];
}

function isBasic(value: Json): value is string | number | boolean {
  return value !== null && typeof value !== 'object';
}

/** Go's name for the type of decoded JSON, as messages show it. */
function typeName(value: Json): string {
  if (value === null) return 'nil';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  return typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : 'string';
}

function found(values: readonly Json[]): Walked {
  return { values, error: null };
}

function failed(message: string): Walked {
  return { values: [], error: message };
}
