/**
 * A regular expression taken apart. Which group caught what is not kept: conditions only ask whether it
 * matches.
 */
export type Piece =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly has: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Piece[] }
  | { readonly kind: 'choice'; readonly options: readonly Piece[] }
  | { readonly kind: 'repeat'; readonly part: Piece; readonly min: number; readonly max: number | null };

/** Claims that a character, given by its code point, belongs to a set. */
export type CharacterTest = (code: number) => boolean;

/** What may be asserted of a place between two characters. */
export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordEdge' | 'noWordEdge';

/** A regular expression that RE2 would refuse. Thrown in this folder only. */
export class PatternFault extends Error {}

/** Where the parser stands in the pattern, and the flags that are on there. */
export interface PatternCursor {
  readonly source: string;
  readonly characters: readonly string[];
  at: number;
  flags: Flags;
  depth: number;
}

/** `i`: ignore case. `m`: `^` and `$` match at lines. `s`: `.` matches line ends. */
export interface Flags {
  readonly ignoreCase: boolean;
  readonly lines: boolean;
  readonly dotAll: boolean;
}

/** The error of a pattern, in the words of Go's regexp package. */
export function refuse(why: string, text: string): never {
  throw new PatternFault(`error parsing regexp: ${why}: \`${text}\``);
}

/** The characters from a place up to the cursor. */
export function since(cursor: PatternCursor, from: number): string {
  return cursor.characters.slice(from, cursor.at).join('');
}

/** Takes a text if it comes next; says whether it did. */
export function accept(cursor: PatternCursor, text: string): boolean {
  for (let offset = 0; offset < text.length; offset += 1) {
    if (cursor.characters[cursor.at + offset] !== text[offset]) return false;
  }
  cursor.at += text.length;
  return true;
}
