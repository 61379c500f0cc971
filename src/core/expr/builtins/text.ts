import { Fault } from '../budget.ts';
import { BOOL, INT, LIST, STRING, STRINGS } from '../shapes/shape.ts';
import { isList, itemsOf, typeName, type Value } from '../value.ts';
import { encodeUtf8, isAscii } from '../values/utf8.ts';
import {
  argument,
  type Builtin,
  conversion,
  intArgument,
  signed,
  textArgument,
  type Work,
} from './builtin.ts';

const ONE = [[STRING]] as const;
const TWO = [[STRING, STRING]] as const;

/** Built-ins about text. Positions count bytes of UTF-8, as in Go. */
export const TEXT_BUILTINS: readonly Builtin[] = [
  signed('trim', [[STRING], [STRING, STRING]], STRING, trim),
  signed('trimPrefix', [[STRING, STRING], [STRING]], STRING, (args) => {
    const [text, prefix] = [textArgument(args, 0), args.length > 1 ? textArgument(args, 1) : ' '];
    return text.startsWith(prefix) ? text.slice(prefix.length) : text;
  }),
  signed('trimSuffix', [[STRING, STRING], [STRING]], STRING, (args) => {
    const [text, suffix] = [textArgument(args, 0), args.length > 1 ? textArgument(args, 1) : ' '];
    return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
  }),
  signed('upper', ONE, STRING, (args, work) => changed(args, work, (text) => text.toUpperCase())),
  signed('lower', ONE, STRING, (args, work) => changed(args, work, (text) => text.toLowerCase())),
  signed(
    'split',
    [
      [STRING, STRING],
      [STRING, STRING, INT],
    ],
    STRINGS,
    (args, work) => split(args, work, false),
  ),
  signed(
    'splitAfter',
    [
      [STRING, STRING],
      [STRING, STRING, INT],
    ],
    STRINGS,
    (args, work) => split(args, work, true),
  ),
  signed(
    'replace',
    [
      [STRING, STRING, STRING, INT],
      [STRING, STRING, STRING],
    ],
    STRING,
    replace,
  ),
  signed('repeat', [[STRING, INT]], STRING, repeat),
  signed('join', [[STRINGS, STRING], [LIST, STRING], [LIST], [STRINGS, STRING], [STRINGS]], STRING, join),
  signed('indexOf', TWO, INT, (args, work) => {
    const [text, part] = pair(args, work);
    return byteIndex(text, text.indexOf(part));
  }),
  signed('lastIndexOf', TWO, INT, (args, work) => {
    const [text, part] = pair(args, work);
    return byteIndex(text, text.lastIndexOf(part));
  }),
  signed('hasPrefix', TWO, BOOL, (args) => textArgument(args, 0).startsWith(textArgument(args, 1))),
  signed('hasSuffix', TWO, BOOL, (args) => textArgument(args, 0).endsWith(textArgument(args, 1))),
];

function pair(args: readonly Value[], work: Work): readonly [string, string] {
  const [text, part] = [textArgument(args, 0), textArgument(args, 1)];
  work.budget.step(text.length >> 3);
  return [text, part];
}

function changed(args: readonly Value[], work: Work, change: (text: string) => string): Value {
  const text = textArgument(args, 0);
  work.budget.growText(text.length);
  return change(text);
}

function trim(args: readonly Value[], work: Work): Value {
  const text = textArgument(args, 0);
  work.budget.step(text.length);
  if (args.length === 1) return text.replace(/^[\t-\r\x20\x85\p{Z}]+/u, '').replace(LAST_BLANKS, '');
  const cut = new Set(textArgument(args, 1));
  const characters = Array.from(text);
  let [from, to] = [0, characters.length];
  while (from < to && cut.has(characters[from] ?? '')) from += 1;
  while (to > from && cut.has(characters[to - 1] ?? '')) to -= 1;
  return characters.slice(from, to).join('');
}

/** Looks behind, so that the search does not start over at each blank inside of the text. */
const LAST_BLANKS = /(?<![\t-\r\x20\x85\p{Z}])[\t-\r\x20\x85\p{Z}]+$/u;

function split(args: readonly Value[], work: Work, after: boolean): Value {
  const [text, separator] = [textArgument(args, 0), textArgument(args, 1)];
  const limit = args.length > 2 ? intArgument(args, 2) : -1;
  if (limit === 0) return [];
  work.budget.growText(text.length);
  const pieces = separator === '' ? Array.from(text) : text.split(separator);
  work.budget.grow(pieces.length);
  const whole = limit < 0 || pieces.length <= limit;
  const parts = whole ? pieces : [...pieces.slice(0, limit - 1), pieces.slice(limit - 1).join(separator)];
  return after ? parts.map((part, index) => (index < parts.length - 1 ? part + separator : part)) : parts;
}

function replace(args: readonly Value[], work: Work): Value {
  const [text, old, fresh] = [textArgument(args, 0), textArgument(args, 1), textArgument(args, 2)];
  const limit = args.length > 3 ? intArgument(args, 3) : -1;
  work.budget.growText(text.length);
  const pieces = old === '' ? ['', ...Array.from(text), ''] : text.split(old);
  work.budget.grow(pieces.length >> 3);
  const count = limit < 0 ? pieces.length - 1 : Math.min(limit, pieces.length - 1);
  work.budget.growText(text.length + count * fresh.length);
  const parts = pieces.map((piece, index) => (index === 0 ? '' : index <= count ? fresh : old) + piece);
  return parts.join('');
}

function repeat(args: readonly Value[], work: Work): Value {
  const text = textArgument(args, 0);
  const count = intArgument(args, 1);
  if (count < 0) throw new Fault(`invalid argument for repeat (expected positive integer, got ${count})`);
  if (count > 1e6) throw new Fault('memory budget exceeded');
  // The original counts each byte here, and so do we.
  work.budget.grow(text.length * count);
  return text.repeat(count);
}

function join(args: readonly Value[], work: Work): Value {
  const list = argument(args, 0);
  const glue = args.length > 1 ? textArgument(args, 1) : '';
  if (!isList(list) || !Array.isArray(list))
    throw new Fault(`invalid argument for join (type ${typeName(list)})`);
  const parts = itemsOf(list).map((item) => {
    if (typeof item !== 'string') throw conversion(item, 'string');
    work.budget.growText(item.length + glue.length);
    return item;
  });
  return parts.join(glue);
}

function byteIndex(text: string, index: number): bigint {
  if (index < 0) return -1n;
  const before = text.slice(0, index);
  return BigInt(isAscii(before) ? index : encodeUtf8(before).length);
}
