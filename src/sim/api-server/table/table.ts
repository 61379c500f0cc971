import type { Manifest } from '../../../api/meta.ts';
import type { Served, Version } from '../catalog.ts';
import { columnsOf } from './columns.ts';

/** What cells need to know beside the object. */
export interface Cells {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How much of each object goes along: `None`, `Metadata` or `Object`. */
  readonly include: string;
}

/** A value of a cell. */
export type Cell = string | number | boolean | null;

/** One column of a built-in kind or of a custom one. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** Above 0: shown with `-o wide` only. */
  readonly priority: number;
  readonly cell: (object: Manifest, now: number) => Cell;
}

/** Objects as a table, as `kubectl get` asks for it. */
export function tableOf(
  { served, version }: { readonly served: Served; readonly version: Version },
  objects: readonly Manifest[],
  metadata: object,
  cells: Cells,
): object {
  const columns = columnsOf(served, version);
  const now = cells.now();
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type, format, description, priority }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      ...included(object, cells.include),
    })),
  };
}

function included(object: Manifest, include: string): object {
  if (include === 'None') return { object: null };
  if (include === 'Object') return { object };
  const { metadata } = object;
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata } };
}
