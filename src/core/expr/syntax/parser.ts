import { Fault } from '../budget.ts';
import type { Node } from './ast.ts';
import { parseCall } from './calls.ts';
import type { Token } from './lexer.ts';
import { parsePostfix, parsePrimary } from './primary.ts';
import { describe, Reader } from './reader.ts';

interface Operator {
  readonly precedence: number;
  readonly right?: boolean;
}

const UNARY: ReadonlyMap<string, number> = new Map([
  ['not', 50],
  ['!', 50],
  ['-', 90],
  ['+', 90],
]);

const BINARY: ReadonlyMap<string, Operator> = new Map(
  [
    { signs: ['|'], precedence: 0 },
    { signs: ['or', '||'], precedence: 10 },
    { signs: ['and', '&&'], precedence: 15 },
    {
      signs: ['==', '!=', '<', '>', '>=', '<=', 'in', 'matches', 'contains', 'startsWith', 'endsWith'],
      precedence: 20,
    },
    { signs: ['..'], precedence: 25 },
    { signs: ['+', '-'], precedence: 30 },
    { signs: ['*', '/', '%'], precedence: 60 },
    { signs: ['**', '^'], precedence: 100, right: true },
    { signs: ['??'], precedence: 500 },
  ].flatMap(({ signs, ...operator }) => signs.map((sign) => [sign, operator] as const)),
);

const NEGATABLE = new Set(['in', 'matches', 'contains', 'startsWith', 'endsWith']);
const ORDERING = ['<', '>', '>=', '<='] as const;

/** Parses a whole source. Throws a `Fault` at the first thing that is wrong with it. */
export function parse(source: string): Node {
  const reader = new Reader(source);
  const node = parseSequence(reader);
  if (!reader.is('EOF')) throw reader.unexpected();
  return node;
}

/** Expressions with `;` between them: the last one is the value. */
export function parseSequence(reader: Reader): Node {
  const first = parseExpression(reader, 0);
  const nodes = [first];
  while (reader.accept('Operator', ';') && !reader.is('EOF')) nodes.push(parseExpression(reader, 0));
  return nodes.length === 1 ? first : reader.make({ kind: 'sequence', nodes, at: first.at });
}

/** An expression whose operators bind at least as tightly as `precedence`; 0 is all of them. */
export function parseExpression(reader: Reader, precedence: number): Node {
  return reader.nested(() => {
    if (precedence > 0) return parseOperators(reader, precedence);
    if (reader.is('Operator', 'let')) return parseLet(reader);
    if (reader.is('Operator', 'if')) return parseIf(reader);
    return parseTernary(reader, parseOperators(reader, 0));
  });
}

function parseOperators(reader: Reader, precedence: number): Node {
  let left = parseUnary(reader);
  let previous = '';
  for (;;) {
    const negation = reader.is('Operator', 'not') ? reader.current : null;
    const token = reader.peek(negation === null ? 0 : 1);
    if (negation !== null && !NEGATABLE.has(token.text))
      throw new Fault(`unexpected token ${describe(token)}`, token.at);
    const operator = token.kind === 'Operator' ? BINARY.get(token.text) : undefined;
    if (operator === undefined || operator.precedence < precedence) return left;
    if (negation !== null) reader.next();
    reader.next();
    if (token.text === '|') {
      left = parseCall(reader, reader.expect('Identifier'), [left]);
    } else {
      if (previous === '??' && token.text !== '??') throw mixedCoalesce(token);
      left = parseBinary(reader, left, token, operator);
      if (negation !== null) {
        left = reader.make({ kind: 'unary', operator: 'not', node: left, at: token.at });
      }
    }
    previous = token.text;
  }
}

function parseBinary(reader: Reader, left: Node, token: Token, operator: Operator): Node {
  if (ORDERING.some((sign) => sign === token.text)) return parseComparisons(reader, left, token, operator);
  const right = parseExpression(
    reader,
    operator.right === true ? operator.precedence : operator.precedence + 1,
  );
  return reader.make({ kind: 'binary', operator: token.text, left, right, at: token.at });
}

/** `a < b <= c` means `a < b && b <= c`. */
function parseComparisons(reader: Reader, first: Node, firstToken: Token, operator: Operator): Node {
  let whole: Node | null = null;
  let left = first;
  let token = firstToken;
  for (;;) {
    const at = token.at;
    const right = parseExpression(reader, operator.precedence + 1);
    const one = reader.make({ kind: 'binary', operator: token.text, left, right, at });
    whole =
      whole === null ? one : reader.make({ kind: 'binary', operator: '&&', left: whole, right: one, at });
    left = right;
    if (!reader.is('Operator', ...ORDERING)) return whole;
    token = reader.next();
  }
}

function parseUnary(reader: Reader): Node {
  const token = reader.current;
  const precedence = token.kind === 'Operator' ? UNARY.get(token.text) : undefined;
  if (precedence === undefined) return parsePrimary(reader);
  reader.next();
  const node = parseExpression(reader, precedence);
  return parsePostfix(reader, reader.make({ kind: 'unary', operator: token.text, node, at: token.at }));
}

function parseTernary(reader: Reader, condition: Node): Node {
  let test = condition;
  while (reader.accept('Operator', '?')) {
    // `a ?: b` is short for `a ? a : b`.
    const short = reader.accept('Operator', ':');
    const whenTrue = short ? test : parseExpression(reader, 0);
    if (!short) reader.expect('Operator', ':');
    const whenFalse = parseExpression(reader, 0);
    test = reader.make({ kind: 'conditional', test, whenTrue, whenFalse, at: reader.current.at });
  }
  return test;
}

function parseLet(reader: Reader): Node {
  reader.next();
  const name = reader.expect('Identifier');
  reader.expect('Operator', '=');
  const value = parseExpression(reader, 0);
  reader.expect('Operator', ';');
  const body = parseSequence(reader);
  return reader.make({ kind: 'let', name: name.text, value, body, at: name.at });
}

function parseIf(reader: Reader): Node {
  return reader.nested(() => {
    const { at } = reader.next();
    const test = parseExpression(reader, 0);
    const whenTrue = parseBlock(reader);
    reader.expect('Operator', 'else');
    const whenFalse = reader.is('Operator', 'if') ? parseIf(reader) : parseBlock(reader);
    return reader.make({ kind: 'conditional', test, whenTrue, whenFalse, at });
  });
}

function parseBlock(reader: Reader): Node {
  reader.expect('Bracket', '{');
  const node = parseSequence(reader);
  reader.expect('Bracket', '}');
  return node;
}

function mixedCoalesce(token: Token): Fault {
  const mixed = `Operator (${token.text}) and coalesce expressions (??) cannot be mixed.`;
  return new Fault(`${mixed} Wrap either by parentheses.`, token.at);
}
