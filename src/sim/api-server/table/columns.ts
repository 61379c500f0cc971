import type { Json, Manifest } from '../../../api/meta.ts';
import { findAll } from '../../../core/jsonpath/find.ts';
import type { Column, Served, Version } from '../catalog.ts';
import { qualified } from '../errors.ts';
import { age } from './age.ts';
import { clusterColumns } from './cluster.ts';
import { networkColumns } from './network.ts';
import type { Cell, TableColumn } from './table.ts';
import { workloadColumns } from './workloads.ts';

/** The columns of a kind: its own, those of its definition, or name and age. */
export function columnsOf(served: Served, version: Version): readonly TableColumn[] {
  const own = builtin[qualified(served.kind)];
  if (own !== undefined) return own;
  if (version.columns.length > 0) return [nameColumn, ...customColumns(version.columns)];
  return served.origin === 'built-in'
    ? [nameColumn, createdColumn]
    : [nameColumn, { ...ageColumn, type: 'date' }];
}

const nameColumn: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  priority: 0,
  cell: ({ metadata }) => metadata.name,
};

const ageColumn = column('Age', ({ metadata }, now) => age(metadata.creationTimestamp, now));
const createdColumn: TableColumn = {
  ...column('Created At', ({ metadata }) => metadata.creationTimestamp ?? null),
  type: 'date',
};

const builtin: Readonly<Record<string, readonly TableColumn[]>> = Object.fromEntries(
  Object.entries({ ...workloadColumns, ...networkColumns, ...clusterColumns }).map(([resource, columns]) => {
    const all = columns.map((spec): TableColumn => {
      if (spec === 'name') return nameColumn;
      if (spec === 'age') return ageColumn;
      const [name, cell, more] = spec;
      return { ...column(name, cell), ...more };
    });
    return [resource, all];
  }),
);

function column(name: string, cell: TableColumn['cell']): TableColumn {
  return { name, type: 'string', format: '', description: '', priority: 0, cell };
}

const made = new WeakMap<readonly Column[], readonly TableColumn[]>();

function customColumns(columns: readonly Column[]): readonly TableColumn[] {
  const known = made.get(columns);
  if (known !== undefined) return known;
  const custom = columns.map(
    ({ name, type, format = '', description = '', priority = 0, jsonPath }): TableColumn => ({
      name,
      type,
      format,
      description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
      priority,
      cell: (object, now) => customCell(type, firstAt(object, jsonPath), now),
    }),
  );
  made.set(columns, custom);
  return custom;
}

function firstAt(object: Manifest, path: string): Json | undefined {
  const found = findAll(`{${path}}`, object as unknown as Json);
  return found.kind === 'found' ? found.results[0]?.[0] : undefined;
}

/** Source: cellForJSONValue of k8s.io/apiextensions-apiserver. */
function customCell(type: string, value: Json | undefined, now: number): Cell {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'string':
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    case 'date':
      return typeof value === 'string' ? age(value, now) : null;
    default:
      return null;
  }
}
