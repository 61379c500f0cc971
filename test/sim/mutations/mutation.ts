import { join } from 'node:path';
import type { Law } from '../support/laws/law.ts';
import type { Script } from '../support/script.ts';

/** One defect: a text of a source file of ours, and what stands there instead. */
export interface Mutation {
  /** What is wrong, in a few words. */
  readonly name: string;
  /** From `src` on. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The law that must notice. */
  readonly law: Law;
  /** Lives without it cannot show the defect, and are not played. Absent: any can. */
  readonly needs?: (script: Script) => boolean;
}

/** Where the source of a mutation lies. */
export function pathOf({ file }: Mutation): string {
  return join(import.meta.dirname, '../../../src', file);
}

/** The source with the defect. Throws where the text to replace does not stand there exactly once. */
export function mutated({ name, file, find, replace }: Mutation, source: string): string {
  const times = source.split(find).length - 1;
  if (times === 1) return source.replace(find, () => replace);
  throw new Error(`mutation '${name}': its text stands ${times} times in src/${file}, not once`);
}
