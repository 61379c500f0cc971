import { compilePattern } from '../../../api/pattern/pattern.ts';
import { Fault } from '../budget.ts';
import type { Node } from '../syntax/ast.ts';
import {
  ANY,
  BOOL,
  DURATION,
  FLOAT,
  INT,
  isAssignable,
  isComparable,
  isNumber,
  itemShape,
  listOf,
  maybe,
  NIL,
  type Shape,
  STRING,
  TIME,
  UNKNOWN,
} from './shape.ts';

/** The shape of an operator and one operand. */
export function unaryShape(operator: string, operand: Shape, at: number): Shape {
  const negation = operator === '!' || operator === 'not';
  if (operand.kind === 'unknown') return negation ? BOOL : UNKNOWN;
  if (negation && operand.kind === 'bool') return BOOL;
  if (!negation && isNumber(operand)) return operand;
  throw new Fault(`invalid operation: ${operator} (mismatched type ${operand.name})`, at);
}

/** The shape of an operator and two operands. */
export function binaryShape(node: Node & { readonly kind: 'binary' }, left: Shape, right: Shape): Shape {
  const shape = resultOf(node, left, right);
  if (shape !== null) return shape;
  const types = `${left.name} and ${right.name}`;
  throw new Fault(`invalid operation: ${node.operator} (mismatched types ${types})`, node.at);
}

/** The result, or null when the operator cannot take these two. */
function resultOf(node: Node & { readonly kind: 'binary' }, left: Shape, right: Shape): Shape | null {
  switch (node.operator) {
    case '==':
    case '!=':
      return isComparable(left, right) ? BOOL : null;
    case 'or':
    case '||':
    case 'and':
    case '&&':
      return both(left, right, 'bool') ? BOOL : null;
    case '<':
    case '>':
    case '<=':
    case '>=':
      return isOrderable(left, right) ? BOOL : null;
    case 'in':
      return inShape(node, left, right);
    case 'matches':
      if (node.right.kind === 'text') requirePattern(node.right.value, node.at);
      if (left.name === '[]uint8' && right.kind === 'string') return BOOL;
      return both(left, right, 'string') ? BOOL : null;
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return both(left, right, 'string') ? BOOL : null;
    case '..':
      return both(left, right, 'int') ? listOf(INT) : null;
    case '??':
      return coalesceShape(left, right);
    default:
      return arithmeticShape(node.operator, left, right);
  }
}

function arithmeticShape(operator: string, left: Shape, right: Shape): Shape | null {
  const numbers = isNumber(left) && isNumber(right);
  switch (operator) {
    case '/':
    case '**':
    case '^':
      return numbers || maybe(left, right, 'int', 'float') ? FLOAT : null;
    case '%':
      return both(left, right, 'int') ? INT : null;
    case '+':
      if (numbers) return promoted(left, right);
      if (left.kind === 'string' && right.kind === 'string') return STRING;
      return timeShape(operator, left, right) ?? unknown(left, right, 'string', 'time', 'duration');
    case '-':
      if (numbers) return promoted(left, right);
      return timeShape(operator, left, right) ?? unknown(left, right, 'time', 'duration');
    case '*':
      if (numbers) return promoted(left, right);
      return timeShape(operator, left, right) ?? unknown(left, right, 'duration');
    default:
      return null;
  }
}

function timeShape(operator: '+' | '-' | '*', left: Shape, right: Shape): Shape | null {
  const kinds = `${left.kind} ${operator} ${right.kind}`;
  if (kinds === 'time - time') return DURATION;
  if (['time + duration', 'duration + time', 'time - duration'].includes(kinds)) return TIME;
  if (left.kind === 'duration' && right.kind === 'duration') return DURATION;
  const scaled = operator === '*' && (isNumber(left) || isNumber(right));
  return scaled && [left.kind, right.kind].includes('duration') ? DURATION : null;
}

function unknown(left: Shape, right: Shape, ...kinds: readonly Shape['kind'][]): Shape | null {
  return maybe(left, right, 'int', 'float', ...kinds) ? UNKNOWN : null;
}

function isOrderable(left: Shape, right: Shape): boolean {
  if (isNumber(left) && isNumber(right)) return true;
  if (left.kind === right.kind && ['string', 'time', 'duration'].includes(left.kind)) return true;
  return maybe(left, right, 'int', 'float', 'string', 'time', 'duration');
}

function inShape(node: Node & { readonly kind: 'binary' }, left: Shape, right: Shape): Shape | null {
  if (right.kind === 'map') {
    const key = right.name.startsWith('map[interface') ? ANY : STRING;
    if (left.kind === 'unknown' || isAssignable(left, key)) return BOOL;
    throw new Fault(`cannot use ${left.name} as type ${key.name} in map key`, node.at);
  }
  if (right.kind === 'list') {
    const item = itemShape(right);
    if (isComparable(left, item)) return BOOL;
    throw new Fault(`cannot use ${left.name} as type ${item.name} in array`, node.at);
  }
  if (left.kind === 'unknown' && right.kind === 'string') return BOOL;
  return right.kind === 'unknown' ? BOOL : null;
}

function coalesceShape(left: Shape, right: Shape): Shape {
  if (left.kind === 'nil') return right.kind === 'nil' ? NIL : right;
  if (right.kind === 'nil') return left;
  return isAssignable(right, left) ? left : UNKNOWN;
}

function both(left: Shape, right: Shape, kind: Shape['kind']): boolean {
  return (left.kind === kind && right.kind === kind) || maybe(left, right, kind);
}

function promoted(left: Shape, right: Shape): Shape {
  return left.kind === 'float' || right.kind === 'float' ? FLOAT : INT;
}

function requirePattern(source: string, at: number): void {
  const pattern = compilePattern(source);
  if (pattern.kind === 'error') throw new Fault(pattern.message, at);
}
