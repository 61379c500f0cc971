import { Fault } from '../budget.ts';
import {
  ANY,
  FLOATS,
  INTS,
  itemShape,
  JSON_MAP,
  LIST,
  type Shape,
  STRING,
  STRINGS,
  UNKNOWN,
} from '../shapes/shape.ts';
import { isList, itemAt, itemsOf, type List, type Value } from '../value.ts';
import { get } from '../values/access.ts';
import { deeper, isEqual, isOrdered } from '../values/compare.ts';
import { formatValue } from '../values/print.ts';
import {
  argument,
  type Builtin,
  intArgument,
  kindName,
  listArgument,
  ruled,
  signed,
  type Work,
} from './builtin.ts';

/** Built-ins about lists that take no predicate. */
export const LIST_BUILTINS: readonly Builtin[] = [
  ruled(
    'first',
    1,
    (shape) => end('first', shape),
    ([list = null], work) => endOf(list, 0n, work),
  ),
  ruled(
    'last',
    1,
    (shape) => end('last', shape),
    ([list = null], work) => endOf(list, -1n, work),
  ),
  ruled('get', 2, checkGet, ([from = null, key = null], work) => get(from, key, work.budget)),
  ruled('take', 2, checkTake, (args, work) => {
    const list = listArgument(args, 0, 'take from');
    if (typeof argument(args, 1) !== 'bigint') {
      throw new Fault(`cannot take ${kindName(argument(args, 1))} elements`);
    }
    const count = intArgument(args, 1);
    if (count < 0) throw new Fault('reflect.Value.Slice: slice index out of bounds');
    work.budget.grow(Math.min(count, list.length));
    return list.slice(0, count) as List;
  }),
  ruled(
    'reverse',
    1,
    (shape) => listRule('reverse', shape),
    (args, work) => {
      const list = listArgument(args, 0, 'reverse');
      work.budget.grow(list.length);
      return itemsOf(list).toReversed();
    },
  ),
  ruled('uniq', 1, (shape) => listRule('uniq', shape), uniq),
  { name: 'concat', check: { kind: 'rule', rule: checkConcat }, call: concat },
  ruled(
    'flatten',
    1,
    (shape) => listRule('flatten', shape),
    (args, work) => {
      return flatten(listArgument(args, 0, 'flatten'), work, 0);
    },
  ),
  signed(
    'sort',
    [
      [LIST, STRING],
      [INTS, STRING],
      [FLOATS, STRING],
      [STRINGS, STRING],
      [LIST],
      [FLOATS],
      [STRINGS],
      [INTS],
    ],
    LIST,
    sort,
  ),
];

/** Sorts items by their keys, as Go's `<` orders them. Items with equal keys keep their order. */
export function sortByKeys(
  items: readonly Value[],
  keys: readonly Value[],
  descending: boolean,
  work: Work,
): readonly Value[] {
  work.budget.grow(items.length);
  const [less, more] = descending ? [1, -1] : [-1, 1];
  const indexes = items
    .map((_, index) => index)
    .sort((a, b) => {
      work.budget.step();
      const [x, y] = [keys[a] ?? null, keys[b] ?? null];
      if (isOrdered(x, '<', y)) return less;
      return isOrdered(y, '<', x) ? more : 0;
    });
  return indexes.map((index) => items[index] ?? null);
}

/** The first or last item; nil of what has none. */
function endOf(list: Value, index: bigint, work: Work): Value {
  return isList(list) || typeof list === 'string' ? get(list, index, work.budget) : null;
}

function end(which: string, shape: Shape): Shape | string {
  if (shape.kind === 'unknown') return UNKNOWN;
  if (shape.kind !== 'list') return `cannot get ${which} element from ${shape.name}`;
  return shape.name === LIST.name ? ANY : itemShape(shape);
}

function checkGet(from: Shape, key: Shape): Shape | string {
  if (from.kind === 'unknown') return UNKNOWN;
  if (from.kind === 'list') {
    return key.kind === 'int' || key.kind === 'unknown'
      ? itemShape(from)
      : `non-integer slice index ${key.name}`;
  }
  if (from.kind === 'map') {
    const fits = key.kind === 'unknown' || key.kind === 'string' || from.name !== JSON_MAP.name;
    return fits ? itemShape(from) : `cannot use ${key.name} to get an element from ${from.name}`;
  }
  return `type ${from.name} does not support indexing`;
}

function checkTake(from: Shape, count: Shape): Shape | string {
  if (from.kind !== 'unknown' && from.kind !== 'list') return `cannot take from ${from.name}`;
  return count.kind === 'unknown' || count.kind === 'int' ? from : `cannot take ${count.name} elements`;
}

function listRule(verb: string, shape: Shape): Shape | string {
  return shape.kind === 'unknown' || shape.kind === 'list' ? LIST : `cannot ${verb} ${shape.name}`;
}

function checkConcat(args: readonly Shape[]): Shape | string {
  if (args.length === 0) return 'invalid number of arguments (expected at least 1, got 0)';
  const wrong = args.find((arg) => arg.kind !== 'unknown' && arg.kind !== 'list');
  return wrong === undefined ? LIST : `cannot concat ${wrong.name}`;
}

function concat(args: readonly Value[], work: Work): Value {
  const lists = args.map((_, index) => listArgument(args, index, 'concat'));
  work.budget.grow(lists.reduce((sum, list) => sum + list.length, 0));
  return lists.flatMap((list) => itemsOf(list));
}

function uniq(args: readonly Value[], work: Work): Value {
  const list = listArgument(args, 0, 'uniq');
  const found: Value[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const item = itemAt(list, index);
    if (!found.some((one) => isEqual(item, one, work.budget))) found.push(item);
  }
  work.budget.grow(found.length);
  return found;
}

function flatten(list: List, work: Work, depth: number): readonly Value[] {
  work.budget.grow(list.length);
  return itemsOf(list).flatMap((item) => (isList(item) ? flatten(item, work, deeper(depth)) : [item]));
}

function sort(args: readonly Value[], work: Work): Value {
  const list = argument(args, 0);
  const order = args.length > 1 ? argument(args, 1) : 'asc';
  if (order !== 'asc' && order !== 'desc') {
    throw new Fault(`invalid order ${formatValue(order, work.budget)}, expected asc or desc`);
  }
  // The original gives nil for what it cannot sort.
  if (!isList(list) || list instanceof Uint8Array) return null;
  const items = itemsOf(list);
  return sortByKeys(items, items, order === 'desc', work);
}
