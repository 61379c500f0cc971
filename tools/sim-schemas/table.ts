import type { GoField, GoFields } from './go-source.ts';

/** A schema of /openapi/v3, as far as it is read. */
export interface OpenApi {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, OpenApi>>;
  readonly additionalProperties?: OpenApi;
  readonly items?: OpenApi;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly allOf?: readonly OpenApi[];
  readonly $ref?: string;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
}

/** The table of built-in kinds: see `src/sim/api-server/schema/builtin.ts`, which reads it. */
export interface Table {
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, readonly string[]>>;
}

type Schemas = Readonly<Record<string, OpenApi>>;

/** Makes the table: the kinds of each group, and all types that they need, in the order of their names. */
export function tableOf(
  schemas: Schemas,
  groups: Readonly<Record<string, readonly string[]>>,
  go: GoFields,
): Table {
  const kinds: Record<string, string> = {
    'apiextensions.k8s.io/v1 CustomResourceDefinition': 'apiextensions.v1.CustomResourceDefinition',
    'v1 DeleteOptions': 'meta.v1.DeleteOptions',
  };
  // A CustomResourceDefinition holds whole schemas; of them nothing is checked here.
  const definition = [
    'apiVersion:string',
    'kind:string',
    'metadata+:meta.v1.ObjectMeta',
    'spec:any',
    'status:any',
  ];
  const types = new Map<string, readonly string[]>([
    ['apiextensions.v1.CustomResourceDefinition', definition],
  ]);
  const todo = ['meta.v1.ObjectMeta', 'meta.v1.DeleteOptions'];
  for (const [group, names] of Object.entries(groups)) {
    for (const kind of names) {
      const name = rootOf(schemas, group, kind);
      kinds[`${group.replace(/^apis?\//, '')} ${kind}`] = name;
      todo.push(name);
    }
  }
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (types.has(name)) continue;
    const { lines, refs } = typeOf(name, schemas, go);
    types.set(name, lines);
    todo.push(...refs);
  }
  return { kinds: sorted(Object.entries(kinds)), types: sorted([...types]) };
}

function sorted<T>(entries: readonly [string, T][]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const prefixes: readonly (readonly [string, string])[] = [
  ['io.k8s.apimachinery.pkg.apis.meta.', 'meta.'],
  ['io.k8s.api.', ''],
];

function shortName(long: string): string {
  const found = prefixes.find(([prefix]) => long.startsWith(prefix));
  return found === undefined ? long : found[1] + long.slice(found[0].length);
}

function rootOf(schemas: Schemas, group: string, kind: string): string {
  const [api = '', version = ''] = group.replace(/^apis?\//, '').split('/');
  const folder = version === '' ? `core.${api}` : `${api.split('.')[0] ?? ''}.${version}`;
  const name = `${folder}.${kind}`;
  if (schemas[`io.k8s.api.${name}`] === undefined) throw new Error(`sim-schemas: no ${kind} in ${group}`);
  return name;
}

function typeOf(
  name: string,
  schemas: Schemas,
  go: GoFields,
): { readonly lines: readonly string[]; readonly refs: readonly string[] } {
  const long = [...prefixes].map(([prefix, short]) => prefix + name.slice(short.length));
  const schema = long.map((candidate) => schemas[candidate]).find((found) => found !== undefined);
  if (schema === undefined) throw new Error(`sim-schemas: no type ${name}`);
  const refs: string[] = [];
  const atomic = schema['x-kubernetes-map-type'] === 'atomic' ? ['@atomic'] : [];
  const fields = Object.entries(schema.properties ?? {}).map(([field, of]) => {
    const isRequired = schema.required?.includes(field) === true;
    return fieldLine({ name: field, isRequired, of, go: go.get(name)?.get(field), owner: name }, refs);
  });
  return { lines: [...atomic, ...fields], refs };
}

interface Field {
  readonly name: string;
  readonly isRequired: boolean;
  readonly of: OpenApi;
  readonly go: GoField | undefined;
  readonly owner: string;
}

function fieldLine({ name, isRequired, of, go, owner }: Field, refs: string[]): string {
  const type = typeText(of, refs);
  if (go === undefined && name !== 'apiVersion' && name !== 'kind') {
    throw new Error(`sim-schemas: no Go field for ${owner}.${name}`);
  }
  const words = [
    `${name}${isRequired ? '!' : ''}${emptyMark(type, go)}:${type}`,
    ...defaultWord(of.default),
    ...(of.enum === undefined ? [] : [`enum=${of.enum.join(',')}`]),
    ...(of['x-kubernetes-map-type'] === 'atomic' ? ['atomic'] : []),
    ...patchWords(of),
  ];
  return words.join(' ');
}

/** `+`: written even when empty. `~`: kept as it was given. No mark: left out when empty. */
function emptyMark(type: string, go: GoField | undefined): string {
  if (go === undefined || go.omits === 'zero') return '';
  if (go.isPointer) return go.omits === 'never' ? '+' : '~';
  const isStruct = /^[a-z]\w*\.v\d\.\w+$|^(time|micro-time|quantity|int-or-string)$/.test(type);
  return go.omits === 'never' || isStruct ? '+' : '';
}

function defaultWord(value: unknown): readonly string[] {
  const isZero = value === '' || value === 0;
  return !isZero && (typeof value === 'string' || typeof value === 'number') ? [`default=${value}`] : [];
}

function patchWords(of: OpenApi): readonly string[] {
  const strategies = of['x-kubernetes-patch-strategy']?.split(',') ?? [];
  const key = of['x-kubernetes-patch-merge-key'] ?? '';
  return [
    ...(strategies.includes('merge') ? [`merge=${key}`] : []),
    ...(strategies.includes('retainKeys') ? ['retainKeys'] : []),
    ...(strategies.includes('replace') ? ['replace'] : []),
  ];
}

const wellKnown: Readonly<Record<string, string>> = {
  'meta.v1.Time': 'time',
  'meta.v1.MicroTime': 'micro-time',
  'meta.v1.FieldsV1': 'any',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'int-or-string',
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'any',
};

function typeText(of: OpenApi, refs: string[]): string {
  const ref = of.$ref ?? of.allOf?.[0]?.$ref;
  if (ref !== undefined) {
    const name = shortName(ref.slice('#/components/schemas/'.length));
    const known = wellKnown[name];
    if (known === undefined) refs.push(name);
    return known ?? name;
  }
  if (of.type === 'array') return `${listText(of)}${typeText(of.items ?? {}, refs)}`;
  if (of.additionalProperties !== undefined) return `{}${typeText(of.additionalProperties, refs)}`;
  if (of.type === 'integer') return of.format ?? 'int64';
  if (of.type === 'string' && of.format === 'byte') return 'bytes';
  return of.type ?? 'any';
}

/** `[]` has one owner, `[=]` is a set, `[a,b]` a map by these fields. */
function listText(of: OpenApi): string {
  if (of['x-kubernetes-list-type'] === 'set') return '[=]';
  if (of['x-kubernetes-list-type'] !== 'map') return '[]';
  return `[${(of['x-kubernetes-list-map-keys'] ?? []).join(',')}]`;
}
