import type { SyntaxNode } from '@lezer/common';
import { QueryFault, refuse } from '../fault.ts';
import { METRIC_NAME } from '../labels.ts';
import { type Matcher, type MatchOperator, matcherOf } from '../matchers.ts';
import { AGGREGATIONS, type Aggregation, type Expr, type Selector } from './ast.ts';
import { parseError, readString } from './literals.ts';

/** Parses what stands in parentheses, one level further down. */
export type ParseOperand = (node: SyntaxNode) => Expr;

/** Parses a selector, an aggregation or a call. Throws a `QueryFault`. */
export function parseOperand(node: SyntaxNode, query: string, inner: ParseOperand): Expr {
  switch (node.name) {
    case 'VectorSelector':
      return parseSelector(node, query);
    case 'AggregateExpr':
      return parseAggregate(node, query, inner);
    case 'FunctionCall': {
      const name = textOf(node.getChild('FunctionIdentifier'), query);
      return { kind: 'call', name, args: argumentsOf(node, inner) };
    }
    default:
      return refuse(query.slice(node.from, node.to));
  }
}

function parseSelector(node: SyntaxNode, query: string): Selector {
  const name = textOf(node.getChild('Identifier'), query);
  const list = node.getChild('LabelMatchers');
  const inBraces = childrenOf(list).map((child) => parseMatcher(child, query));
  const twice = inBraces.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=');
  if (name !== '' && twice !== undefined) {
    const message = `metric name must not be set twice: "${name}" or "${twice.value}"`;
    throw parseError(query, node.from, message);
  }
  const matchers = name === '' ? inBraces : [...inBraces, matcherOf(METRIC_NAME, '=', name)];
  // What matches nothing would match the series of all metrics.
  if (matchers.every((matcher) => matcher.matches(''))) {
    throw parseError(query, node.from, 'vector selector must contain at least one non-empty matcher');
  }
  return { kind: 'selector', matchers, timing: { offsetMs: 0, at: null } };
}

function parseMatcher(node: SyntaxNode, query: string): Matcher {
  if (node.name !== 'UnquotedLabelMatcher') refuse('names in quotes');
  const name = textOf(node.getChild('LabelName'), query);
  const operator = textOf(node.getChild('MatchOp'), query);
  const quoted = node.getChild('StringLiteral');
  const value = readString(textOf(quoted, query));
  if (value === null) throw parseError(query, quoted?.from ?? node.from, 'invalid string literal');
  try {
    return matcherOf(name, operator as MatchOperator, value);
  } catch (error) {
    if (error instanceof QueryFault) throw parseError(query, node.from, error.message);
    throw error;
  }
}

function parseAggregate(node: SyntaxNode, query: string, inner: ParseOperand): Expr {
  const name = textOf(node.getChild('AggregateOp'), query).toLowerCase();
  const operator = AGGREGATIONS.find((known): known is Aggregation => known === name) ?? refuse(`${name}()`);
  const modifier = node.getChild('AggregateModifier');
  const grouping = modifier?.firstChild?.name === 'Without' ? 'without' : 'by';
  const labels = labelNamesOf(modifier?.getChild('GroupingLabels') ?? null, query);
  const args = argumentsOf(node, inner);
  const expected = PARAMETRIC.has(operator) ? 2 : 1;
  if (args.length === 0) {
    throw parseError(query, node.from, 'no arguments for aggregate expression provided');
  }
  const [first, second] = args;
  const operand = expected === 2 ? second : first;
  if (args.length !== expected || first === undefined || operand === undefined) {
    const message = 'wrong number of arguments for aggregate expression provided';
    throw parseError(query, node.from, `${message}, expected ${expected}, got ${args.length}`);
  }
  const parameter = expected === 2 ? first : null;
  return { kind: 'aggregate', operator, grouping, labels, parameter, operand };
}

const PARAMETRIC: ReadonlySet<Aggregation> = new Set(['topk', 'bottomk', 'quantile', 'count_values']);

function argumentsOf(node: SyntaxNode, inner: ParseOperand): readonly Expr[] {
  return childrenOf(node.getChild('FunctionCallBody')).map(inner);
}

/** Names in parentheses after `by`, `on` and their like. */
export function labelNamesOf(list: SyntaxNode | null, query: string): readonly string[] {
  return childrenOf(list).map((child) => {
    if (child.name !== 'LabelName') refuse('names in quotes');
    return textOf(child, query);
  });
}

/** The nodes right below a node. */
export function childrenOf(node: SyntaxNode | null): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The text of a node; empty for none. */
export function textOf(node: SyntaxNode | null, query: string): string {
  return node === null ? '' : query.slice(node.from, node.to);
}
