import type { Issue } from '../meta.ts';

// The wording is that of Kubernetes' own validation, which people know how to read.

/** A value that is not allowed, and why. */
export function invalid(path: string, value: unknown, reason: string): Issue {
  return { path, message: `Invalid value: ${JSON.stringify(value ?? null)}: ${reason}` };
}

/** A value that must be there and is not. */
export function required(path: string, reason = ''): Issue {
  return { path, message: reason === '' ? 'Required value' : `Required value: ${reason}` };
}

/** A field that must not be set here. */
export function forbidden(path: string, reason: string): Issue {
  return { path, message: `Forbidden: ${reason}` };
}

/** A word that is none of those that we know. */
export function unsupported(path: string, value: unknown, words: readonly string[]): Issue {
  const known = words.map((word) => JSON.stringify(word)).join(', ');
  return { path, message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${known}` };
}

/** An issue if the value is there, is not empty, and is none of the words. */
export function oneWord(path: string, value: unknown, words: readonly string[]): readonly Issue[] {
  const isOther =
    value !== undefined && value !== null && value !== '' && !words.some((word) => word === value);
  return when(isOther, unsupported(path, value, words));
}

/** A value that must be unique and is there a second time. */
export function duplicate(path: string, value: unknown): Issue {
  return { path, message: `Duplicate value: ${JSON.stringify(value)}` };
}

/** The issues if `mistaken` holds, else none. */
export function when(mistaken: boolean, ...issues: readonly Issue[]): readonly Issue[] {
  return mistaken ? issues : [];
}

/** An issue if the number is there and below zero. */
export function notNegative(path: string, value: number | undefined): readonly Issue[] {
  return when(value !== undefined && value < 0, invalid(path, value, 'must be greater than or equal to 0'));
}

/** An issue if the number is there and outside of the range, ends included. */
export function inRange(path: string, value: number | undefined, min: number, max: number): readonly Issue[] {
  const outside = value !== undefined && (value < min || value > max);
  return when(outside, invalid(path, value, `must be between ${min} and ${max}, inclusive`));
}

/** An issue for each value that is there again. `path` makes the path of the member with an index. */
export function unique(
  values: readonly (string | undefined)[],
  path: (index: number) => string,
): readonly Issue[] {
  return values.flatMap((value, index) =>
    when(value !== undefined && values.indexOf(value) < index, duplicate(path(index), value)),
  );
}
