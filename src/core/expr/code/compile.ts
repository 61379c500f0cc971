import { type Budget, Fault } from '../budget.ts';
import { type Builtin, conversion, type Work } from '../builtins/builtin.ts';
import { BUILTINS } from '../builtins/table.ts';
import { methodOf } from '../dates/methods.ts';
import type { MemberNode, Node } from '../syntax/ast.ts';
import { isNil, typeName, type Value } from '../value.ts';
import { fetch, slice } from '../values/access.ts';
import { compileBinary, compileUnary } from './operators.ts';
import { compilePredicate } from './predicates.ts';

/** What an expression is evaluated in. */
export interface Frame {
  readonly variables: ReadonlyMap<string, Value>;
  readonly functions: ReadonlyMap<string, Builtin>;
  readonly work: Work;
  readonly budget: Budget;
  /** Values of `let`, innermost last. */
  readonly locals: Value[];
  /** What `#` stands for; null outside of predicates. */
  scope: Scope | null;
  /** True while the rest of a chain is skipped, because what stands before `?.` is nil. */
  skipping: boolean;
}

/** What a predicate walks, and where it is. */
export interface Scope {
  readonly items: Sequence;
  index: number;
  accumulator: Value;
}

/** A list, or what else has a length: of a map the original can count the entries, but not look at them. */
export interface Sequence {
  readonly length: number;
  readonly item: (index: number) => Value;
}

/** A compiled node. */
export type Code = (frame: Frame) => Value;

/** What is known while compiling. */
export interface Locals {
  /** Names of `let` in force where a node stands, outermost first. */
  readonly names: readonly string[];
  /**
   * Nodes compiled already: one with two parents is compiled once, or nested comparisons would double each
   * other.
   */
  readonly known: Map<Node, Code>;
}

/** Compiles a node to a function. Its errors know the place of the innermost node that failed. */
export function compileNode(node: Node, locals: Locals): Code {
  const known = locals.known.get(node);
  if (known !== undefined) return known;
  const code = codeOf(node, locals);
  const counted: Code = (frame) => {
    frame.budget.step();
    try {
      return code(frame);
    } catch (error) {
      if (error instanceof Fault) error.at ??= node.at;
      throw error;
    }
  };
  locals.known.set(node, counted);
  return counted;
}

function codeOf(node: Node, locals: Locals): Code {
  switch (node.kind) {
    case 'nil':
      return () => null;
    case 'bool':
    case 'int':
    case 'float':
    case 'text':
    case 'bytes': {
      const { value } = node;
      return () => value;
    }
    case 'name':
      return compileName(node.name, locals);
    case 'pointer':
      return compilePointer(node.name);
    case 'unary':
      return compileUnary(node, locals);
    case 'binary':
      return compileBinary(node, locals);
    case 'chain':
      return compileChain(node.node, locals);
    case 'member':
      return compileMember(node, locals);
    case 'slice':
      return compileSlice(node, locals);
    case 'call':
      return compileCall(node, locals);
    case 'builtin':
      return compileBuiltin(node, locals);
    case 'predicate':
      return compileNode(node.node, locals);
    case 'let':
      return compileLet(node, locals);
    case 'sequence':
      return compileSequence(node.nodes, locals);
    case 'conditional':
      return compileConditional(node, locals);
    case 'list':
      return compileList(node.nodes, locals);
    case 'map':
      return compileMap(node, locals);
    default:
      return node satisfies never;
  }
}

function compileName(name: string, locals: Locals): Code {
  const local = locals.names.lastIndexOf(name);
  if (local !== -1) return (frame) => frame.locals[local] ?? null;
  if (name === '$env') return (frame) => environmentMap(frame);
  return (frame) => frame.variables.get(name) ?? null;
}

/** `$env`. Functions are there by name only. */
function environmentMap({ variables, functions }: Frame): Value {
  const names = Array.from(functions.keys(), (name) => [name, null] as const);
  return Object.fromEntries<Value>([...names, ...variables]);
}

function compilePointer(name: string): Code {
  return ({ scope }) => {
    if (scope === null) throw new Fault('cannot use pointer accessor outside predicate');
    if (name === 'index') return BigInt(scope.index);
    return name === 'acc' ? scope.accumulator : scope.items.item(scope.index);
  };
}

/** A chain ends what `?.` skips, and only what it skips itself. */
function compileChain(node: Node, locals: Locals): Code {
  const inner = compileNode(node, locals);
  return (frame) => {
    const outer = frame.skipping;
    frame.skipping = false;
    const value = inner(frame);
    frame.skipping = outer;
    return isNil(value) ? null : value;
  };
}

