import { type Budget, Fault } from '../budget.ts';
import { ANY, ANY_MAP, FLOAT, INT, isNumber, LIST, type Shape, STRING } from '../shapes/shape.ts';
import { isList, itemAt, Moment, Named, Span, typeName, type Value, Zone } from '../value.ts';
import { entry, keysOf, lengthOf } from '../values/access.ts';
import { decodeBase64, encodeBase64 } from '../values/base64.ts';
import { parseFloat64, parseInt64, truncate } from '../values/number.ts';
import { formatValue, toJson } from '../values/print.ts';
import { countCharacters, decodeUtf8, encodeUtf8 } from '../values/utf8.ts';
import {
  type Builtin,
  conversion,
  kindName,
  listArgument,
  ruled,
  signed,
  textArgument,
  type Work,
} from './builtin.ts';

/** Built-ins that convert values, and those about maps. */
export const DATA_BUILTINS: readonly Builtin[] = [
  ruled(
    'len',
    1,
    (shape) => {
      const countable = ['list', 'map', 'string', 'unknown'].includes(shape.kind);
      return countable ? INT : `invalid argument for len (type ${shape.name})`;
    },
    ([value = null], work) => length(value, work),
  ),
  signed('type', [[ANY]], STRING, ([value = null]) => typeOf(value)),
  ruled(
    'int',
    1,
    (shape) => convertible('int', shape, INT),
    ([value = null]) => toInt(value),
  ),
  ruled(
    'float',
    1,
    (shape) => convertible('float', shape, FLOAT),
    ([value = null]) => toFloat(value),
  ),
  signed('string', [[ANY]], STRING, ([value = null], work) => formatValue(value, work.budget)),
  signed('toJSON', [[ANY]], STRING, ([value = null], work) => toJson(value, work.budget)),
  signed('fromJSON', [[STRING]], ANY, (args, work) => fromJson(textArgument(args, 0), work.budget)),
  signed('toBase64', [[STRING]], STRING, (args, work) => {
    work.budget.growText(textArgument(args, 0).length * 2);
    return encodeBase64(encodeUtf8(textArgument(args, 0)));
  }),
  signed('fromBase64', [[STRING]], STRING, (args, work) => {
    work.budget.growText(textArgument(args, 0).length);
    const bytes = decodeBase64(textArgument(args, 0));
    if (bytes === null) throw new Fault('illegal base64 data');
    return decodeUtf8(bytes);
  }),
  ruled(
    'keys',
    1,
    (shape) => mapRule('get keys from', shape),
    ([map = null], work) => {
      return paid(requireKeys(map, 'get keys from'), work);
    },
  ),
  ruled(
    'values',
    1,
    (shape) => mapRule('get values from', shape),
    ([map = null], work) => {
      return paid(requireKeys(map, 'get values from'), work).map((key) => entry(map, key) ?? null);
    },
  ),
  ruled(
    'toPairs',
    1,
    (shape) => mapRule('transform', shape, ' to pairs'),
    ([map = null], work) => {
      const keys = paid(requireKeys(map, 'transform', ' to pairs'), work);
      return keys.map((key) => [key, entry(map, key) ?? null]);
    },
  ),
  ruled(
    'fromPairs',
    1,
    (shape) => {
      return shape.kind === 'unknown' || shape.kind === 'list'
        ? ANY_MAP
        : `cannot transform ${shape.name} from pairs`;
    },
    fromPairs,
  ),
];

/** Reads JSON text into plain data. Numbers become floats. */
export function fromJson(text: string, budget: Budget): Value {
  budget.growText(text.length);
  budget.step(text.length);
  try {
    return JSON.parse(text) as Value;
  } catch {
    throw new Fault('fromJSON: the text is not valid JSON');
  }
}

function length(value: Value, work: Work): Value {
  if (typeof value !== 'string') return BigInt(lengthOf(value, work.budget));
  work.budget.step(value.length >> 3);
  return BigInt(countCharacters(value));
}

function typeOf(value: Value): string {
  if (value === null) return 'nil';
  if (value instanceof Moment || value instanceof Span || value instanceof Named) return typeName(value);
  if (value instanceof Zone) return 'unknown';
  if (isList(value)) return 'array';
  const name = typeName(value);
  return name === 'float64' ? 'float' : name.startsWith('map[') ? 'map' : name;
}

function convertible(name: string, shape: Shape, to: Shape): Shape | string {
  if (isNumber(shape) || shape.kind === 'unknown' || shape.kind === 'string') return to;
  // Durations, months and weekdays are integers below their names.
  if (name === 'int' && (shape.kind === 'named' || shape.kind === 'duration')) return to;
  return `invalid argument for ${name} (type ${shape.name})`;
}

function toInt(value: Value): Value {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return truncate(value);
  if (value instanceof Named) return value.value;
  if (value instanceof Span) return value.nanos;
  const parsed = typeof value === 'string' ? parseInt64(value) : null;
  if (parsed?.kind === 'number') return parsed.value;
  throw new Fault(`invalid operation: int(${typeof value === 'string' ? value : typeName(value)})`);
}

function toFloat(value: Value): Value {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  const parsed = typeof value === 'string' ? parseFloat64(value) : null;
  if (parsed?.kind === 'number') return parsed.value;
  throw new Fault(`invalid operation: float(${typeof value === 'string' ? value : typeName(value)})`);
}

function mapRule(verb: string, shape: Shape, tail = ''): Shape | string {
  return shape.kind === 'unknown' || shape.kind === 'map' ? LIST : `cannot ${verb} ${shape.name}${tail}`;
}

function requireKeys(map: Value, verb: string, tail = ''): readonly Value[] {
  const keys = keysOf(map);
  if (keys === null) throw new Fault(`cannot ${verb} ${kindName(map)}${tail}`);
  return keys;
}

function paid(keys: readonly Value[], work: Work): readonly Value[] {
  work.budget.grow(keys.length);
  return keys;
}

function fromPairs(args: readonly Value[], work: Work): Value {
  const list = listArgument(args, 0, 'transform from pairs');
  work.budget.grow(list.length);
  const map = new Map<Value, Value>();
  for (let index = 0; index < list.length; index += 1) {
    const pair = itemAt(list, index);
    if (!isList(pair)) throw new Fault(`invalid pair ${formatValue(pair, work.budget)}`);
    if (pair.length !== 2) throw new Fault(`invalid pair length ${formatValue(pair, work.budget)}`);
    const key = itemAt(pair, 0);
    if (isList(key)) throw conversion(key, 'a key of a map');
    map.set(key, itemAt(pair, 1));
  }
  return map;
}
