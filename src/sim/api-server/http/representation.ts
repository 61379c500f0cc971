import { stringify } from 'yaml';
import type { Manifest } from '../../../api/meta.ts';
import type { ApiAnswer } from '../http.ts';
import { inVersion, itemTextOf, textOf } from '../serialized.ts';
import { type Cells, tableOf } from '../table/table.ts';
import { jsonText } from './answers.ts';
import type { HttpMeans } from './means.ts';
import type { Wanted } from './media.ts';
import type { Target } from './target.ts';

/** The metadata of a list. */
export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** `apps/v1`, as the path has it. */
export function apiVersionOf({ served, version }: Pick<Target, 'served' | 'version'>): string {
  const { group } = served.kind;
  return group === '' ? version.name : `${group}/${version.name}`;
}

/** How one reader sees objects of one resource: whole, as rows of a table, or metadata only. */
export class Representation {
  readonly #target: Target;
  readonly #wanted: Wanted;
  readonly #cells: Cells;
  readonly #apiVersion: string;

  constructor(means: Pick<HttpMeans, 'clock'>, target: Target, wanted: Wanted, include: string | null) {
    this.#target = target;
    this.#wanted = wanted;
    this.#cells = { now: () => means.clock.now(), include: include ?? 'Metadata' };
    this.#apiVersion = apiVersionOf(target);
  }

  /** An answer with one object. */
  one(status: number, object: Manifest, headers: Readonly<Record<string, string>> = {}): ApiAnswer {
    return this.#answer(status, this.textOf(object), headers);
  }

  /** An answer with a list. */
  many(objects: readonly Manifest[], metadata: ListMeta): ApiAnswer {
    return this.#answer(200, this.#listText(objects, metadata), {});
  }

  /** JSON of an object in this shape; for a table: a table of one row. */
  textOf(object: Manifest, isFirst = true): string {
    switch (this.#wanted.shape) {
      case 'object':
        return textOf(inVersion(object, this.#apiVersion));
      case 'metadata':
        return JSON.stringify(metadataOnly(object));
      case 'table': {
        const { resourceVersion = '' } = object.metadata;
        const table = tableOf(this.#target, [object], { resourceVersion }, this.#cells);
        // The columns are told once, with the first event of a watch.
        return JSON.stringify(isFirst ? table : { ...table, columnDefinitions: [] });
      }
      default:
        return this.#wanted.shape satisfies never;
    }
  }

  /** JSON of the object of a bookmark. */
  bookmark(version: number, annotations?: Readonly<Record<string, string>>): string {
    const { kind } = this.#target.served.kind;
    const apiVersion = this.#apiVersion;
    const resourceVersion = String(version);
    const metadata = { resourceVersion, ...(annotations === undefined ? {} : { annotations }) };
    if (this.#wanted.shape === 'object') return JSON.stringify({ kind, apiVersion, metadata });
    const as = this.#wanted.shape === 'table' ? 'Table' : 'PartialObjectMetadata';
    const rows = this.#wanted.shape === 'table' ? { columnDefinitions: [], rows: [] } : {};
    return JSON.stringify({ kind: as, apiVersion: 'meta.k8s.io/v1', metadata, ...rows });
  }

  #listText(objects: readonly Manifest[], metadata: ListMeta): string {
    const { listKind, origin } = this.#target.served;
    if (this.#wanted.shape === 'table') {
      return JSON.stringify(tableOf(this.#target, objects, metadata, this.#cells));
    }
    if (this.#wanted.shape === 'metadata') {
      const kind = 'PartialObjectMetadataList';
      const items = objects.map(metadataOnly);
      return JSON.stringify({ kind, apiVersion: 'meta.k8s.io/v1', metadata, items });
    }
    const write = (object: Manifest): string =>
      origin === 'built-in' ? itemTextOf(object) : textOf(inVersion(object, this.#apiVersion));
    const shown = origin === 'built-in' ? metadata : { continue: '', ...metadata };
    const head = JSON.stringify({ kind: listKind, apiVersion: this.#apiVersion, metadata: shown });
    return `${head.slice(0, -1)},"items":[${objects.map(write).join(',')}]}`;
  }

  #answer(status: number, body: string, more: Readonly<Record<string, string>>): ApiAnswer {
    const { deprecationWarning: warning } = this.#target.version;
    const headers =
      warning === undefined ? more : { ...more, warning: withWarning(more['warning'], warning) };
    if (this.#wanted.format === 'json') return jsonText(status, body, headers);
    const yaml = stringify(JSON.parse(body), { aliasDuplicateObjects: false, sortMapEntries: true });
    return { status, headers: { 'content-type': 'application/yaml', ...headers }, body: yaml };
  }
}

function withWarning(others: string | undefined, warning: string): string {
  const text = `299 - ${JSON.stringify(warning)}`;
  return others === undefined ? text : `${text}, ${others}`;
}

function metadataOnly({ metadata }: Manifest): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
