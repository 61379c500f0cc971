import { parseFloat64, parseInt64 } from '../core/expr/values/number.ts';
import { parseCsv } from './influxdb-csv.ts';

/** What a field of a table holds. */
export type Scalar = null | boolean | number | bigint | string;

/** What an answer in annotated CSV holds. */
export type Outcome =
  | { readonly kind: 'values'; readonly values: readonly Scalar[] }
  /** The query failed, perhaps after some rows. */
  | { readonly kind: 'error'; readonly message: string }
  /** Tables that hold no measurement. */
  | { readonly kind: 'odd'; readonly reason: string }
  | { readonly kind: 'unreadable' };

/** Columns of a table as its annotations describe them; `names` is null until the row of names has come. */
interface Table {
  readonly types: readonly string[];
  readonly defaults: readonly string[];
  readonly names: readonly string[] | null;
}

/**
 * Reads the column `_value` of all tables. A table begins with its annotations, then come the names of its
 * columns, then its rows; a field that is empty has the default of its column.
 * Source: https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/
 */
export function valuesIn(body: string): Outcome {
  const rows = parseCsv(body);
  if (rows === null) return { kind: 'unreadable' };
  const values: Scalar[] = [];
  let table: Table | null = null;
  for (const [mark = '', ...fields] of rows) {
    if (mark.startsWith('#')) {
      const before: Table = table === null || table.names !== null ? empty : table;
      table = annotated(before, mark, fields);
      continue;
    }
    if (table === null || fields.length !== table.types.length) return { kind: 'unreadable' };
    if (table.names === null) {
      table = { ...table, names: fields };
      continue;
    }
    if (table.names[0] === 'error') return { kind: 'error', message: fields[0] || 'unknown query error' };
    const at = table.names.indexOf('_value');
    if (at === -1) return { kind: 'odd', reason: 'the answer has no column _value' };
    const type = table.types[at] ?? '';
    const value = typed(fields[at] || table.defaults[at] || '', type);
    if (value === undefined) return { kind: 'odd', reason: `a value of type ${type} cannot be read` };
    values.push(value);
  }
  return { kind: 'values', values };
}

const empty: Table = { types: [], defaults: [], names: null };

function annotated(table: Table, mark: string, fields: readonly string[]): Table {
  if (mark === '#datatype') return { ...table, types: fields };
  return mark === '#default' ? { ...table, defaults: fields } : table;
}

/** Undefined for what is not of its type. Integers that do not fit into 64 bits with a sign are floats. */
function typed(text: string, type: string): Scalar | undefined {
  if (text === '') return null;
  switch (type) {
    case 'double':
      return float(text);
    case 'long':
    case 'unsignedLong': {
      const integer = parseInt64(text);
      return integer.kind === 'number' ? integer.value : float(text);
    }
    case 'boolean':
      return text.toLowerCase() !== 'false';
    case 'string':
    case 'duration':
    case 'base64Binary':
    case 'dateTime:RFC3339':
    case 'dateTime:RFC3339Nano':
      return text;
    default:
      return undefined;
  }
}

function float(text: string): number | undefined {
  const number = parseFloat64(text);
  return number.kind === 'number' ? number.value : undefined;
}
