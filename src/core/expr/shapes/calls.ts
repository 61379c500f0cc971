import { Fault } from '../budget.ts';
import type { Builtin } from '../builtins/builtin.ts';
import type { Node } from '../syntax/ast.ts';
import { type Checking, visit } from './check.ts';
import {
  BOOL,
  INT,
  isAssignable,
  itemShape,
  LIST,
  listOf,
  type Shape,
  type Signature,
  UNKNOWN,
} from './shape.ts';

type Call = Node & { readonly kind: 'call' };

/** The shape of a call's result. `builtin` is what is called, where the name says so already. */
export function callShape(node: Call, checking: Checking, builtin?: Builtin): Shape {
  const { callee } = node;
  if (callee.kind === 'name' && callee.name === '$env') {
    throw new Fault('map[string]interface {} is not callable', node.at);
  }
  const own = callee.kind === 'name' ? (builtin ?? functionNamed(callee.name, checking)) : undefined;
  if (own !== undefined) return checkedCall(node, own, checking);
  const shape = visit(callee, checking);
  const args = node.args.map((arg) => visit(arg, checking));
  if (shape.kind === 'unknown') return UNKNOWN;
  if (shape.kind === 'nil') throw new Fault(`${nameOf(callee)} is nil; cannot call nil as function`, node.at);
  if (shape.signature === undefined) throw new Fault(`${shape.name} is not callable`, node.at);
  return requireSignature(node, nameOf(callee), shape.signature, args);
}

/** The shape of a built-in with a predicate. */
export function predicateShape(node: Node & { readonly kind: 'builtin' }, checking: Checking): Shape {
  const [list, predicate, third] = node.args;
  if (list === undefined) throw new Fault(`not enough arguments to call ${node.name}`, node.at);
  const items = visit(list, checking);
  if (items.kind !== 'list' && items.kind !== 'unknown') {
    throw new Fault(`builtin ${node.name} takes only array (got ${items.name})`, list.at);
  }
  const pointers = new Map<string, Shape>();
  if (node.name === 'map' || node.name === 'reduce') pointers.set('index', INT);
  if (node.name === 'reduce') pointers.set('acc', UNKNOWN);
  checking.scopes.push({ items, pointers });
  const out = predicate === undefined ? null : visit(predicate, checking);
  checking.scopes.pop();
  if (third !== undefined) checkThird(node.name, third, visit(third, checking));
  if (predicate !== undefined && out?.kind === 'nil') {
    const inputs = node.name === 'reduce' ? 'two' : 'one';
    throw new Fault(`predicate should has ${inputs} input and one output param`, predicate.at);
  }
  return predicateResult(node, items, out);
}

/** The result of a built-in with a predicate whose own result is `out`; null when there is no predicate. */
function predicateResult(node: Node & { readonly kind: 'builtin' }, items: Shape, out: Shape | null): Shape {
  switch (node.name) {
    case 'map':
      return listOf(out ?? UNKNOWN);
    case 'sum':
      return out ?? (items.kind === 'unknown' ? UNKNOWN : itemShape(items));
    case 'reduce':
      return out ?? UNKNOWN;
    case 'groupBy':
      return { kind: 'map', name: 'map[interface {}][]interface {}', item: LIST };
    case 'sortBy':
      return items;
    default:
      if (out !== null && out.kind !== 'bool' && out.kind !== 'unknown') {
        const at = node.args[1]?.at ?? node.at;
        throw new Fault(`predicate should return boolean (got ${out.name})`, at);
      }
      return searchResult(node.name, items);
  }
}

function searchResult(name: string, items: Shape): Shape {
  if (name === 'filter') return items.kind === 'unknown' ? LIST : listOf(itemShape(items));
  if (name === 'find' || name === 'findLast') return items.kind === 'unknown' ? UNKNOWN : itemShape(items);
  return ['count', 'findIndex', 'findLastIndex'].includes(name) ? INT : BOOL;
}

function checkThird(name: string, node: Node, shape: Shape): void {
  if (name === 'sortBy' && shape.kind !== 'string' && shape.kind !== 'unknown') {
    throw new Fault(`sortBy order argument must be a string (got ${shape.name})`, node.at);
  }
}

function functionNamed(name: string, { names, locals }: Checking): Builtin | undefined {
  return locals.some((local) => local.name === name) ? undefined : names.functions.get(name);
}

function checkedCall(node: Call, called: Builtin, checking: Checking): Shape {
  const args = node.args.map((arg) => visit(arg, checking));
  if (called.check.kind === 'rule') {
    const shape = called.check.rule(args);
    if (typeof shape === 'string') throw new Fault(shape, node.at);
    return shape;
  }
  let last: Fault | null = null;
  for (const signature of called.check.signatures) {
    last = mismatch(node, called.name, signature, args);
    if (last === null) return signature.out;
  }
  throw last ?? new Fault(`no matching overload for ${called.name}`, node.at);
}

function requireSignature(node: Call, name: string, signature: Signature, args: readonly Shape[]): Shape {
  const fault = mismatch(node, name, signature, args);
  if (fault !== null) throw fault;
  return signature.out;
}

/** Why arguments do not fit a signature; null when they do. */
function mismatch(node: Call, name: string, { params }: Signature, args: readonly Shape[]): Fault | null {
  if (args.length > params.length) return new Fault(`too many arguments to call ${name}`, node.at);
  if (args.length < params.length) return new Fault(`not enough arguments to call ${name}`, node.at);
  for (const [index, param] of params.entries()) {
    const arg = args[index] ?? UNKNOWN;
    const at = node.args[index]?.at ?? node.at;
    if (param.kind === 'float' && arg.kind === 'int') continue;
    if (param.kind === 'int' && arg.kind === 'int') continue;
    if (arg.kind === 'nil') {
      if (param.kind === 'unknown' || param.kind === 'zone') continue;
      return new Fault(`cannot use nil as argument (type ${param.name}) to call ${name}`, at);
    }
    if (arg.kind !== 'unknown' && !isAssignable(arg, param)) {
      return new Fault(`cannot use ${arg.name} as argument (type ${param.name}) to call ${name} `, at);
    }
  }
  return null;
}

function nameOf(callee: Node): string {
  if (callee.kind === 'name') return callee.name;
  return callee.kind === 'member' && callee.property.kind === 'text' ? callee.property.value : 'function';
}
