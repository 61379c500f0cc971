/** A template taken apart: text and actions in braces, in order. */
export type Template = readonly Step[];

/** One part of a template or of an action. */
export type Step =
  | { readonly kind: 'list'; readonly steps: readonly Step[] }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'slice'; readonly slice: Slice }
  | { readonly kind: 'union'; readonly options: readonly (readonly Step[])[] }
  | { readonly kind: 'filter'; readonly left: readonly Step[]; readonly test: Test | null };

/** `[from:to:step]`; null where nothing is said. `single` marks a plain index, whose end is only derived. */
export interface Slice {
  readonly from: number | null;
  readonly to: number | null;
  readonly step: number | null;
  readonly single: boolean;
}

/**
 * The operator of a filter, as written, and what is on its right. Without one the filter asks for existence.
 */
export interface Test {
  readonly operator: string;
  readonly right: readonly Step[];
}

/** A template, or why it is none. */
export type ParsedTemplate =
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'error'; readonly message: string };

const MAX_LENGTH = 10_000;
const MAX_DEPTH = 50;

/**
 * Parses a template of the JSONPath dialect that kubectl and the web metric use: `{.a.b[0]}`,
 * `{$.items[*].name}`.
 * Source: https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function parseTemplate(source: string): ParsedTemplate {
  try {
    if (source.length > MAX_LENGTH) throw new PathFault(`jsonPath is longer than ${MAX_LENGTH} characters`);
    return { kind: 'template', template: parseText(source, 0) };
  } catch (error) {
    if (error instanceof PathFault) return { kind: 'error', message: error.message };
    throw error;
  }
}

/** A mistake in a template. Thrown in this file only. */
class PathFault extends Error {}

interface Cursor {
  readonly source: string;
  readonly depth: number;
  at: number;
}

function parseText(source: string, depth: number): Template {
  if (depth > MAX_DEPTH) throw new PathFault(`jsonPath is nested deeper than ${MAX_DEPTH} levels`);
  const cursor: Cursor = { source, depth, at: 0 };
  const template: Step[] = [];
  while (cursor.at < source.length) {
    const open = source.indexOf('{', cursor.at);
    const end = open === -1 ? source.length : open;
    if (end > cursor.at) template.push({ kind: 'literal', value: source.slice(cursor.at, end) });
    cursor.at = end + 1;
    if (open !== -1) template.push({ kind: 'list', steps: parseAction(cursor) });
  }
  return template;
}

/** The steps of an action that is part of another one: what a filter compares, an item of a union. */
function parseInner(text: string, depth: number): readonly Step[] {
  const [first] = parseText(`{${text}}`, depth + 1);
  return first?.kind === 'list' ? first.steps : [];
}

function parseAction(cursor: Cursor): readonly Step[] {
  const { source } = cursor;
  const steps: Step[] = [];
  for (;;) {
    const rest = source.slice(cursor.at, cursor.at + 3);
    const character = rest[0];
    if (character === undefined || /[\r\n]/.test(character)) throw new PathFault('unclosed action');
    if (character === '}') {
      cursor.at += 1;
      return steps;
    }
    if (rest === '[?(') steps.push(readFilter(cursor));
    else if (rest.startsWith('..')) steps.push(...readRecursive(cursor, steps.at(-1)));
    else if (character === ' ' || character === '@' || character === '$') cursor.at += 1;
    else if (character === '[') steps.push(...readBrackets(cursor));
    else if (character === '"' || character === "'") steps.push(readQuoted(cursor, character));
    else if (character === '.') steps.push(readField(cursor, 1));
    else steps.push(readWordOrNumber(cursor, character));
  }
}

