import type { Value } from './values.ts';

/** A part of a template. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipe: Pipe; readonly at: number }
  | {
      readonly kind: 'set';
      readonly name: string;
      readonly isNew: boolean;
      readonly pipe: Pipe;
      readonly at: number;
    }
  | BlockNode
  | RangeNode
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' };

/** `if` and `with`; `name` is a variable that the condition is kept in. */
export interface BlockNode {
  readonly kind: 'if' | 'with';
  readonly name: string | null;
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
  readonly at: number;
}

/** `range`: `key` and `item` are the variables before `:=`. */
export interface RangeNode {
  readonly kind: 'range';
  readonly key: string | null;
  readonly item: string | null;
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
  readonly at: number;
}

/** Commands, each of which gets the result of the one before as its last argument. Never empty. */
export interface Pipe {
  readonly commands: readonly Command[];
}

/** A value, or a function or method with its arguments. */
export interface Command {
  readonly head: Operand;
  readonly args: readonly Operand[];
}

/** What can stand in a command. `names` are fields of it, left to right. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'dot'; readonly names: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'group'; readonly pipe: Pipe; readonly names: readonly string[] };
