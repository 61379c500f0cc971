import { compilePattern, hasMatch, type Program } from '../../../api/pattern/pattern.ts';
import { type Budget, Fault } from '../budget.ts';
import { conversion } from '../builtins/builtin.ts';
import type { Node } from '../syntax/ast.ts';
import { isNil, typeName, type Value } from '../value.ts';
import { isIn } from '../values/access.ts';
import { type Arithmetic, calculate, negate } from '../values/arithmetic.ts';
import { isEqual, isOrdered } from '../values/compare.ts';
import { decodeUtf8 } from '../values/utf8.ts';
import { type Code, compileNode, type Locals, requireBool } from './compile.ts';

type BinaryNode = Node & { readonly kind: 'binary' };

/** An operator with one operand. */
export function compileUnary(node: Node & { readonly kind: 'unary' }, locals: Locals): Code {
  const operand = compileNode(node.node, locals);
  if (node.operator === '-') return (frame) => negate(operand(frame));
  if (node.operator === '+') return operand;
  return (frame) => !requireBool(operand(frame));
}

/** An operator with two operands. The second one of `and`, `or` and `??` is evaluated only if it matters. */
export function compileBinary(node: BinaryNode, locals: Locals): Code {
  const settled = settledBy(node);
  if (settled !== null) return () => settled;
  const left = compileNode(node.left, locals);
  const right = compileNode(node.right, locals);
  switch (node.operator) {
    case 'and':
    case '&&':
      return (frame) => (requireBool(left(frame)) ? right(frame) : false);
    case 'or':
    case '||':
      return (frame) => (requireBool(left(frame)) ? true : right(frame));
    case '??':
      return (frame) => {
        const value = left(frame);
        return isNil(value) ? right(frame) : value;
      };
    case 'matches':
      return compileMatches(node, left, right);
    case 'in':
      return compileIn(node, left, right);
    default: {
      const apply = operatorOf(node.operator);
      return (frame) => apply(left(frame), right(frame), frame.budget);
    }
  }
}

/**
 * `x and false` and `x or true` are settled without looking at x, be it an error: so they are in the
 * original.
 */
function settledBy({ operator, right }: BinaryNode): boolean | null {
  if (right.kind !== 'bool') return null;
  const absorbing = operator === 'or' || operator === '||';
  const logical = absorbing || operator === 'and' || operator === '&&';
  return logical && right.value === absorbing ? absorbing : null;
}

type Apply = (a: Value, b: Value, budget: Budget) => Value;

function operatorOf(operator: string): Apply {
  switch (operator) {
    case '==':
      return (a, b, budget) => isEqual(a, b, budget);
    case '!=':
      return (a, b, budget) => !isEqual(a, b, budget);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return (a, b) => isOrdered(a, operator, b);
    case 'contains':
      return (a, b, budget) => onTexts(a, b, budget, (x, y) => x.includes(y));
    case 'startsWith':
      return (a, b, budget) => onTexts(a, b, budget, (x, y) => x.startsWith(y));
    case 'endsWith':
      return (a, b, budget) => onTexts(a, b, budget, (x, y) => x.endsWith(y));
    case '..':
      return range;
    case '^':
      return (a, b, budget) => calculate(a, '**', b, budget);
    default:
      return (a, b, budget) => calculate(a, operator as Arithmetic, b, budget);
  }
}

/** Nil contains nothing and is contained in nothing. */
function onTexts(a: Value, b: Value, budget: Budget, test: (x: string, y: string) => boolean): boolean {
  if (a === null || b === null) return false;
  const [x, y] = [requireText(a), requireText(b)];
  budget.step(x.length >> 3);
  return test(x, y);
}

function requireText(value: Value): string {
  if (typeof value !== 'string') throw conversion(value, 'string');
  return value;
}

/** `a..b`, both ends included. Paid for before it is made. */
function range(a: Value, b: Value, budget: Budget): Value {
  const [from, to] = [rangeEnd(a), rangeEnd(b)];
  const size = to - from + 1n;
  if (size <= 0n) return new BigInt64Array(0);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new Fault('memory budget exceeded');
  budget.grow(Number(size));
  return BigInt64Array.from({ length: Number(size) }, (_, index) => from + BigInt(index));
}

function rangeEnd(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.trunc(value));
  throw new Fault(`invalid operation: int(${typeName(value)})`);
}

function compileMatches(node: BinaryNode, left: Code, right: Code): Code {
  const fixed = node.right.kind === 'text' ? compilePattern(node.right.value) : null;
  return (frame) => {
    const value = left(frame);
    const source = fixed === null ? right(frame) : '';
    if (value === null || source === null) return false;
    const pattern = fixed ?? compilePattern(requireText(source));
    if (pattern.kind === 'error') throw new Fault(pattern.message);
    return matches(pattern.program, value, frame.budget);
  };
}

function matches(program: Program, value: Value, budget: Budget): boolean {
  if (value instanceof Uint8Array) return hasMatch(program, decodeUtf8(value), budget);
  if (typeof value !== 'string') throw conversion(value, '[]uint8');
  return hasMatch(program, value, budget);
}

/**
 * `a in b`. The original turns a list of texts into a set, in which nothing but a text can be looked for:
 * there `result.code in ["200"]` is an error when the code is a number. We say the same.
 */
function compileIn(node: BinaryNode, left: Code, right: Code): Code {
  const list = node.right.kind === 'list' ? node.right.nodes : [];
  const texts = list.length > 0 && list.every((item) => item.kind === 'text');
  return (frame) => {
    const needle = left(frame);
    if (texts && needle !== null && typeof needle !== 'string') {
      const what = `value of type ${typeName(needle)} is not assignable to type string`;
      throw new Fault(`reflect.Value.MapIndex: ${what}`);
    }
    return isIn(texts && needle === null ? '' : needle, right(frame), frame.budget);
  };
}
