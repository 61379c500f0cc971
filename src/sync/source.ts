/** One commit, as far as people are told of it. */
export interface Commit {
  /** Full hash, in lower case. */
  readonly hash: string;
  readonly parents: readonly string[];
  /** `Name <address>`, one line of at most 200 characters. */
  readonly author: string;
  /** First line of the message, at most 200 characters. */
  readonly message: string;
}

/** One file of a commit. */
export interface TreeFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  /** Names its content: equal contents have equal ids. */
  readonly blob: string;
}

/**
 * A folder on a branch of a repository. What a hash names never changes, so answers may be remembered.
 * Every method throws `Unreadable` where the repository cannot be read.
 */
export interface Source {
  /** Repository, branch and folder for people: no credentials. */
  readonly name: string;
  /** Which folder, from the root, without slashes at its ends; empty for the root. */
  readonly folder: string;
  /** Hash of the branch's last commit. */
  head(signal: AbortSignal): Promise<string>;
  commit(hash: string): Promise<Commit>;
  /** All files below a folder of a commit, in order of their paths; null where there is no such folder. */
  files(hash: string, folder: string): Promise<readonly TreeFile[] | null>;
  /** Names the content of a folder of a commit; null where there is no such folder. */
  treeId(hash: string, folder: string): Promise<string | null>;
  read(blob: string): Promise<Uint8Array>;
  /** Calls `onChange` when the branch may have moved, and sometimes when not. Returns how to stop that. */
  watch(onChange: () => void): () => void;
}

/** A repository, or a program that is needed to read it, is not as it should be: in words for people. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Longest author and longest message that is written onto objects, in characters. */
const MOST_CHARACTERS = 200;

/** The first line of a text, cut to 200 characters, without anything that would move a cursor. */
export function firstLine(text: string): string {
  const [line = ''] = text.trim().split(/[\r\n]/, 1);
  const plain = Array.from(line.replaceAll(/\p{Cc}/gu, ' ').trim());
  return plain.length <= MOST_CHARACTERS
    ? plain.join('')
    : `${plain.slice(0, MOST_CHARACTERS - 1).join('')}…`;
}
