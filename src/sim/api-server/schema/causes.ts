import type { Json } from '../../../api/meta.ts';
import type { Cause } from '../errors.ts';

/** As kube-apiserver words what is wrong with the value of a field. */
export const causes = {
  type: (field: string, value: Json, type: string): Cause => {
    const found = quoted(wordFor(value));
    const message = `Invalid value: ${found}: ${field} in body must be of type ${type}: ${found}`;
    return { reason: 'FieldValueTypeInvalid', message, field };
  },
  format: (field: string, value: string, format: string): Cause => {
    const found = quoted(value);
    const message = `Invalid value: ${found}: ${field} in body must be of type ${format}: ${found}`;
    return { reason: 'FieldValueTypeInvalid', message, field };
  },
  required: (field: string): Cause => ({
    reason: 'FieldValueRequired',
    message: 'Required value',
    field,
  }),
  unsupported: (field: string, value: Json, supported: readonly Json[]): Cause => {
    const list = supported.map(printed).join(', ');
    const message = `Unsupported value: ${printed(value)}: supported values: ${list}`;
    return { reason: 'FieldValueNotSupported', message, field };
  },
  /** `rule` is what comes after the path, such as `should be at least 1 chars long`. */
  body: (field: string, value: Json, rule: string): Cause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${printed(value)}: ${field} in body ${rule}`,
    field,
  }),
  invalid: (field: string, value: Json, why: string): Cause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${printed(value)}: ${why}`,
    field,
  }),
  tooMany: (field: string, count: number, most: number): Cause => ({
    reason: 'FieldValueTooMany',
    message: `Too many: ${count}: must have at most ${most} items`,
    field,
  }),
  tooLong: (field: string, most: number): Cause => ({
    reason: 'FieldValueTooLong',
    message: `Too long: may not be more than ${most} bytes`,
    field,
  }),
  duplicate: (field: string, value: Json): Cause => ({
    reason: 'FieldValueDuplicate',
    message: `Duplicate value: ${printed(value)}`,
    field,
  }),
  /** Of `oneOf` and its like, which forget the field they belong to. */
  combination: (field: string, rule: string): Cause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: "": ${quoted(field)} must ${rule}`,
    field: '<nil>',
  }),
  /** Of an expression. */
  rule: (field: string, message: string): Cause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${message}`,
    field,
  }),
  /** That the expressions of a schema were not asked at all. */
  unchecked: (): Cause => ({
    reason: 'FieldValueInvalid',
    message:
      'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    field: '<nil>',
  }),
} as const;

/** What OpenAPI calls the type of a value. */
function wordFor(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return isWhole(value) ? 'integer' : 'number';
  return typeof value;
}

/** A number beyond 64 bits, and one with a fraction, is none to Go. */
export function isWhole(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= 2 ** 63;
}

function printed(value: Json): string {
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
