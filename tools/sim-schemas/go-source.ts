/** A field of a Go struct, as far as its JSON is concerned. */
export interface GoField {
  readonly isPointer: boolean;
  /** Left out when it is empty: `omitempty` for anything but a struct, `omitzero` for structs too. */
  readonly omits: 'never' | 'empty' | 'zero';
}

/** By the name of a struct, such as `core.v1.Container`, its fields by their name in JSON. */
export type GoFields = ReadonlyMap<string, ReadonlyMap<string, GoField>>;

interface Package {
  /** As in names of the table: `core.v1`. */
  readonly name: string;
  readonly source: string;
}

/**
 * Reads the structs out of Go sources in the style of k8s.io/api: one field a line, with a tag. Fields of
 * embedded structs belong to the struct around them.
 */
export function goFields(packages: readonly Package[]): GoFields {
  const raw = new Map<string, readonly RawField[]>();
  for (const { name, source } of packages) {
    for (const [, type = '', body = ''] of source.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms)) {
      raw.set(`${name}.${type}`, readBody(body));
    }
  }
  return new Map([...raw.keys()].map((name) => [name, new Map(resolve(name, raw))]));
}

interface RawField {
  readonly name: string;
  readonly type: string;
  readonly options: readonly string[];
}

function readBody(body: string): readonly RawField[] {
  const lines = body.matchAll(/^\t(?:\w+[ \t]+)?([*[\]\w.]+)[ \t]+`json:"([^"]*)"/gm);
  return [...lines].map(([, type = '', tag = '']) => {
    const [name = '', ...options] = tag.split(',');
    return { name, type, options };
  });
}

function resolve(name: string, raw: ReadonlyMap<string, readonly RawField[]>): readonly [string, GoField][] {
  const home = name.slice(0, name.lastIndexOf('.'));
  return (raw.get(name) ?? []).flatMap((field): readonly [string, GoField][] => {
    if (field.name === '') return resolve(embedded(field.type, home), raw);
    const omits = field.options.includes('omitzero')
      ? 'zero'
      : field.options.includes('omitempty')
        ? 'empty'
        : 'never';
    return [[field.name, { isPointer: field.type.startsWith('*'), omits }]];
  });
}

function embedded(type: string, home: string): string {
  return type.startsWith('metav1.') ? `meta.v1.${type.slice('metav1.'.length)}` : `${home}.${type}`;
}
