import { type Budget, Fault } from '../budget.ts';
import { kindName } from '../builtins/builtin.ts';
import { sortByKeys } from '../builtins/lists.ts';
import { Groups, isList, itemAt, typeName, type Value } from '../value.ts';
import { keysOf, requireHashable } from '../values/access.ts';
import { calculate } from '../values/arithmetic.ts';
import { encodeUtf8 } from '../values/utf8.ts';
import { type Code, type Frame, requireBool, type Scope, type Sequence } from './compile.ts';

/** Compiles a built-in that takes a predicate: `all(list, # > 0)`. */
export function compilePredicate(name: string, args: readonly Code[]): Code {
  const [list, predicate, third] = args;
  const walk = WALKS.get(name);
  if (list === undefined || walk === undefined) throw new Fault(`unknown builtin ${name}`);
  return (frame) => {
    const items = sequenceOf(list(frame));
    const extra = third?.(frame);
    const outer = frame.scope;
    const scope: Scope = { items, index: 0, accumulator: null };
    frame.scope = scope;
    const value = walk({ frame, scope, predicate: predicate ?? itself, extra });
    frame.scope = outer;
    return value;
  };
}

/** A list being walked. `extra` is the third argument; undefined when there is none. */
interface Walking {
  readonly frame: Frame;
  readonly scope: Scope;
  readonly predicate: Code;
  readonly extra: Value | undefined;
}

const WALKS: ReadonlyMap<string, (walking: Walking) => Value> = new Map<string, (walking: Walking) => Value>([
  ['all', (walking) => firstIndex(walking, false) === -1],
  ['none', (walking) => firstIndex(walking, true) === -1],
  ['any', (walking) => firstIndex(walking, true) !== -1],
  ['one', (walking) => count(walking) === 1],
  ['count', (walking) => BigInt(count(walking))],
  ['filter', (walking) => paid(matching(walking), walking.frame.budget)],
  ['map', (walking) => paid(collect(walking), walking.frame.budget)],
  ['find', (walking) => itemOrNil(walking, firstIndex(walking, true))],
  ['findLast', (walking) => itemOrNil(walking, lastIndex(walking))],
  ['findIndex', (walking) => indexOrNil(firstIndex(walking, true))],
  ['findLastIndex', (walking) => indexOrNil(lastIndex(walking))],
  ['sum', sum],
  ['reduce', reduce],
  ['groupBy', groupBy],
  ['sortBy', sortBy],
]);

/** What the predicate says of the item at an index. */
function ask({ frame, scope, predicate }: Walking, index: number): Value {
  frame.budget.step();
  scope.index = index;
  return predicate(frame);
}

/** The index of the first item of which the predicate says what is wanted; -1 when there is none. */
function firstIndex(walking: Walking, wanted: boolean): number {
  for (let index = 0; index < walking.scope.items.length; index += 1) {
    if (requireBool(ask(walking, index)) === wanted) return index;
  }
  return -1;
}

function lastIndex(walking: Walking): number {
  for (let index = walking.scope.items.length - 1; index >= 0; index -= 1) {
    if (requireBool(ask(walking, index))) return index;
  }
  return -1;
}

function count(walking: Walking): number {
  let found = 0;
  for (let index = 0; index < walking.scope.items.length; index += 1) {
    if (requireBool(ask(walking, index))) found += 1;
  }
  return found;
}

function matching(walking: Walking): readonly Value[] {
  const found: Value[] = [];
  for (let index = 0; index < walking.scope.items.length; index += 1) {
    if (requireBool(ask(walking, index))) found.push(walking.scope.items.item(index));
  }
  return found;
}

function collect(walking: Walking): readonly Value[] {
  return Array.from({ length: walking.scope.items.length }, (_, index) => ask(walking, index));
}

function sum(walking: Walking): Value {
  let total: Value = 0n;
  for (let index = 0; index < walking.scope.items.length; index += 1) {
    total = calculate(ask(walking, index), '+', total, walking.frame.budget);
  }
  return total;
}

/** Without an initial value the first item is it, and the walk begins at the second. */
function reduce(walking: Walking): Value {
  const { scope, extra } = walking;
  if (extra === undefined && scope.items.length === 0) {
    throw new Fault('reduce of empty array with no initial value');
  }
  scope.accumulator = extra === undefined ? scope.items.item(0) : extra;
  for (let index = extra === undefined ? 1 : 0; index < scope.items.length; index += 1) {
    scope.accumulator = ask(walking, index);
  }
  return scope.accumulator;
}

function groupBy(walking: Walking): Value {
  const { items } = walking.scope;
  walking.frame.budget.grow(items.length);
  const lists = new Map<Value, Value[]>();
  for (let index = 0; index < items.length; index += 1) {
    const key = ask(walking, index);
    requireHashable(key);
    const group = lists.get(key) ?? [];
    group.push(items.item(index));
    lists.set(key, group);
  }
  return new Groups(lists);
}

function sortBy(walking: Walking): Value {
  const { frame, scope, extra } = walking;
  const order = extra ?? 'asc';
  if (typeof order !== 'string') throw new Fault('sortBy order argument must be a string');
  if (order !== 'asc' && order !== 'desc') throw new Fault('unknown order, use asc or desc');
  const keys = collect(walking);
  const items = keys.map((_, index) => scope.items.item(index));
  return sortByKeys(items, keys, order === 'desc', frame.work);
}

function itself({ scope }: Frame): Value {
  return scope === null ? null : scope.items.item(scope.index);
}

function itemOrNil({ scope }: Walking, index: number): Value {
  return index === -1 ? null : scope.items.item(index);
}

function indexOrNil(index: number): Value {
  return index === -1 ? null : BigInt(index);
}

function paid(items: readonly Value[], budget: Budget): readonly Value[] {
  budget.grow(items.length);
  return items;
}

function sequenceOf(value: Value): Sequence {
  if (isList(value)) return { length: value.length, item: (index) => itemAt(value, index) };
  if (typeof value === 'string') return sequenceOf(encodeUtf8(value));
  const size = keysOf(value)?.length;
  if (size === undefined) throw notA('Len', value);
  return {
    length: size,
    item: () => {
      throw notA('Index', value);
    },
  };
}

function notA(call: 'Len' | 'Index', value: Value): Fault {
  const kind = value === null ? 'zero' : typeName(value).startsWith('map[') ? 'map' : kindName(value);
  return new Fault(`reflect: call of reflect.Value.${call} on ${kind} Value`);
}
