import { parse } from 'yaml';
import * as z from 'zod';
import type { Difference } from './difference.ts';

const entry = z.strictObject({
  /** A scenario's name; `*` allowed. */
  scenario: z.string(),
  /** One of the rules of the comparison. */
  rule: z.string(),
  /** `Kind/name`; `*` allowed. */
  object: z.string().default('*'),
  /** Milestone field, path or reason; `*` allowed. */
  field: z.string().default('*'),
  /** Text that what the original did must contain. */
  original: z.string().default(''),
  /** Text that what ours did must contain. */
  ours: z.string().default(''),
  /** Why ours is different on purpose. */
  why: z.string().min(20),
  /** What users gain by it. */
  improvement: z.string().min(10),
});

/** A difference that is there on purpose. */
export type Deliberate = z.output<typeof entry>;

/** Parses the list of deliberate differences (YAML). Throws when an entry has no reason or a misspelt key. */
export function parseDeliberate(text: string): readonly Deliberate[] {
  return z.array(entry).parse(parse(text) ?? []);
}

/** What is left of the differences of one scenario, and which entries were of use. */
export interface Sorted {
  readonly unexpected: readonly Difference[];
  readonly used: readonly Deliberate[];
}

/** Takes away the differences that are there on purpose. */
export function sortDifferences(
  scenario: string,
  differences: readonly Difference[],
  deliberate: readonly Deliberate[],
): Sorted {
  const mine = deliberate.filter((one) => matches(one.scenario, scenario));
  const explains = (one: Deliberate, difference: Difference): boolean =>
    one.rule === difference.rule &&
    matches(one.object, difference.object) &&
    matches(one.field, difference.field) &&
    difference.original.includes(one.original) &&
    difference.ours.includes(one.ours);
  return {
    unexpected: differences.filter((difference) => !mine.some((one) => explains(one, difference))),
    used: mine.filter((one) => differences.some((difference) => explains(one, difference))),
  };
}

/** Does a text match a pattern in which `*` stands for anything? */
export function matches(pattern: string, text: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's').test(text);
}
