import { Fault } from './values.ts';

/** A piece of a template: text, or the tokens of one `{{ }}`. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly at: number };

/** One word of an action. `spaced`: there is space before it, which matters: `.a.b` is not `.a .b`. */
export interface Token {
  readonly kind: 'word' | 'field' | 'dot' | 'variable' | 'text' | 'number' | 'mark';
  readonly text: string;
  readonly spaced: boolean;
  readonly at: number;
}

const SPACE_AFTER = /[ \t\r\n]+$/;
const SPACE_BEFORE = /^[ \t\r\n]+/;

/** Takes a template apart. `{{-` and `-}}` eat the space beside them; comments vanish. */
export function pieces(source: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  let trimsNext = false;
  while (at <= source.length) {
    const open = source.indexOf('{{', at);
    const end = open === -1 ? source.length : open;
    const trimsBefore = open !== -1 && /^\{\{-[ \t\r\n]/.test(source.slice(open, open + 4));
    const plain = trimmed(source.slice(at, end), { start: trimsNext, end: trimsBefore });
    if (plain !== '') found.push({ kind: 'text', text: plain });
    if (open === -1) return found;
    const inside = open + (trimsBefore ? 3 : 2);
    const action = actionAt(source, inside, open);
    if (action.tokens !== null) found.push({ kind: 'action', tokens: action.tokens, at: open });
    trimsNext = action.trims;
    at = action.end;
  }
  return found;
}

function trimmed(text: string, trims: { readonly start: boolean; readonly end: boolean }): string {
  const left = trims.start ? text.replace(SPACE_BEFORE, '') : text;
  return trims.end ? left.replace(SPACE_AFTER, '') : left;
}

interface Action {
  /** Null for a comment. */
  readonly tokens: readonly Token[] | null;
  readonly end: number;
  readonly trims: boolean;
}

function actionAt(source: string, inside: number, open: number): Action {
  const comment = /^\s*\/\*[\s\S]*?\*\/(\s+-)?\}\}/.exec(source.slice(inside));
  if (comment !== null)
    return { tokens: null, end: inside + comment[0].length, trims: comment[1] !== undefined };
  const tokens: Token[] = [];
  let at = inside;
  for (;;) {
    const space = SPACE_BEFORE.exec(source.slice(at, at + 4096))?.[0].length ?? 0;
    at += space;
    if (space > 0 && source.startsWith('-}}', at)) return { tokens, end: at + 3, trims: true };
    if (source.startsWith('}}', at)) return { tokens, end: at + 2, trims: false };
    if (at >= source.length) throw new Fault('{{ without }}', open);
    const token = tokenAt(source, at, space > 0);
    tokens.push(token.token);
    at += token.length;
  }
}

const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['field', /\.[\p{L}_][\p{L}\p{N}_]*/uy],
  ['number', /[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d[\d_]*)?\.?\d+(?:[eE][-+]?\d+)?)/y],
  ['dot', /\./y],
  ['variable', /\$[\p{L}\p{N}_]*/uy],
  ['word', /[\p{L}_][\p{L}\p{N}_]*/uy],
  ['text', /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'/y],
  ['mark', /:=|[|(),=]/y],
];

function tokenAt(
  source: string,
  at: number,
  spaced: boolean,
): { readonly token: Token; readonly length: number } {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null) continue;
    const text = kind === 'text' ? unquoted(match[0], at) : match[0];
    return { token: { kind, text, spaced, at }, length: match[0].length };
  }
  throw new Fault(`unexpected ${JSON.stringify(source.slice(at, at + 1))}`, at);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

function unquoted(quoted: string, at: number): string {
  const inside = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return inside;
  return inside.replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/gs, (_, code: string) => {
    if (/^[ux]./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^["'\\]$/.test(code)) return code;
    if (Object.hasOwn(ESCAPES, code)) return ESCAPES[code] ?? '';
    throw new Fault(`unknown escape \\${code}`, at);
  });
}
