import type { Schema } from './schema.ts';

const LEAF_KEYS = new Set(['default', 'enum', 'description', 'format', 'maximum', 'minimum', 'nullable']);

/**
 * What a kube-apiserver would say against a schema as a structural one, as `path: reason`; empty: nothing.
 * Rules: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralMistakes(schema: Schema, path = ''): readonly string[] {
  return [
    ...ownMistakes(schema).map((reason) => `${path}: ${reason}`),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
      structuralMistakes(child, `${path}.${name}`),
    ),
    ...(schema.items === undefined ? [] : structuralMistakes(schema.items, `${path}[]`)),
    ...(typeof schema.additionalProperties === 'object'
      ? structuralMistakes(schema.additionalProperties, `${path}.*`)
      : []),
  ];
}

function ownMistakes(schema: Schema): readonly string[] {
  const anything = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const intOrString = schema['x-kubernetes-int-or-string'] === true;
  const known = new Set(['type', 'items', 'properties', 'additionalProperties', 'required', ...LEAF_KEYS]);
  const checks: readonly (readonly [mistake: boolean, reason: string])[] = [
    [schema.type === undefined && !anything && !intOrString, 'has no type'],
    [schema.type !== undefined && intOrString, 'has a type beside int-or-string'],
    [schema.type === 'array' && schema.items === undefined, 'is a list without items'],
    [typeof schema.additionalProperties === 'boolean', 'is closed'],
    [
      schema.properties !== undefined && schema.additionalProperties !== undefined,
      'has properties and additionalProperties',
    ],
    [schema.default === null, 'has null for a default'],
    [
      Object.keys(schema).some((key) => !key.startsWith('x-kubernetes-') && !known.has(key)),
      'has a foreign key',
    ],
  ];
  return [
    ...checks.filter(([mistake]) => mistake).map(([, reason]) => reason),
    ...missingRequired(schema),
    ...listMistakes(schema),
  ];
}

function missingRequired(schema: Schema): readonly string[] {
  return (schema.required ?? [])
    .filter((name) => schema.properties?.[name] === undefined)
    .map((name) => `requires ${name}, which it does not have`);
}

/** The keys of a list that is a map must be there: required, or filled in by a default. */
function listMistakes(schema: Schema): readonly string[] {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map') return keys === undefined ? [] : ['has keys but is no map'];
  const { required = [], properties = {} } = schema.items ?? {};
  return (Array.isArray(keys) ? keys : [])
    .map(String)
    .filter((key) => !required.includes(key) && properties[key]?.default === undefined)
    .map((key) => `has the key ${key}, which may be absent`);
}
