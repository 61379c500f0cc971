import { formatNanos } from '../../../src/api/duration.ts';
import { formatMoment, RFC3339_NANO } from '../../../src/core/expr/dates/layout.ts';
import {
  isAnyMap,
  isList,
  itemsOf,
  Moment,
  Named,
  Span,
  type Value,
  Zone,
} from '../../../src/core/expr/value.ts';
import { formatFloat } from '../../../src/core/expr/values/number.ts';

/**
 * Writes a value so that its type can be told: `i:1` is an integer and `f:1` a float. The oracle does the
 * same.
 */
export function show(value: Value): string {
  if (value === null) return 'nil';
  if (typeof value === 'number') return `f:${formatFloat(value)}`;
  if (typeof value === 'bigint') return `i:${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Moment) return `t:${formatMoment(value, RFC3339_NANO)}`;
  if (value instanceof Span) return `d:${formatNanos(value.nanos)}`;
  if (value instanceof Zone) return `z:${value.name}`;
  if (value instanceof Named) return `i:${value.value}`;
  if (value instanceof Uint8Array) return `b:${Buffer.from(value).toString('hex')}`;
  if (isList(value)) return `[${itemsOf(value).map(show).join(',')}]`;
  const entries = isAnyMap(value) ? [...value] : Object.entries(value);
  const pairs = entries.map(([key, item]) => `${show(key)}:${show(item)}`);
  return `{${pairs.sort().join(',')}}`;
}
