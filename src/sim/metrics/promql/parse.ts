import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { type QueryFault, refuse } from '../fault.ts';
import type { BinaryOperator, Expr } from './ast.ts';
import { check } from './check.ts';
import { parseError, readNumber, readString } from './literals.ts';
import { type ParseOperand, parseOperand } from './operand.ts';
import { parseModifiers, parsePostfix } from './postfix.ts';
import { type Link, linksOf, PRECEDENCE } from './spine.ts';

/** Longer queries are refused; those of analyses have some hundred characters. */
export const MAX_QUERY_LENGTH = 16_384;
/** Operators in a row nest to the left, so they count like parentheses: evaluation follows both down. */
const MAX_DEPTH = 500;

/**
 * Parses a query and checks its types as Prometheus 2.42 does. Throws a `QueryFault` that says where it is
 * wrong, or what of it the simulator does not know.
 */
export function parse(text: string): Expr {
  if (text.length > MAX_QUERY_LENGTH) refuse(`a query of more than ${MAX_QUERY_LENGTH} characters`);
  const query = withoutComments(text);
  if (query.trim() === '') throw parseError('', 0, 'no expression found in input');
  const top = parser.parse(query).topNode;
  const wrong = faultIn(top, query);
  if (wrong !== null) throw wrong;
  const root = top.firstChild;
  if (root === null) throw parseError(query, 0, 'no expression found in input');
  const expr = parseLevel(root, query, 0);
  check(expr);
  return expr;
}

/** Comments become blanks, so that places stay the same. */
function withoutComments(text: string): string {
  const pieces = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`[^`]*`|#[^\n]*/g;
  return text.replace(pieces, (piece) => (piece.startsWith('#') ? ' '.repeat(piece.length) : piece));
}

/** What the grammar could not read, first place first; null when it could read all. */
function faultIn(top: SyntaxNode, query: string): QueryFault | null {
  const cursor = top.cursor();
  do {
    if (!cursor.type.isError) continue;
    return faultAt(query, cursor.from, cursor.to);
  } while (cursor.next());
  return null;
}

function faultAt(query: string, from: number, to: number): QueryFault {
  const rest = query.slice(from).trimStart();
  const at = query.length - rest.length;
  const name = /([a-zA-Z_][\w:]*)\s*$/.exec(query.slice(0, at))?.[1];
  if (rest.startsWith('(') && name === 'holt_winters') refuse(`${name}()`);
  if (rest.startsWith('(') && name !== undefined) {
    return parseError(query, at - name.length, `unknown function with name "${name}"`);
  }
  if (rest === '') return parseError(query, query.length, 'unexpected end of input');
  const found = query.slice(from, to).trim() || Array.from(rest)[0];
  return parseError(query, at, `unexpected ${JSON.stringify(found)}`);
}

function parseLevel(node: SyntaxNode, query: string, depth: number): Expr {
  const links = linksOf(node, query);
  const deepest = depth + links.length;
  if (deepest > MAX_DEPTH) refuse(`more than ${MAX_DEPTH} levels of parentheses and operators`);
  const inner: ParseOperand = (part) => parseLevel(part, query, deepest);
  const level: Level = { links, query, inner, at: 0 };
  return parseOperators(level, 1);
}

interface Level {
  readonly links: readonly Link[];
  readonly query: string;
  readonly inner: ParseOperand;
  at: number;
}

function parseOperators(level: Level, least: number): Expr {
  let left = parseSigned(level);
  for (;;) {
    const link = level.links[level.at];
    if (link?.kind !== 'operator' || precedenceOf(link.operator) < least) return left;
    level.at += 1;
    const { operator, node } = link;
    // Only powers group to the right.
    const right = parseOperators(level, precedenceOf(operator) + (operator === '^' ? 0 : 1));
    left = { kind: 'binary', operator, left, right, ...parseModifiers(node, operator, level.query) };
  }
}

function precedenceOf(operator: BinaryOperator): number {
  return PRECEDENCE[operator] ?? refuse(`the operator ${operator}`);
}

/** A sign binds less than a power and more than all else. */
function parseSigned(level: Level): Expr {
  const link = level.links[level.at];
  if (link?.kind !== 'sign') return parsePostfixes(level);
  level.at += 1;
  const operand = parseOperators(level, PRECEDENCE['^']);
  return { kind: 'unary', sign: link.sign, operand };
}

function parsePostfixes(level: Level): Expr {
  const { links, query, inner } = level;
  const link = links[level.at];
  level.at += 1;
  let expr = operandOf(link, query, inner);
  for (;;) {
    const next = links[level.at];
    if (next?.kind !== 'postfix') return expr;
    level.at += 1;
    expr = parsePostfix(expr, next.node, query);
  }
}

function operandOf(link: Link | undefined, query: string, inner: ParseOperand): Expr {
  if (link?.kind === 'number') {
    const value = readNumber(link.text);
    if (value === null) throw parseError(query, link.at, `bad number or duration syntax: "${link.text}"`);
    return { kind: 'number', value };
  }
  if (link?.kind !== 'operand') throw parseError(query, query.length, 'unexpected end of input');
  const { node } = link;
  if (node.name === 'ParenExpr') {
    const { firstChild } = node;
    if (firstChild !== null) return { kind: 'paren', inner: inner(firstChild) };
  }
  if (node.name === 'StringLiteral') {
    const value = readString(query.slice(node.from, node.to));
    if (value === null) throw parseError(query, node.from, 'invalid string literal');
    return { kind: 'text', value };
  }
  return parseOperand(node, query, inner);
}
