import type { Matcher } from '../matchers.ts';

/** A parsed query. */
export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'paren'; readonly inner: Expr }
  | { readonly kind: 'unary'; readonly sign: '+' | '-'; readonly operand: Expr }
  | Binary
  | Aggregate
  | Call
  | Selector
  | RangeSelector
  | Subquery;

/** The types that Prometheus gives to expressions, in its words. */
export type ExprType = 'scalar' | 'string' | 'instant vector' | 'range vector';

/** Operators that compute a number from two. */
export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';

/** Operators that keep or drop, or with `bool` tell 1 or 0. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Operators on sets of series. */
export type SetOperator = 'and' | 'or' | 'unless';

/** All operators between two operands. */
export type BinaryOperator = Arithmetic | Comparison | SetOperator;

/** Two operands and what is between them. */
export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  /** Comparisons only: 1 or 0 instead of dropping what is not so. */
  readonly bool: boolean;
  readonly matching: Matching | null;
}

/** Which series of two vectors belong together. */
export interface Matching {
  readonly kind: 'on' | 'ignoring';
  readonly labels: readonly string[];
  /** The side with many series for one of the other. */
  readonly many: 'left' | 'right' | null;
  /** Labels that come from the side with one. */
  readonly include: readonly string[];
}

/** The aggregations that the simulator knows. */
export const AGGREGATIONS = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'topk',
  'bottomk',
  'quantile',
  'stddev',
  'stdvar',
  'count_values',
] as const;

/** Name of an aggregation. */
export type Aggregation = (typeof AGGREGATIONS)[number];

/** Many series into fewer. */
export interface Aggregate {
  readonly kind: 'aggregate';
  readonly operator: Aggregation;
  readonly grouping: 'by' | 'without';
  readonly labels: readonly string[];
  /** The first argument of those that have two. */
  readonly parameter: Expr | null;
  readonly operand: Expr;
}

/** A function and its arguments. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
}

/** When a selector looks, relative to when it is asked. */
export interface Timing {
  /** Milliseconds into the past; below zero into the future. */
  readonly offsetMs: number;
  /** A moment instead of the present one: milliseconds since the Unix epoch, or an end of the query. */
  readonly at: number | 'start' | 'end' | null;
}

/** The newest samples of series. */
export interface Selector {
  readonly kind: 'selector';
  readonly matchers: readonly Matcher[];
  readonly timing: Timing;
}

/** All samples of series in a stretch of time that ends now. */
export interface RangeSelector {
  readonly kind: 'range';
  readonly selector: Selector;
  readonly rangeMs: number;
}

/** An expression that is asked again and again over a stretch of time. */
export interface Subquery {
  readonly kind: 'subquery';
  readonly inner: Expr;
  readonly rangeMs: number;
  /** Null for the default of the server. */
  readonly stepMs: number | null;
  readonly timing: Timing;
}

/** The type of an expression. A call's depends on its function, whose type is given. */
export function typeOf(expr: Expr, resultOf: (call: Call) => ExprType): ExprType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'text':
      return 'string';
    case 'paren':
      return typeOf(expr.inner, resultOf);
    case 'unary':
      return typeOf(expr.operand, resultOf);
    case 'binary': {
      const both = [typeOf(expr.left, resultOf), typeOf(expr.right, resultOf)];
      return both.every((type) => type === 'scalar') ? 'scalar' : 'instant vector';
    }
    case 'call':
      return resultOf(expr);
    case 'range':
    case 'subquery':
      return 'range vector';
    case 'aggregate':
    case 'selector':
      return 'instant vector';
    default:
      return expr satisfies never;
  }
}
