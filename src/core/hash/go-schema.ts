import { goTypes } from './go-types.ts';

/**
 * A type of Go as far as its JSON is concerned. Structs are looked up by name, since tables may refer to
 * later ones.
 */
export type GoType =
  | { readonly kind: 'string' | 'bool' | 'int32' | 'int64' | 'quantity' | 'intorstring' | 'time' | 'raw' }
  | { readonly kind: 'pointer'; readonly to: GoType }
  | { readonly kind: 'list'; readonly of: GoType }
  | { readonly kind: 'map'; readonly of: GoType }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: readonly GoField[] };

/**
 * A struct's field; `omit` says when Go leaves it out (`never`, when empty). `label` is the name as JSON,
 * with colon.
 */
export interface GoField {
  readonly name: string;
  readonly label: string;
  readonly omit: 'never' | 'empty';
  readonly type: GoType;
}

/** The type of that name in the table of Go types. Throws if there is none: that is a mistake of ours. */
export function goStruct(name: string): GoType {
  const found = structs.get(name);
  if (found === undefined) throw new Error(`hash: no Go type ${name}`);
  return found;
}

const structs = readTable(goTypes);

function readTable(table: string): ReadonlyMap<string, GoType> {
  const lines = table.trim().replaceAll('\n  ', ' ').split('\n');
  const open = new Map<string, { kind: 'struct'; name: string; fields: GoField[] }>();
  for (const line of lines) {
    const name = line.split(' ', 1)[0] ?? '';
    open.set(name, { kind: 'struct', name, fields: [] });
  }
  for (const line of lines) {
    const [name = '', ...fields] = line.split(' ');
    for (const field of fields) open.get(name)?.fields.push(readField(field, open));
  }
  return open;
}

function readField(text: string, named: ReadonlyMap<string, GoType>): GoField {
  const match = /^(\w+)([?~]?):(.+)$/.exec(text);
  if (match === null) throw new Error(`hash: cannot read the Go field ${text}`);
  const [, name = '', mark, shape = ''] = match;
  const omit = mark === '' ? 'never' : 'empty';
  return { name, label: `${JSON.stringify(name)}:`, omit, type: readType(shape, named) };
}

function readType(shape: string, named: ReadonlyMap<string, GoType>): GoType {
  if (shape.startsWith('*')) return { kind: 'pointer', to: readType(shape.slice(1), named) };
  if (shape.startsWith('[]')) return { kind: 'list', of: readType(shape.slice(2), named) };
  if (shape.startsWith('{}')) return { kind: 'map', of: readType(shape.slice(2), named) };
  switch (shape) {
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'quantity':
    case 'intorstring':
    case 'time':
    case 'raw':
      return { kind: shape };
    default: {
      const struct = named.get(shape);
      if (struct === undefined) throw new Error(`hash: cannot read the Go type ${shape}`);
      return struct;
    }
  }
}
