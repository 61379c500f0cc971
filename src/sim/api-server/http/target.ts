import type { Catalog, Served, Version } from '../catalog.ts';
import { notServed } from '../errors.ts';

/** What a path names: a resource, objects of it or one, and perhaps a part of that. */
export interface Target {
  readonly served: Served;
  readonly version: Version;
  /** Null: all namespaces, or a resource that lives in none. */
  readonly namespace: string | null;
  readonly name: string | null;
  readonly subresource: string | null;
  /** The old way to watch: `/api/v1/watch/...`. */
  readonly isWatch: boolean;
}

/** Reads the path of a resource; null where it is not even one of a group and version that is served. */
export function targetOf(catalog: Catalog, parts: readonly string[]): Target | null {
  const isCore = parts[0] === 'api';
  if (!isCore && parts[0] !== 'apis') return null;
  const [group = '', versionName = ''] = isCore ? ['', parts[1]] : parts.slice(1);
  const isKnown = catalog
    .all()
    .some(({ kind, versions }) => kind.group === group && versions.some(({ name }) => name === versionName));
  // Whoever serves the group knows that it has no such version.
  if (!isKnown && isBuiltIn(catalog, group)) throw notServed();
  if (!isKnown) return null;
  const rest = parts.slice(isCore ? 2 : 3);
  const isWatch = rest[0] === 'watch';
  const found = split(isWatch ? rest.slice(1) : rest);
  const served = catalog.get({ group, resource: found.resource });
  const version = served.versions.find(({ name }) => name === versionName);
  if (version === undefined || !isSound(served, found)) throw notServed();
  return { served, version, isWatch, ...found };
}

function isBuiltIn(catalog: Catalog, group: string): boolean {
  return catalog.all().some(({ kind, origin }) => kind.group === group && origin === 'built-in');
}

interface Found {
  readonly resource: string;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly subresource: string | null;
}

/** `namespaces/NS/RESOURCE/NAME/SUBRESOURCE`; a namespace is also an object, with parts of its own. */
function split(parts: readonly string[]): Found {
  const [first = '', namespace, third] = parts;
  const isInside =
    first === 'namespaces' && third !== undefined && third !== 'status' && third !== 'finalize';
  const [resource = '', name = null, subresource = null, more] = isInside ? parts.slice(2) : parts;
  if (resource === '' || more !== undefined) throw notServed();
  return { resource, namespace: isInside ? (namespace ?? null) : null, name, subresource };
}

function isSound({ kind }: Served, { namespace, name }: Found): boolean {
  if (!kind.namespaced) return namespace === null;
  return namespace !== null || name === null;
}
