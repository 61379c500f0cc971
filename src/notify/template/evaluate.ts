import type { Node, Operand, Pipe, RangeNode } from './syntax.ts';
import { Callable, Fault, isDict, isList, isTrue, member, print, type Value } from './values.ts';

/** A function that templates may call. It may throw a `Fault`. */
export type TemplateFunction = (args: readonly Value[], budget: Budget) => Value;

/** Actions evaluated, items looped over, and characters made: more is a runaway template. */
const MOST_STEPS = 50_000;
const MOST_OUTPUT = 65_536;
const MOST_MADE = 1_000_000;

/** Counts what a template uses and stops it when that is too much. */
export class Budget {
  #steps = MOST_STEPS;
  #made = MOST_MADE;

  step(count = 1): void {
    this.#steps -= count;
    if (this.#steps < 0) throw new Fault(`stopped: more than ${MOST_STEPS} steps`);
  }

  /** Pays for text or lists that are about to be made, in characters or items. */
  make(size: number): void {
    this.#made -= size;
    if (!(this.#made >= 0)) throw new Fault('stopped: it makes too much text');
  }
}

/** What a template is run with. */
export interface Setting {
  readonly data: Value;
  readonly functions: ReadonlyMap<string, TemplateFunction>;
}

/** Runs a template and returns its text. Throws a `Fault`. */
export function run(nodes: readonly Node[], setting: Setting): string {
  const machine = new Machine(setting);
  machine.run(nodes, setting.data, [new Map([['$', setting.data]])]);
  return machine.output.join('');
}

type Scopes = readonly Map<string, Value>[];
/** How a list of nodes ended. */
type Flow = 'through' | 'break' | 'continue';

class Machine {
  readonly output: string[] = [];
  readonly #functions: ReadonlyMap<string, TemplateFunction>;
  readonly #budget = new Budget();
  #written = 0;

  constructor(setting: Setting) {
    this.#functions = setting.functions;
  }

  run(nodes: readonly Node[], dot: Value, scopes: Scopes): Flow {
    for (const node of nodes) {
      this.#budget.step();
      const flow = this.#node(node, dot, scopes);
      if (flow !== 'through') return flow;
    }
    return 'through';
  }

  #node(node: Node, dot: Value, scopes: Scopes): Flow {
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return 'through';
      case 'print':
        located(node.at, () => this.#write(print(this.#pipe(node.pipe, dot, scopes))));
        return 'through';
      case 'set':
        located(node.at, () => assign(node, this.#pipe(node.pipe, dot, scopes), scopes));
        return 'through';
      case 'if':
      case 'with': {
        const value = located(node.at, () => this.#pipe(node.pipe, dot, scopes));
        const inner = [...scopes, new Map(node.name === null ? [] : [[node.name, value]])];
        if (!isTrue(value)) return this.run(node.otherwise, dot, inner);
        return this.run(node.body, node.kind === 'with' ? value : dot, inner);
      }
      case 'range':
        return this.#range(node, dot, scopes);
      case 'break':
      case 'continue':
        return node.kind;
      default:
        return node satisfies never;
    }
  }

  #range(node: RangeNode, dot: Value, scopes: Scopes): Flow {
    const entries = located(node.at, () => entriesOf(this.#pipe(node.pipe, dot, scopes)));
    if (entries.length === 0) return this.run(node.otherwise, dot, [...scopes, new Map()]);
    for (const [key, item] of entries) {
      this.#budget.step();
      const names = new Map<string, Value>();
      if (node.key !== null) names.set(node.key, key);
      if (node.item !== null) names.set(node.item, item);
      if (this.run(node.body, item, [...scopes, names]) === 'break') break;
    }
    return 'through';
  }

  #write(text: string): void {
    this.#written += text.length;
    if (this.#written > MOST_OUTPUT) throw new Fault(`stopped: more than ${MOST_OUTPUT} characters of text`);
    this.output.push(text);
  }

  #pipe(pipe: Pipe, dot: Value, scopes: Scopes): Value {
    let piped: readonly Value[] = [];
    for (const { head, args } of pipe.commands) {
      this.#budget.step();
      piped = [this.#command(head, args, { dot, scopes, piped })];
    }
    return piped[0];
  }

  #command(
    head: Operand,
    args: readonly Operand[],
    at: { readonly dot: Value; readonly scopes: Scopes; readonly piped: readonly Value[] },
  ): Value {
    const { dot, scopes, piped } = at;
    if (head.kind === 'function') {
      if (head.name === 'and' || head.name === 'or') return this.#logic(head.name, args, at);
      return this.#call(head.name, [...args.map((arg) => this.#operand(arg, dot, scopes)), ...piped]);
    }
    const given = [...args.map((arg) => this.#operand(arg, dot, scopes)), ...piped];
    return this.#reach(head, dot, scopes, given);
  }

  /** As in Go, what comes after the deciding argument is not evaluated. */
  #logic(
    name: 'and' | 'or',
    args: readonly Operand[],
    at: { readonly dot: Value; readonly scopes: Scopes; readonly piped: readonly Value[] },
  ): Value {
    let value: Value;
    for (const arg of args) {
      value = this.#operand(arg, at.dot, at.scopes);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return at.piped.length > 0 ? at.piped[0] : value;
  }

  #call(name: string, args: readonly Value[]): Value {
    const known = this.#functions.get(name);
    if (known === undefined) throw new Fault(`function ${name} is not known`);
    try {
      return known(args, this.#budget);
    } catch (error) {
      throw error instanceof Fault && !error.message.startsWith('stopped')
        ? new Fault(`${name}: ${error.message}`)
        : error;
    }
  }

  #operand(operand: Operand, dot: Value, scopes: Scopes): Value {
    this.#budget.step();
    return operand.kind === 'function' ? this.#call(operand.name, []) : this.#reach(operand, dot, scopes, []);
  }

  /** The value of an operand; a method that its fields lead to is called, the last one with the arguments. */
  #reach(
    operand: Exclude<Operand, { readonly kind: 'function' }>,
    dot: Value,
    scopes: Scopes,
    args: readonly Value[],
  ): Value {
    if (operand.kind === 'literal') return operand.value;
    let value = this.#base(operand, dot, scopes);
    const last = operand.names.length - 1;
    operand.names.forEach((name, index) => {
      const owner = value;
      value = member(owner, name);
      // A function under a map is a value, which `call` calls; what a moment can do is called at once.
      if (value instanceof Callable && !isDict(owner)) value = value.call(index === last ? args : []);
      else if (index === last && args.length > 0) throw new Fault(`.${name} is not a function`);
    });
    if (last === -1 && args.length > 0) throw new Fault('a value is not a function');
    return value;
  }

  #base(
    operand: Exclude<Operand, { readonly kind: 'function' | 'literal' }>,
    dot: Value,
    scopes: Scopes,
  ): Value {
    if (operand.kind === 'dot') return dot;
    return operand.kind === 'variable' ? lookUp(operand.name, scopes) : this.#pipe(operand.pipe, dot, scopes);
  }
}

function lookUp(name: string, scopes: Scopes): Value {
  const scope = scopes.findLast((names) => names.has(name));
  if (scope === undefined) throw new Fault(`variable ${name} is not set`);
  return scope.get(name);
}

function assign(
  node: { readonly name: string; readonly isNew: boolean },
  value: Value,
  scopes: Scopes,
): void {
  const scope = node.isNew ? scopes.at(-1) : scopes.findLast((names) => names.has(node.name));
  if (scope === undefined) throw new Fault(`variable ${node.name} is not set`);
  scope.set(node.name, value);
}

function entriesOf(value: Value): readonly (readonly [Value, Value])[] {
  if (value === undefined || value === null) return [];
  if (isList(value)) return value.map((item, index) => [index, item]);
  if (isDict(value))
    return Object.keys(value)
      .sort()
      .map((key) => [key, Object.hasOwn(value, key) ? value[key] : null]);
  if (typeof value === 'number' && value >= 0 && value <= MOST_STEPS)
    return Array.from({ length: Math.trunc(value) }, (_, index) => [index, index]);
  throw new Fault('range needs a list or a map');
}

/** Runs a part of an action; what goes wrong is told with the place of the action. */
function located<Result>(at: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof Fault && error.at === null) error.at = at;
    throw error;
  }
}
