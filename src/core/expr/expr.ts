import type { Instant } from '../time.ts';
import { Budget, DEFAULT_LIMITS, Fault, type Limits } from './budget.ts';
import type { Builtin } from './builtins/builtin.ts';
import { type Code, compileNode, type Frame } from './code/compile.ts';
import { checkNode } from './shapes/check.ts';
import { ANY, type Shape, shapeOf } from './shapes/shape.ts';
import type { Node } from './syntax/ast.ts';
import { parse } from './syntax/parser.ts';
import type { Value } from './value.ts';

/** An expression that is parsed and compiled; it still has to fit the names that it is evaluated with. */
export interface Compiled {
  readonly kind: 'compiled';
  readonly source: string;
  readonly node: Node;
  readonly code: Code;
}

/** What is wrong with an expression, and where: line and column count from 1, in characters. */
export interface ExprError {
  readonly kind: 'error';
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** What an expression may refer to, and what time it is. */
export interface Environment {
  readonly variables: ReadonlyMap<string, Value>;
  readonly functions: ReadonlyMap<string, Builtin>;
  readonly now: Instant;
}

/** What came of an evaluation. */
export type Outcome = { readonly kind: 'value'; readonly value: Value } | ExprError;

/**
 * Parses and compiles an expression of expr-lang 1.17. Nothing is evaluated and no name is looked up yet.
 * Source: https://expr-lang.org/docs/language-definition
 */
export function compile(source: string): Compiled | ExprError {
  return caught(source, () => {
    const node = parse(source);
    return { kind: 'compiled', source, node, code: compileNode(node, { names: [], known: new Map() }) };
  });
}

/**
 * Checks names and types without a measurement: variables may be anything. Null when nothing is wrong that
 * can be known before.
 */
export function check(
  compiled: Compiled,
  names: { readonly variables: readonly string[]; readonly functions: ReadonlyMap<string, Builtin> },
): ExprError | null {
  const variables = new Map(names.variables.map((name): readonly [string, Shape] => [name, ANY]));
  const checked = caught(compiled.source, () => {
    checkNode(compiled.node, { variables, functions: names.functions });
    return null;
  });
  return checked;
}

/**
 * Evaluates an expression. First its types are checked against the environment, as the original does: `"1" ==
 * 1` is an error and not false. Ends within `limits`, and has no effect but its result.
 */
export function evaluate(
  compiled: Compiled,
  environment: Environment,
  limits: Limits = DEFAULT_LIMITS,
): Outcome {
  const { variables, functions, now } = environment;
  return caught(compiled.source, () => {
    const shapes = new Map(Array.from(variables, ([name, value]) => [name, shapeOf(value)] as const));
    checkNode(compiled.node, { variables: shapes, functions });
    const budget = new Budget(limits);
    const work = { budget, now };
    const frame: Frame = { variables, functions, work, budget, locals: [], scope: null, skipping: false };
    return { kind: 'value', value: compiled.code(frame) };
  });
}

/** Turns what is thrown inside of this folder into a value. */
function caught<Result>(source: string, run: () => Result): Result | ExprError {
  try {
    return run();
  } catch (error) {
    if (error instanceof Fault) return located(source, error);
    // Of our own mistakes none but an exhausted stack is expected here, and that is the expression's doing.
    if (error instanceof RangeError)
      return located(source, new Fault('expression is too large to evaluate', 0));
    throw error;
  }
}

function located(source: string, fault: Fault): ExprError {
  const before = Array.from(source).slice(0, fault.at ?? 0);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.filter((character) => character === '\n').length + 1;
  return { kind: 'error', message: fault.message, line, column: before.length - lineStart + 1 };
}
