import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { type Waiting, waitsFor } from './coverage.ts';

const names = z.array(z.string()).default([]);

const behaviour = z.strictObject({
  /** The end of a link to it. */
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** One sentence about what Sluice does. */
  says: z.string().min(10),
  /** What the original does instead, where ours is better on purpose and no recording shows it. */
  instead: z.string().min(10).optional(),
  /** For what it waits, where no test can show it yet. */
  waits: z.string().min(5).optional(),
  /** Recorded scenarios of the original. */
  recorded: names,
  /** Names in test/stories. */
  stories: names,
  /** Paths from the top of the checkout to names of tests in them; none stands for all of the file. */
  tests: z.record(z.string(), z.array(z.string())).default({}),
});

const sections = z.array(z.strictObject({ title: z.string(), behaviours: z.array(behaviour).min(1) }));

/** One thing that Sluice does, and what shows it. */
export type Behaviour = z.output<typeof behaviour>;

/** Behaviours that belong together. */
export type Section = z.output<typeof sections>[number];

/** Parses `behaviours.yaml`. Throws where a key is misspelt or a sentence is missing. */
export function parseBehaviours(text: string): readonly Section[] {
  return sections.parse(parse(text));
}

/** Parses `recorded.yaml`: names of the recorded scenarios to what each is about. */
export function parseRecorded(text: string): Readonly<Record<string, string>> {
  return z.record(z.string(), z.string()).parse(parse(text));
}

/**
 * For what a behaviour waits; null where something shows it already. A recorded scenario that is not played
 * yet shows nothing.
 */
export function awaits(one: Behaviour, waiting: Waiting): string | null {
  if (one.waits !== undefined) return one.waits;
  if (one.stories.length > 0 || Object.keys(one.tests).length > 0) return null;
  const features = one.recorded.map((name) => waitsFor(waiting, name));
  return features.includes(null) ? null : [...new Set(features)].join(', ');
}

/** What is wrong with the list, in words. `root` is the top of the checkout. */
export function mistakesOf(
  all: readonly Section[],
  recorded: Readonly<Record<string, string>>,
  root: string,
): readonly string[] {
  const behaviours = all.flatMap((section) => section.behaviours);
  const ids = behaviours.map(({ id }) => id);
  const shown = new Set(behaviours.flatMap((one) => one.recorded));
  return [
    ...ids.filter((id, i) => ids.indexOf(id) < i).map((id) => `${id} is there twice`),
    ...Object.keys(recorded)
      .filter((name) => !shown.has(name))
      .map((name) => `no behaviour is shown by the recorded scenario ${name}`),
    ...behaviours.flatMap((one) => mistakesIn(one, recorded, root).map((text) => `${one.id}: ${text}`)),
  ];
}

function mistakesIn(
  one: Behaviour,
  recorded: Readonly<Record<string, string>>,
  root: string,
): readonly string[] {
  const proofs = one.recorded.length + one.stories.length + Object.keys(one.tests).length;
  const isUnshown = proofs === 0 && one.waits === undefined;
  const isBoth = proofs > 0 && one.waits !== undefined;
  return [
    ...(isUnshown ? ['nothing shows it, and it does not say what it waits for'] : []),
    ...(isBoth ? ['it has tests and waits all the same'] : []),
    ...one.recorded
      .filter((name) => recorded[name] === undefined)
      .map((name) => `there is no recorded scenario ${name}`),
    ...one.stories
      .filter((name) => !existsSync(join(root, `test/stories/${name}.story`)))
      .map((name) => `there is no story ${name}`),
    ...Object.entries(one.tests).flatMap(([path, tests]) => missingTests(path, tests, root)),
  ];
}

function missingTests(path: string, tests: readonly string[], root: string): readonly string[] {
  if (!/^test\/.*\.test\.ts$/.test(path) || !existsSync(join(root, path)))
    return [`there is no file of tests ${path}`];
  const source = readFileSync(join(root, path), 'utf8');
  return tests.filter((name) => !isIn(source, name)).map((name) => `${path} has no test "${name}"`);
}

/** Whether a file of tests has this name in quotes, as it has to have it somewhere. */
function isIn(source: string, name: string): boolean {
  const escaped = name.replaceAll("'", "\\'");
  return [`'${escaped}'`, `"${name}"`, `\`${name}\``].some((quoted) => source.includes(quoted));
}
