import { accept, type CharacterTest, type PatternCursor, refuse, since } from './syntax.ts';

/** Ranges of code points, both ends included. */
type Ranges = readonly (readonly [number, number])[];

const DIGITS: Ranges = [[48, 57]];
const LOWER: Ranges = [[97, 122]];
const UPPER: Ranges = [[65, 90]];
const WORD: Ranges = [...DIGITS, ...UPPER, ...LOWER, [95, 95]];
const BLANKS: Ranges = [
  [9, 10],
  [12, 13],
  [32, 32],
];

const PERL: ReadonlyMap<string, Ranges> = new Map([
  ['d', DIGITS],
  ['s', BLANKS],
  ['w', WORD],
]);

const POSIX: ReadonlyMap<string, Ranges> = new Map<string, Ranges>([
  ['alnum', [...DIGITS, ...UPPER, ...LOWER]],
  ['alpha', [...UPPER, ...LOWER]],
  ['ascii', [[0, 127]]],
  [
    'blank',
    [
      [9, 9],
      [32, 32],
    ],
  ],
  [
    'cntrl',
    [
      [0, 31],
      [127, 127],
    ],
  ],
  ['digit', DIGITS],
  ['graph', [[33, 126]]],
  ['lower', LOWER],
  ['print', [[32, 126]]],
  [
    'punct',
    [
      [33, 47],
      [58, 64],
      [91, 96],
      [123, 126],
    ],
  ],
  [
    'space',
    [
      [9, 13],
      [32, 32],
    ],
  ],
  ['upper', UPPER],
  ['word', WORD],
  ['xdigit', [...DIGITS, [65, 70], [97, 102]]],
]);

/** The test for one character, or for it in either case. */
export function single(code: number, ignoreCase: boolean): CharacterTest {
  return folded((candidate) => candidate === code, ignoreCase);
}

/** The test that a character is in the set, whatever its case, if cases are ignored. */
export function folded(has: CharacterTest, ignoreCase: boolean): CharacterTest {
  if (!ignoreCase) return has;
  return (code) => has(code) || casesOf(code).some(has);
}

/** The test that a character belongs to `\w`, which is ASCII only. */
export function isWord(code: number): boolean {
  return inRanges(WORD, code);
}

/** Reads `\d`, `\W`, `\pL`, `\P{Greek}` and the like; null, with nothing read, when it is another escape. */
export function readNamedSet(cursor: PatternCursor): CharacterTest | null {
  const letter = cursor.characters[cursor.at + 1] ?? '';
  const perl = PERL.get(letter.toLowerCase());
  if (perl !== undefined) {
    cursor.at += 2;
    return negatedIf(letter !== letter.toLowerCase(), (code) => inRanges(perl, code));
  }
  return letter === 'p' || letter === 'P' ? readUnicodeSet(cursor, letter === 'P') : null;
}

/** Reads a set in brackets, from behind its `[`. */
export function readBrackets(cursor: PatternCursor): CharacterTest {
  const from = cursor.at - 1;
  const negated = accept(cursor, '^');
  const tests: CharacterTest[] = [];
  for (let first = true; first || cursor.characters[cursor.at] !== ']'; first = false) {
    if (cursor.at >= cursor.characters.length) {
      refuse('missing closing ]', cursor.characters.slice(from).join(''));
    }
    tests.push(readBracketItem(cursor));
  }
  cursor.at += 1;
  const has = folded((code) => tests.some((test) => test(code)), cursor.flags.ignoreCase);
  return negatedIf(negated, has);
}

/** Reads an escape that stands for one character, from its backslash on. */
export function readEscapedCharacter(cursor: PatternCursor): number {
  const from = cursor.at;
  const letter = cursor.characters[from + 1];
  if (letter === undefined) refuse('trailing backslash at end of expression', '');
  cursor.at += 2;
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) return simple;
  if (letter === 'x') return readHexadecimal(cursor, from);
  if (/[0-7]/.test(letter)) {
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{2})/.exec(cursor.characters.slice(from + 1, from + 4).join(''));
    if (octal === null) refuse('invalid escape sequence', since(cursor, from));
    cursor.at = from + 1 + octal[0].length;
    return Number.parseInt(octal[0], 8);
  }
  if (/^[0-9A-Za-z]$/.test(letter) || letter.charCodeAt(0) > 127)
    refuse('invalid escape sequence', since(cursor, from));
  return letter.charCodeAt(0);
}

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

