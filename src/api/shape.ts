import type * as z from 'zod';
import type { Issue } from './meta.ts';
import { at, isObject } from './path.ts';
import { isKindName, KINDS } from './schema/kinds.ts';

/** What is wrong with the shape of an object. */
export interface Shape {
  /** Missing fields and fields of a wrong type: what the API server refuses. */
  readonly wrong: readonly Issue[];
  /** Fields that the API does not have: what the API server drops without a word. Often a slip of the pen. */
  readonly unknown: readonly Issue[];
}

/**
 * Checks fields and types of an object of the API. Does not look at what values mean: see `validate/`.
 * Fields that are null count as absent, as they do in the API server.
 */
export function checkShape(manifest: unknown): Shape {
  const kind = isObject(manifest) && typeof manifest['kind'] === 'string' ? manifest['kind'] : '';
  if (!isKindName(kind)) {
    return {
      wrong: [{ path: 'kind', message: `must be one of ${Object.keys(KINDS).join(', ')}` }],
      unknown: [],
    };
  }
  const result = KINDS[kind].safeParse(withoutNulls(manifest));
  if (result.success) return { wrong: [], unknown: [] };
  const issues = result.error.issues.flatMap(fromZod);
  return {
    wrong: issues.filter((issue) => !issue.unknown).map(({ path, message }) => ({ path, message })),
    unknown: issues.filter((issue) => issue.unknown).map(({ path, message }) => ({ path, message })),
  };
}

function fromZod(issue: z.core.$ZodIssue): readonly (Issue & { readonly unknown: boolean })[] {
  const path = at('', ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: at(path, key), message: 'unknown field', unknown: true }));
  }
  return [{ path, message: words(issue), unknown: false }];
}

function words(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.message.endsWith('received undefined')
        ? 'Required value'
        : `must be ${noun(issue.expected)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_union':
      return 'must be an integer or a string';
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'invalid_format':
      return 'must be a time such as 2026-11-21T08:00:00Z';
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return issue.message;
  }
}

function noun(expected: string): string {
  const nouns: Readonly<Record<string, string>> = {
    array: 'a list',
    boolean: 'true or false',
    int: 'an integer',
    number: 'an integer',
    object: 'an object',
    record: 'an object',
    string: 'a string',
  };
  return nouns[expected] ?? expected;
}

/** A copy without the fields that are null, at any depth. Members of lists stay. */
export function withoutNulls<T>(value: T): T {
  return strip(value) as T;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== null) copy[key] = strip(item);
  }
  return copy;
}
