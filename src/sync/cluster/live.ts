import type { Manifest } from '../../api/meta.ts';
import type { Resource } from '../../api/resources.ts';
import { isFailure, isUnknownKind } from '../../shell/kube/failure.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import type { Place } from '../../shell/kube/resources.ts';
import type { Api } from '../api.ts';
import { SYNC_LABEL } from '../keys.ts';
import { keyOf } from '../manifests/declared.ts';
import { parallel } from '../parallel.ts';
import type { Wanted } from '../wanted.ts';
import type { Scope } from './inventory.ts';
import { type Kinds, kindName } from './kinds.ts';

/** Which objects to read. */
export interface Extent {
  readonly id: string;
  readonly scopes: readonly Scope[];
  readonly kinds: Kinds;
  readonly wanted: readonly Wanted[];
}

/** Requests at the same time. */
const WIDTH = 8;

/**
 * The objects of a sync by key: all with its label in some scopes, and those that are wanted but do not have
 * it. Kinds that the server does not know have no objects.
 */
export async function readLive(
  api: Pick<Api, 'get' | 'list'>,
  { id, scopes, kinds, wanted }: Extent,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Manifest>> {
  const lists = await parallel(WIDTH, scopes, async (scope) => {
    const resource = kinds.get(kindName(scope));
    return resource === undefined ? [] : listOf(api, resource, { id, namespace: scope.namespace }, signal);
  });
  const live = new Map(lists.flat().map((object) => [keyOf(object), object]));
  const others = wanted.filter(({ key, isKindNew }) => !isKindNew && !live.has(key));
  const found = await parallel(WIDTH, others, (one) =>
    find(api, one.resource, placeOf(one.manifest), signal),
  );
  for (const object of found) if (object !== null) live.set(keyOf(object), object);
  return live;
}

/** The objects of one kind in a namespace (empty: everywhere) that carry the label of a sync. */
export async function listOf(
  api: Pick<Api, 'list'>,
  resource: Resource,
  { id, namespace }: { readonly id: string; readonly namespace: string },
  signal: AbortSignal,
): Promise<readonly Manifest[]> {
  const selection = { labelSelector: `${SYNC_LABEL}=${id}`, ...(namespace === '' ? {} : { namespace }) };
  try {
    const listed = await api.list(resource, selection, (raw) => raw as KubeObject & Manifest, { signal });
    return listed.items;
  } catch (failure) {
    if (isUnknownKind(failure)) return [];
    throw failure;
  }
}

/** One object; null where there is none. */
export async function find(
  api: Pick<Api, 'get'>,
  resource: Resource,
  place: Place,
  signal: AbortSignal,
): Promise<Manifest | null> {
  try {
    return await api.get<KubeObject & Manifest>(resource, place, { signal });
  } catch (failure) {
    if (isFailure(failure, 'missing')) return null;
    throw failure;
  }
}

/** Where an object is. */
export function placeOf({ metadata: { namespace, name } }: Pick<Manifest, 'metadata'>): Place {
  return namespace === undefined ? { name } : { namespace, name };
}