function readHexadecimal(cursor: PatternCursor, from: number): number {
  const rest = cursor.characters.slice(cursor.at, cursor.at + 10).join('');
  const match = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,8})\})/.exec(rest);
  const code = match === null ? Number.NaN : Number.parseInt(match[1] ?? match[2] ?? '', 16);
  if (match === null || code > 0x10ffff)
    refuse('invalid escape sequence', `${since(cursor, from)}${rest.slice(0, 1)}`);
  cursor.at += match[0].length;
  return code;
}

function readBracketItem(cursor: PatternCursor): CharacterTest {
  const from = cursor.at;
  if (cursor.characters[from] === '[' && cursor.characters[from + 1] === ':') {
    const posix = readPosixSet(cursor);
    if (posix !== null) return posix;
  }
  const named = cursor.characters[from] === '\\' ? readNamedSet(cursor) : null;
  if (named !== null) return named;
  const low = readBracketCharacter(cursor);
  const next = cursor.characters[cursor.at + 1];
  if (cursor.characters[cursor.at] !== '-' || next === ']' || next === undefined)
    return (code) => code === low;
  cursor.at += 1;
  const high = readBracketCharacter(cursor);
  if (high < low) refuse('invalid character class range', since(cursor, from));
  return (code) => code >= low && code <= high;
}

function readBracketCharacter(cursor: PatternCursor): number {
  const character = cursor.characters[cursor.at];
  if (character === '\\') return readEscapedCharacter(cursor);
  if (character === undefined) refuse('missing closing ]', since(cursor, 0));
  cursor.at += 1;
  return character.codePointAt(0) ?? 0;
}

function readPosixSet(cursor: PatternCursor): CharacterTest | null {
  const end = cursor.characters.indexOf(':', cursor.at + 2);
  if (end === -1 || cursor.characters[end + 1] !== ']') return null;
  const name = cursor.characters.slice(cursor.at + 2, end).join('');
  const ranges = POSIX.get(name.replace(/^\^/, ''));
  if (ranges === undefined) refuse('invalid character class range', `[:${name}:]`);
  cursor.at = end + 2;
  return negatedIf(name.startsWith('^'), (code) => inRanges(ranges, code));
}

function readUnicodeSet(cursor: PatternCursor, upper: boolean): CharacterTest {
  const rest = cursor.characters.slice(cursor.at + 2, cursor.at + 42).join('');
  const match = /^(?:([A-Z])|\{(\^?)([A-Za-z_]+)\})/.exec(rest);
  const name = match?.[1] ?? match?.[3] ?? '';
  const set = name === 'Any' ? /^[\s\S]$/u : (propertySet(name) ?? propertySet(`Script=${name}`));
  if (match === null || set === null) {
    return refuse('invalid character class range', `\\${upper ? 'P' : 'p'}${match?.[0] ?? rest.slice(0, 1)}`);
  }
  cursor.at += 2 + match[0].length;
  return negatedIf(upper !== (match[2] === '^'), (code) => set.test(String.fromCodePoint(code)));
}

/**
 * A platform set that looks at one character, so that it cannot backtrack; null when there is no such
 * property.
 */
function propertySet(property: string): RegExp | null {
  // Only general categories stand alone: JavaScript knows more properties than Go does.
  if (!/^(?:[CLMNPSZ][a-z]?|Script=[A-Za-z_]+)$/.test(property)) return null;
  try {
    return new RegExp(`^\\p{${property}}$`, 'u');
  } catch {
    return null;
  }
}

function casesOf(code: number): readonly number[] {
  const character = String.fromCodePoint(code);
  return [character.toLowerCase(), character.toUpperCase(), character.toUpperCase().toLowerCase()]
    .filter((other) => Array.from(other).length === 1)
    .map((other) => other.codePointAt(0) ?? code);
}

function inRanges(ranges: Ranges, code: number): boolean {
  return ranges.some(([low, high]) => code >= low && code <= high);
}

function negatedIf(negated: boolean, has: CharacterTest): CharacterTest {
  return negated ? (code) => !has(code) : has;
}
