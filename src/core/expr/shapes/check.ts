import { Fault } from '../budget.ts';
import type { Builtin } from '../builtins/builtin.ts';
import { BUILTINS } from '../builtins/table.ts';
import { methodOf } from '../dates/methods.ts';
import { childrenOf, type MemberNode, type Node } from '../syntax/ast.ts';
import { callShape, predicateShape } from './calls.ts';
import { binaryShape, unaryShape } from './operators.ts';
import {
  ANY,
  BOOL,
  BYTES,
  FLOAT,
  INT,
  isAssignable,
  itemShape,
  JSON_MAP,
  LIST,
  listOf,
  NIL,
  type Shape,
  STRING,
  UNKNOWN,
} from './shape.ts';

/** What an expression may refer to: variables by their shape, and functions. */
export interface Names {
  readonly variables: ReadonlyMap<string, Shape>;
  readonly functions: ReadonlyMap<string, Builtin>;
}

/** The state of one check: the names in force, and what `#` stands for. */
export interface Checking {
  readonly names: Names;
  readonly locals: { readonly name: string; readonly shape: Shape }[];
  readonly scopes: { readonly items: Shape; readonly pointers: ReadonlyMap<string, Shape> }[];
  /** Shapes found already: a node with two parents is looked at once. */
  readonly known: Map<Node, Shape>;
}

/** The shape of an expression. Throws a `Fault` for what can be known to be wrong before it is evaluated. */
export function checkNode(root: Node, names: Names): Shape {
  return visit(root, { names, locals: [], scopes: [], known: new Map() });
}

/** The shape of a node inside of a check. */
export function visit(node: Node, checking: Checking): Shape {
  const known = checking.known.get(node);
  if (known !== undefined) return known;
  const shape = shapeOfNode(node, checking);
  checking.known.set(node, shape);
  return shape;
}

function shapeOfNode(node: Node, checking: Checking): Shape {
  switch (node.kind) {
    case 'nil':
      return NIL;
    case 'bool':
      return BOOL;
    case 'int':
      return INT;
    case 'float':
      return FLOAT;
    case 'text':
      return STRING;
    case 'bytes':
      return BYTES;
    case 'name':
      return nameShape(node.name, node.at, checking);
    case 'pointer':
      return pointerShape(node, checking);
    case 'unary':
      return unaryShape(node.operator, visit(node.node, checking), node.at);
    case 'binary':
      return binaryShape(node, visit(node.left, checking), visit(node.right, checking));
    case 'chain':
    case 'predicate':
      return visit(node.node, checking);
    case 'member':
      return memberShape(node, checking);
    case 'slice':
      return sliceShape(node, checking);
    case 'call':
      return callShape(node, checking);
    case 'builtin':
      return builtinShape(node, checking);
    case 'let':
      return letShape(node, checking);
    case 'sequence':
      return lastShape(node.nodes, checking);
    case 'conditional':
      return conditionalShape(node, checking);
    case 'list':
      return listShape(node.nodes, checking);
    case 'map':
      lastShape(childrenOf(node), checking);
      return JSON_MAP;
    default:
      return node satisfies never;
  }
}

/** Visits all and keeps the last. */
function lastShape(nodes: readonly Node[], checking: Checking): Shape {
  return nodes.reduce<Shape>((_, node) => visit(node, checking), UNKNOWN);
}

function nameShape(name: string, at: number, { names, locals }: Checking): Shape {
  const local = locals.findLast((one) => one.name === name);
  if (local !== undefined) return local.shape;
  if (name === '$env') return UNKNOWN;
  const variable = names.variables.get(name);
  if (variable !== undefined) return variable;
  if (names.functions.has(name) || BUILTINS.has(name)) return { kind: 'func', name: `func ${name}` };
  throw new Fault(`unknown name ${name}`, at);
}

function pointerShape(node: Node & { readonly kind: 'pointer' }, { scopes }: Checking): Shape {
  const scope = scopes.at(-1);
  if (scope === undefined) throw new Fault('cannot use pointer accessor outside predicate', node.at);
  if (node.name === '') return itemShape(scope.items);
  const pointer = scope.pointers.get(node.name);
  if (pointer === undefined) throw new Fault(`unknown pointer #${node.name}`, node.at);
  return pointer;
}

