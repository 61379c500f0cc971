import { ANNOTATION } from '../api/keys.ts';
import type { StringMap } from '../api/meta.ts';
import { shortLine } from './line.ts';

/** The commit behind a revision, as a Git reconciler noted it. Texts are one line, printable and bounded. */
export interface Commit {
  /** The full hash: 7 to 64 hexadecimal digits, in lower case. */
  readonly hash: string;
  /** The author's name without the address; null where nobody said. */
  readonly author: string | null;
  /** First line of the message; null where nobody said. */
  readonly message: string | null;
}

const LONGEST_MESSAGE = 100;
const LONGEST_AUTHOR = 40;

/**
 * The commit that annotations tell of. Null where there is none, and where what should be its hash is not
 * one: anybody may write annotations.
 */
export function commitOf(annotations: StringMap | undefined): Commit | null {
  const hash = (annotations?.[ANNOTATION.commit] ?? '').toLowerCase();
  if (!/^[0-9a-f]{7,64}$/.test(hash)) return null;
  const author = (annotations?.[ANNOTATION.commitAuthor] ?? '').replace(/\s*<[^<>]*>\s*$/, '');
  return {
    hash,
    author: shortLine(author, LONGEST_AUTHOR),
    message: shortLine(annotations?.[ANNOTATION.commitMessage] ?? '', LONGEST_MESSAGE),
  };
}

/** A commit in short: `a1b2c3d Faster checkout (Ada)`. */
export function sayCommit({ hash, author, message }: Commit): string {
  const said = message === null ? '' : ` ${message}`;
  return `${hash.slice(0, 7)}${said}${author === null ? '' : ` (${author})`}`;
}