function readWordOrNumber(cursor: Cursor, character: string): Step {
  if (/[-+0-9]/.test(character)) {
    const text = /[-+]?[0-9.]*/y;
    const digits = sticky(cursor, text);
    if (!/^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(digits))
      throw new PathFault(`cannot parse number ${digits}`);
    return { kind: 'literal', value: Number(digits) };
  }
  if (!/[_\p{L}\p{Nd}]/u.test(character)) {
    const code = (cursor.source.codePointAt(cursor.at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const shown = String.fromCodePoint(cursor.source.codePointAt(cursor.at) ?? 0);
    throw new PathFault(`unrecognized character in action: U+${code} '${shown}'`);
  }
  const word = sticky(cursor, /[^ \t\r\n.,[\]$@{}]*/y);
  if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
  return { kind: 'word', word };
}

function readRecursive(cursor: Cursor, last: Step | undefined): readonly Step[] {
  if (last?.kind === 'recursive') throw new PathFault('invalid multiple recursive descent');
  cursor.at += 2;
  const named = /[_\p{L}\p{Nd}]/u.test(cursor.source[cursor.at] ?? '');
  return named ? [{ kind: 'recursive' }, readField(cursor, 0)] : [{ kind: 'recursive' }];
}

/** A field's name up to the next separator; a backslash takes away the meaning of what follows it. */
function readField(cursor: Cursor, skipped: number): Step {
  cursor.at += skipped;
  const name = sticky(cursor, /(?:\\[\s\S]|[^ \t\r\n.,[\]$@{}\\])*/y);
  return name === '*' ? { kind: 'wildcard' } : { kind: 'field', name: name.replaceAll('\\', '') };
}

function readQuoted(cursor: Cursor, quote: string): Step {
  const { source } = cursor;
  const from = cursor.at;
  for (cursor.at += 1; ; cursor.at += 1) {
    const character = source[cursor.at];
    if (character === undefined || character === '\n') throw new PathFault('unterminated quoted string');
    if (character === quote && source[cursor.at - 1] !== '\\') break;
  }
  cursor.at += 1;
  return { kind: 'literal', value: unquote(source.slice(from, cursor.at)) };
}

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  // Go's escapes, of which JSON knows all that people write; a quote of the other kind needs none.
  const json = inner.replace(/\\(.)|"/g, (whole, escaped: string | undefined) => {
    if (whole === '"') return '\\"';
    return escaped === "'" ? "'" : whole;
  });
  try {
    return JSON.parse(`"${json}"`) as string;
  } catch {
    throw new PathFault(`unquote string ${quoted} error invalid syntax`);
  }
}

function readBrackets(cursor: Cursor): readonly Step[] {
  const { source } = cursor;
  const close = source.indexOf(']', cursor.at);
  const text = source.slice(cursor.at + 1, close);
  if (close === -1 || text.includes('\n')) throw new PathFault('unterminated array');
  cursor.at = close + 1;
  const parts = text.split(',');
  if (parts.length > 1) {
    const options = parts.map((part) => parseInner(`[${part.replace(/^ +| +$/g, '')}]`, cursor.depth));
    return [{ kind: 'union', options }];
  }
  const key = /^'([^']*)'$/.exec(text);
  // The key is read as a path: a point in it needs a backslash.
  if (key !== null) return parseInner(`.${key[1] ?? ''}`, cursor.depth);
  return [{ kind: 'slice', slice: sliceOf(text === '*' ? ':' : text) }];
}

function sliceOf(text: string): Slice {
  const match = /^(-?\d*)(?:(:)(-?\d*))?(?:(:)(-?\d*))?$/.exec(text);
  if (match === null) throw new PathFault(`invalid array index ${text}`);
  const [, from = '', , to, , step] = match;
  if (to === undefined) {
    return { from: indexOf(from), to: (indexOf(from) ?? 0) + 1, step: null, single: true };
  }
  return { from: indexOf(from), to: indexOf(to), step: indexOf(step ?? ''), single: false };
}

function indexOf(text: string): number | null {
  if (text === '') return null;
  const index = Number(text);
  if (!Number.isSafeInteger(index)) throw new PathFault(`array index ${text} is not a number`);
  return index;
}

function readFilter(cursor: Cursor): Step {
  const { source } = cursor;
  const from = cursor.at + '[?('.length;
  const end = filterEnd(source, from);
  if (source[end + 1] !== ']') throw new PathFault('unclosed array expect ]');
  cursor.at = end + 2;
  const text = source.slice(from, end);
  const match = /^([^!<>=]+)([!<>=]+)([\s\S]+)$/.exec(text);
  if (match === null) return { kind: 'filter', left: parseInner(text, cursor.depth), test: null };
  const [, left = '', operator = '', right = ''] = match;
  const test = { operator, right: parseInner(right, cursor.depth) };
  return { kind: 'filter', left: parseInner(left, cursor.depth), test };
}

/** Where the closing parenthesis of a filter is: the first one that is not inside of its quotes. */
function filterEnd(source: string, from: number): number {
  let quote: string | null = null;
  let closed = false;
  for (let at = from; ; at += 1) {
    const character = source[at];
    if (character === undefined || character === '\n') throw new PathFault('unterminated filter');
    if (quote === null && (character === '"' || character === "'")) quote = character;
    else if (character === quote && source[at - 1] !== '\\') closed = true;
    if (character === ')' && (quote !== null) === closed) return at;
  }
}

function sticky(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const text = pattern.exec(cursor.source)?.[0] ?? '';
  cursor.at += text.length;
  return text;
}
