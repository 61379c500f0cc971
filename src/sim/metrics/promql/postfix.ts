import type { SyntaxNode } from '@lezer/common';
import { refuse } from '../fault.ts';
import type { BinaryOperator, Expr, Matching, Timing } from './ast.ts';
import { parseError, readDuration, readNumber } from './literals.ts';
import { childrenOf, labelNamesOf, textOf } from './operand.ts';

/** Parses what follows an expression: `[5m]`, `[5m:1m]`, `offset` or `@`. Throws a `QueryFault`. */
export function parsePostfix(expr: Expr, node: SyntaxNode, query: string): Expr {
  switch (node.name) {
    case 'MatrixSelector':
      return parseRange(expr, node, query);
    case 'SubqueryExpr': {
      const [range, step] = node.getChildren('DurationExpr').map((part) => durationOf(part, query));
      const timing = { offsetMs: 0, at: null };
      return { kind: 'subquery', inner: expr, rangeMs: range ?? 0, stepMs: step ?? null, timing };
    }
    case 'OffsetExpr': {
      const part = node.getChild('OffsetDurationExpr');
      const offsetMs = part === null ? 0 : durationOf(part, query, 'signed');
      return placed(expr, node, { query, what: 'offset', set: { offsetMs } });
    }
    case 'StepInvariantExpr':
      return placed(expr, node, { query, what: '@', set: { at: momentOf(node, query) } });
    default:
      return refuse(`the modifier ${node.name === 'AnchoredExpr' ? 'anchored' : 'smoothed'}`);
  }
}

function parseRange(expr: Expr, node: SyntaxNode, query: string): Expr {
  const part = node.getChild('DurationExpr');
  const fault = (message: string) => parseError(query, part?.from ?? node.from, message);
  if (expr.kind !== 'selector') throw fault('ranges only allowed for vector selectors');
  if (expr.timing.offsetMs !== 0) throw fault('no offset modifiers allowed before range');
  if (expr.timing.at !== null) throw fault('no @ modifiers allowed before range');
  return { kind: 'range', selector: expr, rangeMs: part === null ? 0 : durationOf(part, query) };
}

interface Placing {
  readonly query: string;
  readonly what: 'offset' | '@';
  readonly set: Partial<Timing>;
}

function placed(expr: Expr, node: SyntaxNode, placing: Placing): Expr {
  const { query, what, set } = placing;
  if (expr.kind === 'range') {
    const selector = placed(expr.selector, node, placing);
    return selector.kind === 'selector' ? { ...expr, selector } : expr;
  }
  if (expr.kind !== 'selector' && expr.kind !== 'subquery') {
    const must = 'must be preceded by an instant vector selector or range vector selector or a subquery';
    throw parseError(query, node.from, `${what} modifier ${must}`);
  }
  if (what === 'offset' && expr.timing.offsetMs !== 0) {
    throw parseError(query, node.from, 'offset may not be set multiple times');
  }
  if (what === '@' && expr.timing.at !== null) {
    throw parseError(query, node.from, '@ <timestamp> may not be set multiple times');
  }
  return { ...expr, timing: { ...expr.timing, ...set } };
}

function momentOf(node: SyntaxNode, query: string): Timing['at'] {
  const end = node.getChild('AtModifierPreprocessors');
  if (end !== null) return end.firstChild?.name === 'AtStart' ? 'start' : 'end';
  const literal = node.getChild('NumberDurationLiteral');
  const text = textOf(literal, query);
  const seconds = readNumber(text.replace(/^[+-]\s*/, ''));
  const at = literal?.from ?? node.from;
  if (seconds === null) throw parseError(query, at, `bad number or duration syntax: "${text}"`);
  if (!Number.isFinite(seconds)) {
    throw parseError(query, at, `timestamp out of bounds for @ modifier: ${text}`);
  }
  return Math.round(seconds * 1000) * (text.startsWith('-') ? -1 : 1);
}

/** As many milliseconds as Go's durations can hold. */
const MAX_DURATION = 2 ** 63 / 1e6;

function durationOf(node: SyntaxNode, query: string, sign: 'signed' | 'unsigned' = 'unsigned'): number {
  const text = textOf(node, query);
  const bare = sign === 'signed' ? text.replace(/^[+-]\s*/, '') : text;
  const duration = readDuration(bare);
  if (duration === null) {
    // Numbers of seconds and arithmetic came with Prometheus 3.
    const why = readNumber(bare) === null ? `bad duration: "${text}"` : `a duration needs a unit: "${text}"`;
    throw parseError(query, node.from, why);
  }
  if (duration > MAX_DURATION) throw parseError(query, node.from, 'duration out of range');
  if (sign === 'unsigned' && duration === 0) {
    throw parseError(query, node.from, 'duration must be greater than 0');
  }
  return text.startsWith('-') ? -duration : duration;
}

/** What stands between an operator and its right side. Throws a `QueryFault`. */
export function parseModifiers(
  node: SyntaxNode,
  operator: BinaryOperator,
  query: string,
): { readonly bool: boolean; readonly matching: Matching | null } {
  if (node.getChild('FillModifier') !== null) refuse('the modifier fill');
  const bool = node.getChild('BoolModifier');
  if (bool !== null && !/^([=!]=|[<>]=?)$/.test(operator)) {
    throw parseError(query, bool.from, 'bool modifier can only be used on comparison operators');
  }
  const clause = node.getChild('MatchingModifierClause');
  const matching = clause === null ? null : parseMatching(clause, query);
  if (matching !== null && matching.many !== null && /^(and|or|unless)$/.test(operator)) {
    throw parseError(query, node.from, `no grouping allowed for "${operator}" operation`);
  }
  return { bool: bool !== null, matching };
}

function parseMatching(clause: SyntaxNode, query: string): Matching {
  const names = new Set(childrenOf(clause).map((child) => child.name));
  const [labels = [], include = []] = clause
    .getChildren('GroupingLabels')
    .map((list) => labelNamesOf(list, query));
  const kind = names.has('On') ? 'on' : 'ignoring';
  const many = names.has('GroupLeft') ? 'left' : names.has('GroupRight') ? 'right' : null;
  const both = kind === 'on' ? include.find((name) => labels.includes(name)) : undefined;
  if (both !== undefined) {
    const message = `label "${both}" must not occur in ON and GROUP clause at once`;
    throw parseError(query, clause.from, message);
  }
  return { kind, labels, many, include };
}
