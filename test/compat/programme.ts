import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mistakesIn, parseWaiting, type Waiting, waitsFor } from './coverage.ts';
import { type Deliberate, matches, parseDeliberate } from './differences.ts';
import { type Found, findLibrary, type Library } from './library.ts';

/** What is played, wherever it is, and what is known about it. Set by variables, see `compat.test.ts`. */
export interface Programme {
  readonly library: Library;
  readonly waiting: Waiting;
  readonly deliberate: readonly Deliberate[];
  /** The scenarios that are asked for, in order, with those that are not played. */
  readonly names: readonly string[];
  /** All of them are. */
  readonly isWhole: boolean;
  /** The folder for our recordings that is asked for; null: none is. */
  readonly folder: string | null;
  /** The feature without which a scenario is not played; null: it is. */
  readonly waits: (name: string) => string | null;
}

const found = findLibrary();

/** Why nothing can be played here, for the test runner; in CI that is a failure instead. */
export const skip: string | false =
  found.kind === 'missing' && (process.env['CI'] ?? '') === '' ? found.why : false;

/**
 * Reads the library, the scenarios that wait, and the deliberate differences in files of this folder. Throws
 * when something is missing or the list of those that wait has a mistake.
 */
export function readProgramme(differences: readonly string[]): Programme {
  const library = libraryOf(found);
  const waiting = parseWaiting(read('coverage.yaml'));
  const mistakes = mistakesIn(
    waiting,
    library.names.map((name) => library.scenario(name)),
  );
  if (mistakes.length > 0) throw new Error(`coverage.yaml: ${mistakes.join('; ')}`);
  const wanted = (process.env['COMPAT_SCENARIO'] ?? '*').split(',');
  const withWaiting = process.env['COMPAT_WAITING'] === '1';
  return {
    library,
    waiting,
    deliberate: differences.flatMap((file) => parseDeliberate(read(file))),
    names: library.names.filter((name) => wanted.some((pattern) => matches(pattern, name))),
    isWhole: wanted.join() === '*',
    folder: process.env['COMPAT_OUT'] ?? null,
    waits: (name) => (withWaiting ? null : waitsFor(waiting, name)),
  };
}

function libraryOf(it: Found): Library {
  if (it.kind === 'missing') throw new Error(it.why);
  return it.library;
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8');
}
