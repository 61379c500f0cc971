import { parsePattern } from '../../../../api/pattern/parse.ts';
import type { Piece } from '../../../../api/pattern/syntax.ts';
import { fail, QueryFault, refuse } from '../../fault.ts';
import { wholeMatch } from '../../matchers.ts';

/** What the groups of a regular expression caught, by number and by name; null where it does not match. */
export type Groups = (text: string) => ReadonlyMap<string, string> | null;

/**
 * A regular expression that must cover a whole text and tells what its groups caught. Whether it matches is
 * found without backtracking; only then JavaScript's own RegExp finds the groups, and only for patterns that
 * it reads as RE2 does and gets through in a bounded time. All others are refused. Throws a `QueryFault`.
 */
export function capturing(source: string): Groups {
  const matches = matcherFor(source);
  const { pattern, repeats } = translated(source);
  return (text) => {
    if (!matches(text)) return null;
    // Each repeat may end at each character.
    if ((text.length + 1) ** repeats > MAX_TRIES)
      refuse(`label_replace() with "${source}": too many repeats`);
    const match = pattern.exec(text);
    if (match === null) return refuse(`label_replace() with "${source}"`);
    const numbered = match.map((group, number) => [`${number}`, group ?? ''] as const);
    const named = Object.entries(match.groups ?? {}).map(([name, group]) => [name, group ?? ''] as const);
    return new Map([...numbered, ...named]);
  };
}

/** A few hundredths of a second. */
const MAX_TRIES = 1_000_000;

function matcherFor(source: string): (text: string) => boolean {
  try {
    return wholeMatch(source);
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    return fail(`invalid regular expression in label_replace(): ${source}`);
  }
}

function translated(source: string): { readonly pattern: RegExp; readonly repeats: number } {
  // These mean something else in JavaScript, or nothing: Unicode's spaces, flags, texts in \Q...\E,
  // [[:alpha:]].
  const differs = /\\[sSQEAzZCpPx]|\(\?[^:P<]|\[\[?:|\[\^?\]/.test(source);
  const piece = parsePattern(source);
  const repeats = repeatsIn(piece);
  if (differs || repeats === null) return refuse(`label_replace() with the regular expression "${source}"`);
  try {
    // A dot of RE2 takes all but the end of a line, of which JavaScript knows four.
    return { pattern: new RegExp(`^(?:${source.replaceAll('(?P<', '(?<')})$`, 'u'), repeats };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(`label_replace() with the regular expression "${source}"`);
  }
}

/**
 * How many repeats there are one after the other. Null when there is a choice or a repeat within a repeat:
 * that may take for ever, and JavaScript forgets what groups caught in an earlier round.
 */
function repeatsIn(piece: Piece): number | null {
  switch (piece.kind) {
    case 'empty':
    case 'set':
    case 'assertion':
      return 0;
    case 'sequence':
      return total(piece.parts);
    case 'choice':
      return total(piece.options);
    case 'repeat': {
      const inside = repeatsIn(piece.part);
      if (piece.max === 1) return inside === null ? null : inside + 1;
      return inside === 0 && !hasChoice(piece.part) ? 1 : null;
    }
    default:
      return piece satisfies never;
  }
}

function total(pieces: readonly Piece[]): number | null {
  return pieces.map(repeatsIn).reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0);
}

function hasChoice(piece: Piece): boolean {
  if (piece.kind === 'choice') return true;
  return piece.kind === 'sequence' && piece.parts.some(hasChoice);
}
