import { resources } from '../../api/resources.ts';
import { isFailure } from '../../shell/kube/failure.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import type { Api } from '../api.ts';
import { FIELD_MANAGER } from '../keys.ts';

/** A kind in a namespace where a sync has applied something; the namespace is empty for the cluster's. */
export interface Scope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
}

/** Which inventory: one for each sync, in its namespace. */
export interface InventoryPlace {
  readonly id: string;
  readonly namespace: string;
}

/**
 * Where objects of a sync may be, so that those are found that Git names no more, also by a process that
 * starts tomorrow. Only kinds and namespaces: it changes rarely. Empty before the first time.
 */
export async function readInventory(
  api: Pick<Api, 'get'>,
  { id, namespace }: InventoryPlace,
  signal: AbortSignal,
): Promise<readonly Scope[]> {
  try {
    const place = { namespace, name: nameFor(id) };
    const object = await api.get<KubeObject & { data?: { scopes?: string } }>(resources.configMaps, place, {
      signal,
    });
    return (object.data?.scopes ?? '').split('\n').flatMap(scopeOf);
  } catch (failure) {
    if (isFailure(failure, 'missing')) return [];
    throw failure;
  }
}

/** Stores an inventory as a ConfigMap. `source` is for people who find it. */
export async function writeInventory(
  api: Pick<Api, 'patch'>,
  { id, namespace }: InventoryPlace,
  content: { readonly scopes: readonly Scope[]; readonly source: string },
  signal: AbortSignal,
): Promise<void> {
  const name = nameFor(id);
  const body = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': FIELD_MANAGER },
      annotations: { 'sluice.dev/source': content.source },
    },
    data: { scopes: content.scopes.map(lineOf).sort().join('\n') },
  };
  const options = { fieldManager: FIELD_MANAGER, signal };
  const place = { namespace, name };
  await api.patch(resources.configMaps, place, { type: 'apply', body, force: true }, options);
}

/** All scopes of several lists, each once. */
export function union(...lists: readonly (readonly Scope[])[]): readonly Scope[] {
  return [...new Map(lists.flat().map((scope) => [lineOf(scope), scope])).values()];
}

/** Whether two lists hold the same scopes. */
export function areSame(left: readonly Scope[], right: readonly Scope[]): boolean {
  return left.length === right.length && union(left, right).length === left.length;
}

function nameFor(id: string): string {
  return `${FIELD_MANAGER}-${id}`;
}

function lineOf({ apiVersion, kind, namespace }: Scope): string {
  return `${apiVersion} ${kind} ${namespace}`.trimEnd();
}

function scopeOf(line: string): readonly Scope[] {
  const [apiVersion = '', kind = '', namespace = ''] = line.split(' ');
  return kind === '' ? [] : [{ apiVersion, kind, namespace }];
}
