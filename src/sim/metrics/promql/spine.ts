import type { SyntaxNode } from '@lezer/common';
import type { BinaryOperator } from './ast.ts';

/** A piece of a query at one level of parentheses, in the order of the text. */
export type Link =
  | { readonly kind: 'operand'; readonly node: SyntaxNode }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'sign'; readonly sign: '+' | '-'; readonly at: number }
  | { readonly kind: 'operator'; readonly operator: BinaryOperator; readonly node: SyntaxNode }
  | { readonly kind: 'postfix'; readonly node: SyntaxNode };

/** How tight an operator binds. Source: https://prometheus.io/docs/prometheus/latest/querying/operators/ */
export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};

/**
 * Takes apart what stands beside one another without parentheses. The grammar is made for an editor: in
 * `a - b offset 5m` it takes `offset` for the whole difference, and in `-2^2` the sign for a part of the
 * number. So only its words are taken from it; what binds to what is worked out anew.
 */
export function linksOf(node: SyntaxNode, query: string): readonly Link[] {
  const links: Link[] = [];
  // A long sum is a deep tree, so this does not call itself.
  const open: (SyntaxNode | Link)[] = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if ('kind' in next) links.push(next);
    else open.push(...partsOf(next, query).toReversed());
  }
  return links;
}

function partsOf(node: SyntaxNode, query: string): readonly (SyntaxNode | Link)[] {
  const first = node.firstChild;
  const last = node.lastChild;
  switch (node.name) {
    case 'BinaryExpr':
      return first === null || last === null ? [] : [first, operatorOf(node, query), last];
    case 'UnaryExpr':
      return last === null ? [] : [signAt(node.from, query), last];
    case 'NumberDurationLiteral':
      return numberOf(node, query);
    case 'MatrixSelector':
    case 'SubqueryExpr':
    case 'OffsetExpr':
    case 'StepInvariantExpr':
    case 'AnchoredExpr':
    case 'SmoothedExpr':
      return first === null ? [] : [first, { kind: 'postfix', node }];
    default:
      return [{ kind: 'operand', node }];
  }
}

function operatorOf(node: SyntaxNode, query: string): Link {
  const operator = node.firstChild?.nextSibling ?? node;
  const text = query.slice(operator.from, operator.to).toLowerCase();
  return { kind: 'operator', operator: text as BinaryOperator, node };
}

function numberOf(node: SyntaxNode, query: string): readonly Link[] {
  const text = query.slice(node.from, node.to);
  const at = node.from;
  if (!/^[+-]/.test(text)) return [{ kind: 'number', text, at }];
  return [signAt(at, query), { kind: 'number', text: text.slice(1).trim(), at }];
}

function signAt(at: number, query: string): Link {
  return { kind: 'sign', sign: query[at] === '-' ? '-' : '+', at };
}
