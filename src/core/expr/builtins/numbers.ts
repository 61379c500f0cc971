import { Fault } from '../budget.ts';
import { FLOAT, INT, isNumber, type Shape, UNKNOWN } from '../shapes/shape.ts';
import { isList, itemAt, typeName, type Value } from '../value.ts';
import { deeper, isNumeric, isOrdered } from '../values/compare.ts';
import { roundAway, wrap } from '../values/number.ts';
import { argument, type Builtin, ruled, signed, type Work } from './builtin.ts';

/** Built-ins about numbers: rounding, extremes, averages, bits. */
export const NUMBER_BUILTINS: readonly Builtin[] = [
  ruled(
    'abs',
    1,
    (shape) => (accepts(shape) ? shape : refusal('abs', shape)),
    ([value = null]) => {
      if (typeof value === 'bigint') return wrap(value < 0n ? -value : value);
      return value === null || typeof value !== 'number' ? refuse('abs', value) : value < 0 ? -value : value;
    },
  ),
  rounding('ceil', Math.ceil),
  rounding('floor', Math.floor),
  rounding('round', roundAway),
  aggregate('max', (args, work) => extreme('max', args, work, 0)),
  aggregate('min', (args, work) => extreme('min', args, work, 0)),
  aggregate('mean', (args, work) => {
    const numbers = flatNumbers('mean', args, work, 0);
    return numbers.length === 0 ? 0 : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  }),
  aggregate('median', (args, work) => {
    const numbers = flatNumbers('median', args, work, 0).sort((a, b) => a - b);
    const [low = 0, high = 0] = [numbers[(numbers.length - 1) >> 1], numbers[numbers.length >> 1]];
    return low === high ? low : (low + high) / 2;
  }),
  bits('bitand', (x, y) => x & y),
  bits('bitor', (x, y) => x | y),
  bits('bitxor', (x, y) => x ^ y),
  bits('bitnand', (x, y) => x & ~y),
  bits('bitshl', (x, y) => (shift(y) > 63n ? 0n : x << y)),
  bits('bitshr', (x, y) => (shift(y) > 63n ? x >> 63n : x >> y)),
  bits('bitushr', (x, y) => (shift(y) > 63n ? 0n : BigInt.asUintN(64, x) >> y)),
  signed('bitnot', [[INT]], INT, (args) => wrap(~bit('bitnot', argument(args, 0)))),
];

/** The sum of numbers in lists of lists: how many there are does not matter, only their budget. */
function flatNumbers(name: string, args: readonly Value[], work: Work, depth: number): number[] {
  const numbers: number[] = [];
  for (const arg of args) {
    work.budget.step();
    if (isNumeric(arg)) numbers.push(Number(arg));
    else if (isList(arg)) {
      for (let index = 0; index < arg.length; index += 1) {
        for (const number of flatNumbers(name, [itemAt(arg, index)], work, deeper(depth)))
          numbers.push(number);
      }
    } else refuse(name, arg);
  }
  work.budget.grow(numbers.length);
  return numbers;
}

/** The largest or smallest of numbers and lists of them, the first of equals; nil of none. */
function extreme(name: 'max' | 'min', args: readonly Value[], work: Work, depth: number): Value {
  let best: Value = null;
  for (const arg of args) {
    work.budget.step();
    if (!isNumeric(arg) && !isList(arg)) return depth === 0 && args.length === 1 ? arg : refuse(name, arg);
    const found = isNumeric(arg) ? arg : extremeOf(name, arg, work, depth);
    if (found !== null && (best === null || isOrdered(best, name === 'max' ? '<' : '>', found))) best = found;
  }
  return best;
}

function extremeOf(name: 'max' | 'min', list: Value, work: Work, depth: number): Value {
  if (!isList(list)) return list;
  let best: Value = null;
  for (let index = 0; index < list.length; index += 1) {
    const item = itemAt(list, index);
    if (!isNumeric(item) && !isList(item)) return refuse(name, item);
    const found = extreme(name, [item], work, deeper(depth));
    if (found !== null && (best === null || isOrdered(best, name === 'max' ? '<' : '>', found))) best = found;
  }
  return best;
}

function aggregate(name: string, call: Builtin['call']): Builtin {
  const rule = (args: readonly Shape[]): Shape | string => {
    if (args.length === 0) return `not enough arguments to call ${name}`;
    for (const arg of args) {
      if (arg.kind === 'unknown' || arg.kind === 'list') return UNKNOWN;
      if (!isNumber(arg)) return refusal(name, arg);
    }
    const averages = name === 'mean' || name === 'median';
    return averages ? FLOAT : (args[0] ?? UNKNOWN);
  };
  return { name, check: { kind: 'rule', rule }, call };
}

function rounding(name: string, round: (value: number) => number): Builtin {
  return ruled(
    name,
    1,
    (shape) => (accepts(shape) ? FLOAT : refusal(name, shape)),
    ([value = null]) => (isNumeric(value) ? round(Number(value)) : refuse(name, value)),
  );
}

function bits(name: string, combine: (x: bigint, y: bigint) => bigint): Builtin {
  return signed(name, [[INT, INT]], INT, (args) =>
    wrap(combine(bit(name, argument(args, 0)), bit(name, argument(args, 1)))),
  );
}

function bit(name: string, value: Value): bigint {
  if (typeof value === 'bigint') return value;
  throw new Fault(`cannot use ${typeName(value)} as argument (type int) to call ${name}`);
}

function shift(count: bigint): bigint {
  if (count < 0n) throw new Fault(`invalid operation: negative shift count ${count} (type int)`);
  return count;
}

function accepts(shape: Shape): boolean {
  return isNumber(shape) || shape.kind === 'unknown';
}

function refusal(name: string, shape: Shape): string {
  return `invalid argument for ${name} (type ${shape.name})`;
}

function refuse(name: string, value: Value): never {
  throw new Fault(`invalid argument for ${name} (type ${typeName(value)})`);
}
