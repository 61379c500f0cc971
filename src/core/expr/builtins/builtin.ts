import type { Instant } from '../../time.ts';
import { type Budget, Fault } from '../budget.ts';
import { INT, type Shape, type Signature } from '../shapes/shape.ts';
import { isList, type List, typeName, type Value } from '../value.ts';

/** What a function may use besides its arguments. `now` is the only clock there is. */
export interface Work {
  readonly budget: Budget;
  readonly now: Instant;
}

/** A function that expressions may call: how a call is checked, and what it does. */
export interface Builtin {
  readonly name: string;
  readonly check: Check;
  readonly call: (args: readonly Value[], work: Work) => Value;
}

/**
 * Fixed signatures, of which one must fit, or a rule of its own that gives the result's shape or a message.
 */
export type Check =
  | { readonly kind: 'signatures'; readonly signatures: readonly Signature[] }
  | { readonly kind: 'rule'; readonly rule: (args: readonly Shape[]) => Shape | string };

/** A built-in with fixed signatures: lists of parameters, and one result. */
export function signed(
  name: string,
  params: readonly (readonly Shape[])[],
  out: Shape,
  call: Builtin['call'],
): Builtin {
  return {
    name,
    check: { kind: 'signatures', signatures: params.map((list) => ({ params: list, out })) },
    call,
  };
}

/** A built-in with a rule for its arguments, of which there must be exactly so many. */
export function ruled(
  name: string,
  count: number,
  rule: (first: Shape, second: Shape) => Shape | string,
  call: Builtin['call'],
): Builtin {
  const checked = (args: readonly Shape[]): Shape | string => {
    const [first = INT, second = INT] = args;
    if (args.length !== count) return `invalid number of arguments (expected ${count}, got ${args.length})`;
    return rule(first, second);
  };
  return { name, check: { kind: 'rule', rule: checked }, call };
}

/** The argument at an index; absent is nil. */
export function argument(args: readonly Value[], index: number): Value {
  return args[index] ?? null;
}

/** The argument as text. What is not text could not be known to be wrong before. */
export function textArgument(args: readonly Value[], index: number): string {
  const value = argument(args, index);
  if (typeof value !== 'string') throw conversion(value, 'string');
  return value;
}

/** The argument as an integer; a float is cut. */
export function intArgument(args: readonly Value[], index: number): number {
  const value = argument(args, index);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Math.trunc(value);
  throw new Fault(`invalid operation: int(${typeName(value)})`);
}

/** The argument as a list. `verb` says in the message what cannot be done with anything else. */
export function listArgument(args: readonly Value[], index: number, verb: string): List {
  const value = argument(args, index);
  if (!isList(value)) throw new Fault(`cannot ${verb} ${kindName(value)}`);
  return value;
}

/** The error of a value that is not of the type that was assumed. */
export function conversion(value: Value, wanted: string): Fault {
  const found = value === null ? 'nil' : typeName(value);
  return new Fault(`interface conversion: interface {} is ${found}, not ${wanted}`);
}

/** The kind of a value in Go's words, as messages of list functions show it. */
export function kindName(value: Value): string {
  if (value === null) return 'invalid';
  const name = typeName(value);
  if (name.startsWith('map[')) return 'map';
  return name.startsWith('[]')
    ? 'slice'
    : name.replace('time.Duration', 'int64').replace(/^\*?time\..*/, 'struct');
}