function compileMember(node: MemberNode, locals: Locals): Code {
  const base = compileNode(node.node, locals);
  const property = compileNode(node.property, locals);
  return (frame) => {
    const from = base(frame);
    if (skips(frame, from, node.optional)) return null;
    return fetch(from, property(frame), frame.budget);
  };
}

function skips(frame: Frame, base: Value, optional: boolean): boolean {
  if (optional && base === null) frame.skipping = true;
  return frame.skipping;
}

function compileSlice(node: Node & { readonly kind: 'slice' }, locals: Locals): Code {
  const base = compileNode(node.node, locals);
  const from = node.from === null ? null : compileNode(node.from, locals);
  const to = node.to === null ? null : compileNode(node.to, locals);
  return (frame) => {
    const value = base(frame);
    const end = to?.(frame);
    return slice(value, from === null ? 0n : from(frame), end, frame.budget);
  };
}

function compileCall(node: Node & { readonly kind: 'call' }, locals: Locals): Code {
  const args = node.args.map((arg) => compileNode(arg, locals));
  const { callee } = node;
  if (callee.kind === 'member') return compileMethod(callee, args, locals);
  const name = callee.kind === 'name' ? callee.name : '';
  if (callee.kind === 'name' && !locals.names.includes(name)) {
    return (frame) => {
      const called = frame.functions.get(name);
      if (called === undefined) throw new Fault('invalid operation: cannot call nil');
      return called.call(
        args.map((arg) => arg(frame)),
        frame.work,
      );
    };
  }
  const value = compileNode(callee, locals);
  return (frame) => notCallable(value(frame));
}

function compileMethod(callee: MemberNode, args: readonly Code[], locals: Locals): Code {
  const base = compileNode(callee.node, locals);
  const property = compileNode(callee.property, locals);
  return (frame) => {
    const self = base(frame);
    if (skips(frame, self, callee.optional)) return null;
    const name = property(frame);
    const method = typeof name === 'string' ? methodOf(typeName(self), name) : undefined;
    if (method === undefined) return notCallable(fetch(self, name, frame.budget));
    if (args.length !== method.params.length) {
      throw new Fault(`invalid number of arguments: expected ${method.params.length}, got ${args.length}`);
    }
    return method.call(
      self,
      args.map((arg) => arg(frame)),
    );
  };
}

function notCallable(value: Value): never {
  if (value === null) throw new Fault('invalid operation: cannot call nil');
  throw new Fault(`invalid operation: cannot call non-function of type ${typeName(value)}`);
}

function compileBuiltin(node: Node & { readonly kind: 'builtin' }, locals: Locals): Code {
  const args = node.args.map((arg) => compileNode(arg, locals));
  const builtin = BUILTINS.get(node.name);
  if (builtin === undefined) return compilePredicate(node.name, args);
  return (frame) =>
    builtin.call(
      args.map((arg) => arg(frame)),
      frame.work,
    );
}

function compileLet(node: Node & { readonly kind: 'let' }, locals: Locals): Code {
  const value = compileNode(node.value, locals);
  const body = compileNode(node.body, { ...locals, names: [...locals.names, node.name] });
  return (frame) => {
    frame.locals[locals.names.length] = value(frame);
    return body(frame);
  };
}

function compileSequence(nodes: readonly Node[], locals: Locals): Code {
  const parts = nodes.map((node) => compileNode(node, locals));
  return (frame) => parts.reduce<Value>((_, part) => part(frame), null);
}

function compileConditional(node: Node & { readonly kind: 'conditional' }, locals: Locals): Code {
  const test = compileNode(node.test, locals);
  const then = compileNode(node.whenTrue, locals);
  const otherwise = compileNode(node.whenFalse, locals);
  return (frame) => (requireBool(test(frame)) ? then(frame) : otherwise(frame));
}

function compileList(nodes: readonly Node[], locals: Locals): Code {
  const items = nodes.map((node) => compileNode(node, locals));
  return (frame) => {
    frame.budget.grow(items.length);
    return items.map((item) => item(frame));
  };
}

function compileMap(node: Node & { readonly kind: 'map' }, locals: Locals): Code {
  const pairs = node.pairs.map((pair) => ({
    key: compileNode(pair.key, locals),
    value: compileNode(pair.value, locals),
  }));
  return (frame) => {
    frame.budget.grow(pairs.length);
    // Without a prototype, so that `__proto__` is a key like any other.
    const map = Object.create(null) as Record<string, Value>;
    for (const pair of pairs) {
      const key = pair.key(frame);
      if (typeof key !== 'string') throw conversion(key, 'string');
      const value = pair.value(frame);
      // Of equal keys the first one counts.
      if (!Object.hasOwn(map, key)) map[key] = value;
    }
    return map;
  };
}

/** A value that must be a truth value. */
export function requireBool(value: Value): boolean {
  if (typeof value !== 'boolean') throw conversion(value, 'bool');
  return value;
}
