import type { Json, JsonObject } from '../../../api/meta.ts';
import { isList, isObject, own } from '../patch/object.ts';
import { ANYTHING, type Rules, type Schema, type SchemaType } from './schema.ts';

/**
 * The schema of a version as it stands in a CustomResourceDefinition, with the fields that every object has.
 */
export function readCrdVersion(version: object, metadata: Schema): Schema {
  const holder = isObject(version) ? own(version, 'schema') : undefined;
  const raw = isObject(holder) ? own(holder, 'openAPIV3Schema') : undefined;
  return withIdentity(readOpenApi(raw, metadata), metadata);
}

/** Every object has these, whatever its schema says of them. */
function withIdentity(schema: Schema, metadata: Schema): Schema {
  const text: Schema = { ...ANYTHING, type: 'string', keepsUnknown: false, isNullable: false };
  return {
    ...schema,
    type: 'object',
    fields: new Map([...schema.fields, ['apiVersion', text], ['kind', text], ['metadata', metadata]]),
  };
}

/**
 * Reads a structural schema, as it stands in a CustomResourceDefinition. What is written wrong is passed
 * over: the API server would not have stored it.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */
function readOpenApi(raw: unknown, metadata: Schema): Schema {
  if (!isObject(raw)) return ANYTHING;
  const type = typeOf(raw);
  const additional = own(raw, 'additionalProperties');
  const listType = own(raw, 'x-kubernetes-list-type');
  const schema: Schema = {
    ...ANYTHING,
    type,
    format: textOf(raw, 'format'),
    fields: fieldsOf(own(raw, 'properties'), metadata),
    values: isObject(additional) ? readOpenApi(additional, metadata) : additional === true ? ANYTHING : null,
    items: type === 'array' ? readOpenApi(own(raw, 'items'), metadata) : null,
    required: textsOf(raw, 'required'),
    keepsUnknown: type === 'any' || isTrue(raw, 'x-kubernetes-preserve-unknown-fields'),
    isResource: isTrue(raw, 'x-kubernetes-embedded-resource'),
    isNullable: isTrue(raw, 'nullable'),
    default: own(raw, 'default'),
    list: listType === 'set' || listType === 'map' ? listType : 'atomic',
    keys: textsOf(raw, 'x-kubernetes-list-map-keys'),
    isAtomic: own(raw, 'x-kubernetes-map-type') === 'atomic',
    rules: rulesOf(raw, metadata),
  };
  return schema.isResource ? withIdentity(schema, metadata) : schema;
}

const types: readonly string[] = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

function typeOf(raw: JsonObject): SchemaType {
  if (isTrue(raw, 'x-kubernetes-int-or-string')) return 'int-or-string';
  const type = own(raw, 'type');
  return typeof type === 'string' && types.includes(type) ? (type as SchemaType) : 'any';
}

function fieldsOf(raw: Json | undefined, metadata: Schema): ReadonlyMap<string, Schema> {
  if (!isObject(raw)) return ANYTHING.fields;
  return new Map(Object.entries(raw).map(([name, schema]) => [name, readOpenApi(schema, metadata)]));
}

/** The keywords that are numbers, texts or switches, and what we call them. */
const plain: Readonly<Record<string, { readonly as: keyof Rules; readonly type: string }>> = {
  pattern: { as: 'pattern', type: 'string' },
  minimum: { as: 'minimum', type: 'number' },
  maximum: { as: 'maximum', type: 'number' },
  exclusiveMinimum: { as: 'isAboveMinimum', type: 'boolean' },
  exclusiveMaximum: { as: 'isBelowMaximum', type: 'boolean' },
  multipleOf: { as: 'multipleOf', type: 'number' },
  minLength: { as: 'minLength', type: 'number' },
  maxLength: { as: 'maxLength', type: 'number' },
  minItems: { as: 'minItems', type: 'number' },
  maxItems: { as: 'maxItems', type: 'number' },
  uniqueItems: { as: 'isUnique', type: 'boolean' },
  minProperties: { as: 'minProperties', type: 'number' },
  maxProperties: { as: 'maxProperties', type: 'number' },
};

function rulesOf(raw: JsonObject, metadata: Schema): Rules | null {
  const rules: Record<string, unknown> = {};
  for (const [keyword, { as, type }] of Object.entries(plain)) {
    const value = own(raw, keyword);
    if (typeof value === type) rules[as] = value;
  }
  const values = own(raw, 'enum');
  if (isList(values)) rules['enum'] = values;
  for (const keyword of ['allOf', 'anyOf', 'oneOf'] as const) {
    const options = own(raw, keyword);
    // The two options of an integer or a string say no more than its type does.
    if (isList(options) && typeOf(raw) !== 'int-or-string')
      rules[keyword] = options.map((option) => readOption(option, metadata));
  }
  const not = own(raw, 'not');
  if (isObject(not)) rules['not'] = readOption(not, metadata);
  const expressions = own(raw, 'x-kubernetes-validations');
  if (isList(expressions)) rules['expressions'] = expressions.filter(isObject).map(readExpression);
  return Object.keys(rules).length === 0 ? null : (rules as Rules);
}

/** Inside of `anyOf` and its like nothing is pruned, defaulted or nullable by itself. */
function readOption(raw: Json, metadata: Schema): Schema {
  return { ...readOpenApi(raw, metadata), keepsUnknown: true };
}

function readExpression(raw: JsonObject): { readonly rule: string; readonly message: string } {
  const rule = textOf(raw, 'rule').trim();
  const message = textOf(raw, 'message').trim();
  return { rule, message: message === '' ? `failed rule: ${rule}` : message };
}

function textOf(raw: JsonObject, key: string): string {
  const value = own(raw, key);
  return typeof value === 'string' ? value : '';
}

function textsOf(raw: JsonObject, key: string): readonly string[] {
  const value = own(raw, key);
  return isList(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isTrue(raw: JsonObject, key: string): boolean {
  return own(raw, key) === true;
}