function memberShape(node: MemberNode, checking: Checking): Shape {
  const { property } = node;
  const name = property.kind === 'text' ? property.value : null;
  if (node.node.kind === 'name' && node.node.name === '$env') return environmentShape(node, name, checking);
  const base = visit(node.node, checking);
  const key = visit(property, checking);
  if (base.kind === 'unknown') return UNKNOWN;
  if (name !== null) {
    if (base.kind === 'nil') throw new Fault(`type nil has no field ${name}`, node.at);
    const method = methodOf(base.name, name);
    if (method !== undefined) return { kind: 'func', name: `func ${name}`, signature: method };
  }
  if (base.kind === 'map') {
    const keyed = base.name.startsWith('map[interface') ? ANY : STRING;
    if (key.kind !== 'unknown' && !isAssignable(key, keyed)) {
      throw new Fault(`cannot use ${key.name} to get an element from ${base.name}`, property.at);
    }
    return itemShape(base);
  }
  if (base.kind === 'list') {
    if (key.kind !== 'int' && key.kind !== 'unknown') {
      throw new Fault(`array elements can only be selected using an integer (got ${key.name})`, property.at);
    }
    return itemShape(base);
  }
  if (name === null) throw new Fault(`type ${base.name}[${key.name}] is undefined`, node.at);
  throw new Fault(`type ${base.name} has no ${node.method ? 'method' : 'field'} ${name}`, node.at);
}

function environmentShape(node: MemberNode, name: string | null, { names }: Checking): Shape {
  if (name === null) return UNKNOWN;
  const variable = names.variables.get(name);
  if (variable !== undefined) return variable;
  if (node.optional || names.functions.has(name)) return UNKNOWN;
  throw new Fault(`unknown name ${name}`, node.at);
}

function sliceShape(node: Node & { readonly kind: 'slice' }, checking: Checking): Shape {
  const shape = visit(node.node, checking);
  if (!['unknown', 'string', 'list'].includes(shape.kind)) {
    throw new Fault(`cannot slice ${shape.name}`, node.at);
  }
  // Of what is unknown the original leaves the bounds alone too.
  for (const bound of shape.kind === 'unknown' ? [] : [node.from, node.to]) {
    const found = bound === null ? INT : visit(bound, checking);
    if (bound === null || found.kind === 'int' || found.kind === 'unknown') continue;
    throw new Fault(`non-integer slice index ${found.name}`, bound.at);
  }
  return shape;
}

function builtinShape(node: Node & { readonly kind: 'builtin' }, checking: Checking): Shape {
  const builtin = BUILTINS.get(node.name);
  if (builtin === undefined) return predicateShape(node, checking);
  return callShape(
    { ...node, kind: 'call', callee: { kind: 'name', name: node.name, at: node.at } },
    checking,
    builtin,
  );
}

function letShape(node: Node & { readonly kind: 'let' }, checking: Checking): Shape {
  const { names, locals } = checking;
  const taken = (what: string) => new Fault(`cannot redeclare ${what}${node.name}`, node.at);
  if (names.variables.has(node.name) || names.functions.has(node.name)) throw taken('');
  if (BUILTINS.has(node.name)) throw taken('builtin ');
  if (locals.some((local) => local.name === node.name)) throw taken('variable ');
  const shape = visit(node.value, checking);
  locals.push({ name: node.name, shape });
  const body = visit(node.body, checking);
  locals.pop();
  return body;
}

function conditionalShape(node: Node & { readonly kind: 'conditional' }, checking: Checking): Shape {
  const test = visit(node.test, checking);
  if (test.kind !== 'bool' && test.kind !== 'unknown') {
    throw new Fault(`non-bool expression (type ${test.name}) used as condition`, node.test.at);
  }
  const [then, otherwise] = [visit(node.whenTrue, checking), visit(node.whenFalse, checking)];
  if (then.kind === 'nil') return otherwise;
  if (otherwise.kind === 'nil') return then;
  if (!isAssignable(then, otherwise)) return UNKNOWN;
  const sameItems = isAssignable(itemShape(then), itemShape(otherwise));
  return then.kind === 'list' && !sameItems ? LIST : then;
}

function listShape(nodes: readonly Node[], checking: Checking): Shape {
  const shapes = nodes.map((node) => visit(node, checking));
  const last = shapes.at(-1) ?? UNKNOWN;
  return shapes.every((shape) => shape.kind === last.kind) ? listOf(last) : LIST;
}
