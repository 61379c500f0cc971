import { parse } from 'yaml';
import * as z from 'zod';
import type { Difference } from './difference.ts';
import type { Recording } from './recording.ts';
import { parseTest } from './scenario.ts';
import { passes } from './waiting.ts';

const entry = z.strictObject({
  /** A scenario's name; `*` allowed. */
  scenario: z.string(),
  /**
   * One of the rules of the comparison, or `*`: then what is so in ours at the end must be said under
   * `instead`.
   */
  rule: z.string(),
  /** `Kind/name`; `*` allowed. */
  object: z.string().default('*'),
  /** Milestone field, path or reason; `*` allowed. */
  field: z.string().default('*'),
  /** Text that what the original did must contain. */
  original: z.string().default(''),
  /** Text that what ours did must contain. */
  ours: z.string().default(''),
  /** What must be so in ours at the end: `Kind/name` to tests such as `status.phase=Paused`. */
  instead: z.record(z.string(), z.array(z.string())).default({}),
  /** True where it depends on the fraction of a second in which things happen: then it may also not be there. */
  timing: z.boolean().default(false),
  /** Why ours is different on purpose. */
  why: z.string().min(20),
  /** What users gain by it. */
  improvement: z.string().min(10),
});

const entries = z.array(
  entry.refine(({ rule, instead }) => rule !== '*' || Object.keys(instead).length > 0, {
    message: 'with rule "*" it must be said under `instead` what is so in ours',
  }),
);

/** A difference that is there on purpose. */
export type Deliberate = z.output<typeof entry>;

/** Parses the list of deliberate differences (YAML). Throws when an entry has no reason or a misspelt key. */
export function parseDeliberate(text: string): readonly Deliberate[] {
  return entries.parse(parse(text) ?? []);
}

/** What is left of the differences of one scenario, and which entries were of use. */
export interface Sorted {
  readonly unexpected: readonly Difference[];
  readonly used: readonly Deliberate[];
}

/**
 * Takes away the differences that are there on purpose, and adds what ours is said to do instead and does
 * not.
 */
export function sortDifferences(
  ours: Recording,
  differences: readonly Difference[],
  deliberate: readonly Deliberate[],
): Sorted {
  const mine = deliberate.filter((one) => matches(one.scenario, ours.scenario));
  const explains = (one: Deliberate, difference: Difference): boolean =>
    matches(one.rule, difference.rule) &&
    matches(one.object, difference.object) &&
    matches(one.field, difference.field) &&
    difference.original.includes(one.original) &&
    difference.ours.includes(one.ours);
  const left = differences.filter((difference) => !mine.some((one) => explains(one, difference)));
  return {
    unexpected: [...left, ...mine.flatMap((one) => brokenPromises(one, ours))],
    used: mine.filter((one) => differences.some((difference) => explains(one, difference))),
  };
}

function brokenPromises({ instead }: Deliberate, ours: Recording): readonly Difference[] {
  return Object.entries(instead).flatMap(([object, tests]) =>
    tests.flatMap((text): readonly Difference[] => {
      const state = ours.finals.get(object);
      if (state !== undefined && passes(parseTest(text), state, (value) => value)) return [];
      const said = `ours is said to end with ${text}`;
      const at = { original: null, ours: null };
      return [{ rule: 'instead', object, field: text, original: said, ours: 'it does not', at }];
    }),
  );
}

/** Does a text match a pattern in which `*` stands for anything? */
export function matches(pattern: string, text: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's').test(text);
}
