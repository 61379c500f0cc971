import { folded, readBrackets, readEscapedCharacter, readNamedSet, single } from './sets.ts';
import {
  type Assertion,
  accept,
  type Flags,
  type PatternCursor,
  type Piece,
  refuse,
  since,
} from './syntax.ts';

const MAX_REPEAT = 1000;
const MAX_DEPTH = 200;

/** Parses a regular expression of RE2's syntax. Throws a `PatternFault` for what RE2 refuses. */
export function parsePattern(source: string): Piece {
  const flags: Flags = { ignoreCase: false, lines: false, dotAll: false };
  const cursor: PatternCursor = { source, characters: Array.from(source), at: 0, flags, depth: 0 };
  const piece = parseChoice(cursor);
  if (cursor.at < cursor.characters.length) refuse('unexpected )', source);
  return piece;
}

function parseChoice(cursor: PatternCursor): Piece {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) refuse('expression nests too deeply', cursor.source);
  const options = [parseSequence(cursor)];
  while (accept(cursor, '|')) options.push(parseSequence(cursor));
  cursor.depth -= 1;
  const [first] = options;
  return options.length === 1 && first !== undefined ? first : { kind: 'choice', options };
}

function parseSequence(cursor: PatternCursor): Piece {
  const parts: Piece[] = [];
  while (cursor.at < cursor.characters.length && !'|)'.includes(cursor.characters[cursor.at] ?? '')) {
    if (accept(cursor, '\\Q')) parts.push(...readQuoted(cursor));
    else parts.push(parseRepeats(cursor));
  }
  return { kind: 'sequence', parts };
}

function parseRepeats(cursor: PatternCursor): Piece {
  const piece = parseOne(cursor);
  const from = cursor.at;
  const repeat = readRepeat(cursor);
  if (repeat === null) return piece;
  accept(cursor, '?');
  if (readRepeat(cursor) !== null) refuse('invalid nested repetition operator', since(cursor, from));
  return { kind: 'repeat', part: piece, ...repeat };
}

/** Reads `*`, `+`, `?` or `{2,3}`; null, with nothing read, when none is there. */
function readRepeat(cursor: PatternCursor): { readonly min: number; readonly max: number | null } | null {
  if (accept(cursor, '*')) return { min: 0, max: null };
  if (accept(cursor, '+')) return { min: 1, max: null };
  if (accept(cursor, '?')) return { min: 0, max: 1 };
  if (cursor.characters[cursor.at] !== '{') return null;
  // A brace that is not a count stands for itself.
  const match = /^\{(\d{1,9})(?:(,)(\d{1,9})?)?\}/.exec(
    cursor.characters.slice(cursor.at, cursor.at + 24).join(''),
  );
  if (match === null) return null;
  const min = Number(match[1]);
  const max = match[2] === undefined ? min : match[3] === undefined ? null : Number(match[3]);
  if (min > MAX_REPEAT || (max !== null && (max > MAX_REPEAT || max < min))) {
    refuse('invalid repeat count', match[0]);
  }
  cursor.at += match[0].length;
  return { min, max };
}

function parseOne(cursor: PatternCursor): Piece {
  const character = cursor.characters[cursor.at] ?? '';
  switch (character) {
    case '*':
    case '+':
    case '?':
      return refuse('missing argument to repetition operator', character);
    case '(':
      return parseGroup(cursor);
    case '[': {
      cursor.at += 1;
      return { kind: 'set', has: readBrackets(cursor) };
    }
    case '.': {
      cursor.at += 1;
      const { dotAll } = cursor.flags;
      return { kind: 'set', has: (code) => dotAll || code !== 10 };
    }
    case '^':
    case '$':
      cursor.at += 1;
      return assertion(lineAssertion(character === '^', cursor.flags));
    case '\\':
      return parseEscape(cursor);
    default:
      cursor.at += 1;
      return { kind: 'set', has: single(character.codePointAt(0) ?? 0, cursor.flags.ignoreCase) };
  }
}

function lineAssertion(start: boolean, { lines }: Flags): Assertion {
  if (lines) return start ? 'lineStart' : 'lineEnd';
  return start ? 'textStart' : 'textEnd';
}

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'textStart'],
  ['z', 'textEnd'],
  ['b', 'wordEdge'],
  ['B', 'noWordEdge'],
]);

function parseEscape(cursor: PatternCursor): Piece {
  const found = ASSERTIONS.get(cursor.characters[cursor.at + 1] ?? '');
  if (found !== undefined) {
    cursor.at += 2;
    return assertion(found);
  }
  const named = readNamedSet(cursor);
  if (named !== null) return { kind: 'set', has: folded(named, cursor.flags.ignoreCase) };
  return { kind: 'set', has: single(readEscapedCharacter(cursor), cursor.flags.ignoreCase) };
}

function parseGroup(cursor: PatternCursor): Piece {
  const from = cursor.at;
  const { flags } = cursor;
  cursor.at += 1;
  if (accept(cursor, '?') && readGroupHead(cursor, from) === 'flags') return { kind: 'empty' };
  const piece = parseChoice(cursor);
  if (!accept(cursor, ')')) refuse('missing closing )', cursor.source);
  // Flags that are set inside of a group end with it.
  cursor.flags = flags;
  return piece;
}

/** Reads what follows `(?`. Says whether it only sets flags, as `(?i)` does, or begins a group. */
function readGroupHead(cursor: PatternCursor, from: number): 'flags' | 'group' {
  const rest = cursor.characters.slice(cursor.at, cursor.at + 200).join('');
  const name = /^P?<([^>]*)>/.exec(rest);
  if (name !== null && !/^[=!]/.test(name[1] ?? '')) {
    if (!/^\w+$/.test(name[1] ?? '')) refuse('invalid named capture', `(?${name[0]}`);
    cursor.at += name[0].length;
    return 'group';
  }
  const match = /^([imsU]*)(?:(-)([imsU]+))?([:)])/.exec(rest);
  if (match === null || match[0] === ')') {
    return refuse(
      'invalid or unsupported Perl syntax',
      `${since(cursor, from)}${rest.slice(0, rest[0] === '<' ? 2 : 1)}`,
    );
  }
  const [on, off] = [match[1] ?? '', match[3] ?? ''];
  const flag = (letter: string, now: boolean) => (off.includes(letter) ? false : on.includes(letter) || now);
  cursor.flags = {
    ignoreCase: flag('i', cursor.flags.ignoreCase),
    lines: flag('m', cursor.flags.lines),
    dotAll: flag('s', cursor.flags.dotAll),
  };
  cursor.at += match[0].length;
  return match[4] === ')' ? 'flags' : 'group';
}

/** The characters up to `\E`, each standing for itself. */
function readQuoted(cursor: PatternCursor): readonly Piece[] {
  const pieces: Piece[] = [];
  while (cursor.at < cursor.characters.length && !accept(cursor, '\\E')) {
    const code = cursor.characters[cursor.at]?.codePointAt(0) ?? 0;
    pieces.push({ kind: 'set', has: single(code, cursor.flags.ignoreCase) });
    cursor.at += 1;
  }
  return pieces;
}

function assertion(found: Assertion): Piece {
  return { kind: 'assertion', assertion: found };
}
