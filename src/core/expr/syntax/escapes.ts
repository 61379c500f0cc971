import { Fault } from '../budget.ts';
import { encodeUtf8 } from '../values/utf8.ts';
import type { Cursor } from './lexer.ts';

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);

/** Reads a quoted string and what its escapes stand for. */
export function readText(cursor: Cursor): string {
  const quote = cursor.characters[cursor.at];
  const parts: string[] = [];
  cursor.at += 1;
  for (;;) {
    const character = next(cursor, quote);
    if (character === null) return parts.join('');
    parts.push(character === '\\' ? textEscape(cursor, quote) : character);
  }
}

/** Reads a bytes literal from its quote on. Characters are UTF-8; `\xff` and `\377` are single bytes. */
export function readBytes(cursor: Cursor): string {
  const quote = cursor.characters[cursor.at];
  const parts: string[] = [];
  cursor.at += 1;
  for (;;) {
    const character = next(cursor, quote);
    if (character === null) return parts.join('');
    parts.push(
      character === '\\' ? byteEscape(cursor, quote) : String.fromCharCode(...encodeUtf8(character)),
    );
  }
}

/** Reads a string in backticks. Nothing is an escape but a doubled backtick, which stands for one. */
export function readRaw(cursor: Cursor): string {
  const { characters } = cursor;
  const parts: string[] = [];
  for (cursor.at += 1; ; cursor.at += 1) {
    const character = characters[cursor.at];
    if (character === undefined) throw new Fault('literal not terminated', characters.length);
    if (character === '`') {
      cursor.at += 1;
      if (characters[cursor.at] !== '`') return parts.join('');
    }
    parts.push(character);
  }
}

/** The next character of a literal, or null at its closing quote. */
function next(cursor: Cursor, quote: string | undefined): string | null {
  const character = cursor.characters[cursor.at];
  cursor.at += 1;
  if (character === quote) return null;
  if (character === undefined || character === '\n') throw new Fault('literal not terminated', cursor.at - 1);
  // A lone carriage return is a line end too.
  return character === '\r' ? '\n' : character;
}

function textEscape(cursor: Cursor, quote: string | undefined): string {
  const letter = cursor.characters[cursor.at] ?? '';
  const simple = letter === quote ? letter : SIMPLE.get(letter);
  if (simple === undefined && letter === 'u') return unicodeEscape(cursor);
  if (simple === undefined && letter === 'U') return fromCode(hexDigits(cursor, 8), cursor);
  return simple === undefined ? String.fromCharCode(codeEscape(cursor)) : take(cursor, simple);
}

function byteEscape(cursor: Cursor, quote: string | undefined): string {
  const letter = cursor.characters[cursor.at] ?? '';
  const simple = letter === quote ? letter : SIMPLE.get(letter);
  return simple === undefined ? String.fromCharCode(codeEscape(cursor)) : take(cursor, simple);
}

/** `\xNN` and `\NNN`: a code below 256. */
function codeEscape(cursor: Cursor): number {
  const { characters } = cursor;
  if (characters[cursor.at] === 'x') return hexDigits(cursor, 2);
  const digits = characters.slice(cursor.at, cursor.at + 3).join('');
  if (!/^[0-7]{3}$/.test(digits)) throw new Fault('invalid char escape', cursor.at);
  if (!/^[0-3]/.test(digits)) throw new Fault('unable to unescape string', cursor.at);
  cursor.at += 3;
  return Number.parseInt(digits, 8);
}

function unicodeEscape(cursor: Cursor): string {
  const { characters } = cursor;
  if (characters[cursor.at + 1] !== '{') return fromCode(hexDigits(cursor, 4), cursor);
  const digits = /^[0-9a-fA-F]{1,6}(?=\})/.exec(characters.slice(cursor.at + 2, cursor.at + 9).join(''));
  if (digits === null) throw new Fault('invalid char escape', cursor.at);
  cursor.at += digits[0].length + 3;
  return fromCode(Number.parseInt(digits[0], 16), cursor);
}

/** Reads the letter of an escape and so many hexadecimal digits behind it. */
function hexDigits(cursor: Cursor, count: number): number {
  const digits = cursor.characters.slice(cursor.at + 1, cursor.at + 1 + count).join('');
  if (digits.length !== count || !/^[0-9a-fA-F]+$/.test(digits))
    throw new Fault('invalid char escape', cursor.at);
  cursor.at += count + 1;
  return Number.parseInt(digits, 16);
}

function fromCode(code: number, cursor: Cursor): string {
  if (code > 0x10ffff) throw new Fault('unable to unescape string', cursor.at);
  // Half of a surrogate pair is not a character: Go writes the replacement character.
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
}

function take(cursor: Cursor, meaning: string): string {
  cursor.at += 1;
  return meaning;
}
