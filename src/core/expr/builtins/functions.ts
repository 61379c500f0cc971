import { Fault } from '../budget.ts';
import { ANY, BOOL, FLOAT, INT64 } from '../shapes/shape.ts';
import { typeName, type Value } from '../value.ts';
import { parseFloat64, parseInt64, truncate } from '../values/number.ts';
import { formatValue } from '../values/print.ts';
import { type Builtin, conversion, signed, type Work } from './builtin.ts';

/**
 * The functions that conditions have besides the built-ins of the language. `isNil(x)` and `default(x, d)`
 * look at the whole measurement whatever their first argument is: so does the original, and conditions in use
 * depend on it.
 */
export function measurementFunctions(result: Value): ReadonlyMap<string, Builtin> {
  const own = [
    signed('isNil', [[ANY]], BOOL, () => result === null),
    signed('default', [[ANY, ANY]], ANY, (args) => (result === null ? (args[1] ?? null) : result)),
  ];
  return new Map([...NUMBER_FUNCTIONS, ...own].map((builtin) => [builtin.name, builtin]));
}

/** Functions that depend on their arguments only; those about numbers are known to time expressions too. */
export const NUMBER_FUNCTIONS: readonly Builtin[] = [
  signed('asInt', [[ANY]], INT64, ([value = null], work) => asInt(value, work)),
  signed('asFloat', [[ANY]], FLOAT, ([value = null], work) => asFloat(value, work)),
  signed('isNaN', [[FLOAT]], BOOL, ([value = null]) => Number.isNaN(requireFloat(value))),
  signed('isInf', [[FLOAT]], BOOL, ([value = null]) => {
    const number = requireFloat(value);
    return !Number.isFinite(number) && !Number.isNaN(number);
  }),
];

function asInt(value: Value, work: Work): Value {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return truncate(value);
  if (typeof value !== 'string') throw unsupported('asInt', value, work);
  const parsed = parseInt64(value);
  if (parsed.kind === 'number') return parsed.value;
  throw new Fault(`strconv.ParseInt: parsing ${JSON.stringify(value)}: ${parsed.why}`);
}

function asFloat(value: Value, work: Work): Value {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  if (typeof value !== 'string') throw unsupported('asFloat', value, work);
  const parsed = parseFloat64(value);
  if (parsed.kind === 'number') return parsed.value;
  throw new Fault(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: ${parsed.why}`);
}

/**
 * An integer is as good as a float here: the original takes integer literals, and fails on other integers.
 */
function requireFloat(value: Value): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  throw conversion(value, 'float64');
}

function unsupported(name: string, value: Value, work: Work): Fault {
  return new Fault(`${name}() not supported on ${typeName(value)} ${formatValue(value, work.budget)}`);
}
