import type { Resource } from '../api/resources.ts';
import { type Kinds, kindName } from './cluster/kinds.ts';
import { type Declared, keyOf, nameOf } from './manifests/declared.ts';
import { inOrder, type Problem } from './manifests/problem.ts';

/** An object that shall be in the cluster, with its place there. */
export interface Wanted extends Declared {
  /** The key as it was written, by which Git's history knows it. */
  readonly writtenKey: string;
  readonly resource: Resource;
  /** The server does not know the kind yet: its definition comes with the same commit. */
  readonly isKindNew: boolean;
}

/** What the kinds are known from. */
export interface KnownKinds {
  readonly served: Kinds;
  readonly coming: Kinds;
}

/**
 * Gives every object its resource and its namespace. Kinds that nobody knows and objects that are there twice
 * are problems.
 */
export function placed(
  objects: readonly Declared[],
  { served, coming }: KnownKinds,
  namespace: string,
): { readonly wanted: readonly Wanted[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const wanted = new Map<string, Wanted>();
  for (const declared of objects) {
    const name = kindName(declared.manifest);
    const resource = served.get(name) ?? coming.get(name);
    if (resource === undefined) {
      const message = `the cluster does not know ${declared.manifest.kind} of ${declared.manifest.apiVersion}`;
      problems.push({ ...declared.origin, message });
      continue;
    }
    const one = placeOne(declared, { resource, isKindNew: !served.has(name) }, namespace);
    const other = wanted.get(one.key);
    if (other === undefined) wanted.set(one.key, one);
    else problems.push({ ...one.origin, message: `${nameOf(one.manifest)} is also in ${placeOf(other)}` });
  }
  return { wanted: [...wanted.values()], problems: inOrder(problems) };
}

function placeOne(
  declared: Declared,
  known: { readonly resource: Resource; readonly isKindNew: boolean },
  fallback: string,
): Wanted {
  const { namespace: written, ...metadata } = declared.manifest.metadata;
  const place = known.resource.namespaced ? { namespace: written ?? fallback } : {};
  const manifest = { ...declared.manifest, metadata: { ...metadata, ...place } };
  return { ...declared, ...known, manifest, key: keyOf(manifest), writtenKey: declared.key };
}

function placeOf({ origin: { file, line } }: Declared): string {
  return `${file}:${line}`;
}
