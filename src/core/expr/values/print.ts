import { formatNanos } from '../../../api/duration.ts';
import { type Budget, Fault } from '../budget.ts';
import { formatMoment, RFC3339_NANO } from '../dates/layout.ts';
import { monthName, weekdayName } from '../dates/moment.ts';
import {
  isAnyMap,
  isList,
  itemsOf,
  Moment,
  Named,
  ownValue,
  Span,
  typeName,
  type Value,
  Zone,
} from '../value.ts';
import { encodeBase64 } from './base64.ts';
import { deeper } from './compare.ts';
import { formatFloat } from './number.ts';

/** A value as Go prints it with `%v`: `[1 a <nil>]`, `map[a:1 b:2]`. */
export function formatValue(value: Value, budget: Budget, depth = 0): string {
  budget.step();
  if (value === null) return '<nil>';
  if (typeof value === 'number') return formatFloat(value);
  if (typeof value === 'string') return paid(value, budget);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) {
    return `[${itemsOf(value)
      .map((item) => formatValue(item, budget, deeper(depth)))
      .join(' ')}]`;
  }
  if (value instanceof Moment) return formatMoment(value, '2006-01-02 15:04:05.999999999 -0700 MST');
  if (value instanceof Span) return formatNanos(value.nanos);
  if (value instanceof Zone) return value.name;
  if (value instanceof Named) return nameOf(value);
  const pairs = entriesOf(value).map(([key, item]) => {
    return `${formatValue(key, budget, deeper(depth))}:${formatValue(item, budget, deeper(depth))}`;
  });
  return `map[${pairs.join(' ')}]`;
}

/** A value as JSON text with an indent of two, as Go writes it: sorted keys, `<`, `>` and `&` escaped. */
export function toJson(value: Value, budget: Budget, indent = '\n', depth = 0): string {
  budget.step();
  const within = `${indent}  `;
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value === 'string') return jsonText(paid(value, budget));
  if (value instanceof Uint8Array) return `"${encodeBase64(value)}"`;
  if (isList(value)) {
    const items = itemsOf(value).map((item) => within + toJson(item, budget, within, deeper(depth)));
    return items.length === 0 ? '[]' : `[${items.join(',')}${indent}]`;
  }
  if (value instanceof Moment) return `"${formatMoment(value, RFC3339_NANO)}"`;
  if (value instanceof Span) return String(value.nanos);
  if (value instanceof Named) return String(value.value);
  if (value instanceof Zone) return '{}';
  if (isAnyMap(value)) throw new Fault(`json: unsupported type: ${typeName(value)}`);
  const pairs = entriesOf(value).map(([key, item]) => {
    return `${within}${jsonText(formatValue(key, budget))}: ${toJson(item, budget, within, deeper(depth))}`;
  });
  return pairs.length === 0 ? '{}' : `{${pairs.join(',')}${indent}}`;
}

/** A text in double quotes as Go's `%q` writes it, for messages. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

function nameOf(value: Named): string {
  return value.type === 'time.Month' ? monthName(Number(value.value)) : weekdayName(Number(value.value));
}

/** Key and value of a map, sorted by key. */
function entriesOf(
  map: Exclude<Value, null | string | number | bigint | boolean>,
): readonly (readonly [Value, Value])[] {
  if (isAnyMap(map)) return [...map];
  const plain = map as Readonly<Record<string, Value>>;
  return Object.keys(plain)
    .sort()
    .map((key) => [key, ownValue(plain, key) ?? null] as const);
}

function paid(text: string, budget: Budget): string {
  budget.growText(text.length);
  return text;
}

function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Fault(`json: unsupported value: ${formatFloat(value)}`);
  if (Object.is(value, -0)) return '-0';
  // JavaScript and Go agree but for the exponent of small numbers: 1e-7 is 1e-07 in Go, which JSON cleans up
  // again.
  return String(value);
}

function jsonText(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
