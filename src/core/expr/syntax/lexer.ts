import { Fault } from '../budget.ts';
import { readBytes, readRaw, readText } from './escapes.ts';

/**
 * A word of the source. `text` is its value: of a string, what it stands for. Bytes are characters below 256.
 */
export interface Token {
  readonly kind: 'Identifier' | 'Number' | 'String' | 'Bytes' | 'Operator' | 'Bracket' | 'EOF';
  readonly text: string;
  readonly at: number;
}

/** The characters of a source and where the lexer stands in them. */
export interface Cursor {
  readonly characters: readonly string[];
  at: number;
}

const WORD_OPERATORS = new Set('not in or and matches contains startsWith endsWith let if else'.split(' '));

/** Cuts a source into tokens, with an `EOF` at the end. Throws a `Fault` where it cannot. */
export function tokenize(source: string): readonly Token[] {
  const cursor: Cursor = { characters: Array.from(source), at: 0 };
  const tokens: Token[] = [];
  for (;;) {
    skipBlanks(cursor);
    const from = cursor.at;
    const character = cursor.characters[from];
    if (character === undefined) {
      tokens.push({ kind: 'EOF', text: '', at: Math.max(0, from - 1) });
      return tokens;
    }
    tokens.push(...readToken(cursor, character));
  }
}

/** Claims that a character may begin a name. */
export function isLetter(character: string | undefined): boolean {
  return character !== undefined && /^[_$\p{L}]$/u.test(character);
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /^[_$\p{L}\p{Nd}]$/u.test(character);
}

function readToken(cursor: Cursor, first: string): readonly Token[] {
  const at = cursor.at;
  const next = cursor.characters[at + 1];
  if (first === '"' || first === "'") return [{ kind: 'String', text: readText(cursor), at }];
  if (first === '`') return [{ kind: 'String', text: readRaw(cursor), at }];
  if ((first === 'b' || first === 'B') && (next === '"' || next === "'")) {
    cursor.at += 1;
    return [{ kind: 'Bytes', text: readBytes(cursor), at }];
  }
  if (isDigit(first) || (first === '.' && isDigit(next)))
    return [{ kind: 'Number', text: readNumber(cursor), at }];
  if ('([{)]}'.includes(first)) return [{ kind: 'Bracket', text: take(cursor, 1), at }];
  if (first === '#') return readPointer(cursor);
  const operator = operatorLength(first, next);
  if (operator > 0) return [{ kind: 'Operator', text: take(cursor, operator), at }];
  if (!isWordCharacter(first)) throw new Fault(`unrecognized character: ${codePointOf(first)}`, at);
  const word = readWord(cursor);
  return [{ kind: WORD_OPERATORS.has(word) ? 'Operator' : 'Identifier', text: word, at }];
}

/** How many characters the operator that begins here has; 0 when none begins. */
function operatorLength(first: string, next: string | undefined): number {
  const follows = (allowed: string) => (next !== undefined && allowed.includes(next) ? 2 : 1);
  if (',;%+-^/'.includes(first)) return 1;
  if ('&!=*<>'.includes(first)) return follows('&=*');
  if (first === '?') return follows('.?');
  if (first === '|' || first === ':' || first === '.') return follows(first);
  return 0;
}

/** `#`, and the name that may follow it at once: two tokens, so that `#acc` and `# acc` are the same. */
function readPointer(cursor: Cursor): readonly Token[] {
  const at = cursor.at;
  const sign: Token = { kind: 'Operator', text: take(cursor, cursor.characters[at + 1] === '#' ? 2 : 1), at };
  const nameAt = cursor.at;
  const name = readWord(cursor);
  return name === '' ? [sign] : [sign, { kind: 'Identifier', text: name, at: nameAt }];
}

function readWord(cursor: Cursor): string {
  const from = cursor.at;
  while (isWordCharacter(cursor.characters[cursor.at])) cursor.at += 1;
  return cursor.characters.slice(from, cursor.at).join('');
}

function readNumber(cursor: Cursor): string {
  const from = cursor.at;
  let digits = '0123456789_';
  if (accept(cursor, '0')) {
    if (accept(cursor, 'xX')) digits = '0123456789abcdefABCDEF_';
    else if (accept(cursor, 'oO')) digits = '01234567_';
    else if (accept(cursor, 'bB')) digits = '01_';
  }
  acceptAll(cursor, digits);
  const { characters } = cursor;
  // In `1..2` the points belong to the range.
  if (characters[cursor.at] === '.' && characters[cursor.at + 1] === '.') return text(cursor, from);
  if (accept(cursor, '.')) acceptAll(cursor, digits);
  if (accept(cursor, 'eE')) {
    accept(cursor, '+-');
    acceptAll(cursor, digits);
  }
  if (isWordCharacter(characters[cursor.at])) {
    cursor.at += 1;
    throw new Fault(`bad number syntax: ${JSON.stringify(text(cursor, from))}`, cursor.at - 1);
  }
  return text(cursor, from);
}

function skipBlanks(cursor: Cursor): void {
  const { characters } = cursor;
  for (;;) {
    const character = characters[cursor.at];
    const next = characters[cursor.at + 1];
    if (character !== undefined && /^[\t-\r\x85\p{Z}]$/u.test(character)) cursor.at += 1;
    else if (character === '/' && next === '/') skipLine(cursor);
    else if (character === '/' && next === '*') skipComment(cursor);
    else return;
  }
}

function skipLine(cursor: Cursor): void {
  const end = cursor.characters.indexOf('\n', cursor.at);
  cursor.at = end === -1 ? cursor.characters.length : end + 1;
}

function skipComment(cursor: Cursor): void {
  const { characters } = cursor;
  cursor.at += 2;
  while (characters[cursor.at] !== '*' || characters[cursor.at + 1] !== '/') {
    if (cursor.at >= characters.length) throw new Fault('unclosed comment', characters.length);
    cursor.at += 1;
  }
  cursor.at += 2;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function accept(cursor: Cursor, allowed: string): boolean {
  const character = cursor.characters[cursor.at];
  if (character === undefined || !allowed.includes(character)) return false;
  cursor.at += 1;
  return true;
}

function acceptAll(cursor: Cursor, allowed: string): void {
  while (accept(cursor, allowed));
}

function take(cursor: Cursor, count: number): string {
  cursor.at += count;
  return text(cursor, cursor.at - count);
}

function text(cursor: Cursor, from: number): string {
  return cursor.characters.slice(from, cursor.at).join('');
}

/** A character as Go prints it with `%#U`. */
function codePointOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} '${character}'`;
}
