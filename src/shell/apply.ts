import type { JsonObject } from '../api/meta.ts';
import { type Resource, resources } from '../api/resources.ts';
import type { Change, DeleteChange, EvictChange, PatchChange } from '../core/plan.ts';
import { FIELD_MANAGER } from './commit.ts';
import { makeCopy } from './copy.ts';
import type { Following } from './following.ts';
import type { Api } from './kube/api.ts';
import { Failure, isFailure } from './kube/failure.ts';
import type { KubeObject } from './kube/object.ts';
import type { Patch } from './kube/options.ts';
import { lookAnew, type Memory, type Written } from './look-anew.ts';
import type { Stores } from './stores.ts';

/** The kinds that changes are made to, and where their answers are kept. */
const KINDS: Readonly<
  Record<string, { readonly resource: Resource; readonly store: keyof Stores | 'followed' }>
> = {
  Rollout: { resource: resources.rollouts, store: 'rollouts' },
  ReplicaSet: { resource: resources.replicaSets, store: 'replicaSets' },
  Service: { resource: resources.services, store: 'services' },
  Ingress: { resource: resources.ingresses, store: 'ingresses' },
  HTTPRoute: { resource: resources.httpRoutes, store: 'httpRoutes' },
  GRPCRoute: { resource: resources.grpcRoutes, store: 'grpcRoutes' },
  AnalysisRun: { resource: resources.analysisRuns, store: 'runs' },
  Experiment: { resource: resources.experiments, store: 'experiments' },
  Job: { resource: resources.jobs, store: 'jobs' },
  Deployment: { resource: resources.deployments, store: 'followed' },
  ConfigMap: { resource: resources.configMaps, store: 'followed' },
  Secret: { resource: resources.secrets, store: 'followed' },
};

/** What changes are made with. */
export interface ApplyIo {
  readonly stores: Stores;
  readonly client: Api;
  readonly following?: Pick<Following, 'memory'>;
}

/**
 * Makes one change. Its resourceVersion is a precondition, so a Failure `conflict` means that the plan is out
 * of date; what the object is by then is known afterwards.
 */
export async function apply(io: ApplyIo, change: Change, signal: AbortSignal): Promise<void> {
  if (change.verb === 'evict') return evict(io.client, change, signal);
  if (change.verb === 'patch' && change.kind === 'Pod') return relabel(io.client, change, signal);
  const kind = KINDS[change.kind];
  if (kind === undefined) throw new Error(`sluice: no way to write a ${change.kind}`);
  const { resource } = kind;
  const memory = kind.store === 'followed' ? io.following?.memory(change) : io.stores[kind.store];
  try {
    await write(io.client, resource, memory, change, signal);
  } catch (failure) {
    const about = { resource, namespace: change.namespace, ...refusedBy(io.stores, change) };
    if (memory !== undefined) await lookAnew(io.client, memory, about, failure, signal);
    throw failure;
  }
}

type WriteChange = Exclude<Change, EvictChange>;

async function write(
  client: Api,
  resource: Resource,
  memory: Memory | undefined,
  change: WriteChange,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name } = change;
  const options = { fieldManager: FIELD_MANAGER, signal };
  switch (change.verb) {
    case 'create':
      memory?.observeWrite(
        await client.create<KubeObject>(resource, { namespace }, change.manifest, options),
      );
      return;
    case 'copy':
      memory?.observeWrite(await makeCopy(client, resource, change, signal));
      return;
    case 'patch': {
      const body = patchOf(change);
      const send = () => client.patch<KubeObject>(resource, { namespace, name }, body, options);
      memory?.observeWrite(await (change.onlyWhile === undefined ? send() : orConflict(send)));
      return;
    }
    case 'delete': {
      const { uid, resourceVersion } = change;
      const left = await remove(client, resource, change, signal);
      if (left === null)
        memory?.observeDelete({ ...change, metadata: { namespace, name, uid, resourceVersion } });
      else memory?.observeWrite(left);
      return;
    }
    default:
      change satisfies never;
  }
}

/** What still is there of what was deleted: null where nothing is, which is what was wanted. */
async function remove(
  client: Api,
  resource: Resource,
  { namespace, name, uid, resourceVersion, isForeground }: DeleteChange,
  signal: AbortSignal,
): Promise<KubeObject | null> {
  const propagation = isForeground === true ? 'Foreground' : 'Background';
  const fence = { uid, resourceVersion, propagation, signal } as const;
  try {
    return await client.delete(resource, { namespace, name }, fence);
  } catch (failure) {
    if (!isFailure(failure, 'missing')) throw failure;
    return null;
  }
}

/** The object that is not as it was known where a change is refused. */
function refusedBy(stores: Stores, change: WriteChange): Pick<Written, 'name' | 'labels'> {
  const { namespace, name } = change;
  if (change.verb === 'copy') return { name: change.source, labels: {} };
  if (change.verb === 'create') return { name, labels: change.manifest.metadata.labels ?? {} };
  const { store = 'followed' } = KINDS[change.kind] ?? {};
  const known = store === 'followed' ? null : stores[store].get(`${namespace}/${name}`);
  return { name, labels: known?.metadata.labels ?? {} };
}

async function evict(
  client: Api,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<void> {
  const place = { namespace, name };
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: place };
  try {
    await client.create(resources.pods, { ...place, subresource: 'eviction' }, body, { signal });
  } catch (failure) {
    // A disruption budget says not now, or the pod has gone: the next look decides again.
    if (!isFailure(failure, 'throttled', 'missing')) throw failure;
  }
}

/** Pods are in no store: there are too many of them. */
async function relabel(client: Api, change: PatchChange, signal: AbortSignal): Promise<void> {
  const { namespace, name, resourceVersion } = change;
  const body = fenced(change.patch, resourceVersion);
  const options = { fieldManager: FIELD_MANAGER, signal };
  try {
    await client.patch<KubeObject>(resources.pods, { namespace, name }, { type: 'merge', body }, options);
  } catch (failure) {
    // A pod that has gone needs nothing any more.
    if (!isFailure(failure, 'missing')) throw failure;
  }
}

/** A merge patch with its version, or a JSON patch that first tests an annotation. */
function patchOf(change: PatchChange): Patch {
  const { onlyWhile, patch, resourceVersion } = change;
  if (onlyWhile === undefined) return { type: 'merge', body: fenced(patch, resourceVersion) };
  const pathOf = (key: string) => `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const { annotations = {} } = (patch['metadata'] ?? {}) as { readonly annotations?: JsonObject };
  const writes = Object.entries(annotations).map(([key, value]) =>
    value === null ? { op: 'remove', path: pathOf(key) } : { op: 'add', path: pathOf(key), value },
  );
  const test = { op: 'test', path: pathOf(onlyWhile.annotation), value: onlyWhile.says };
  return { type: 'json', body: [test, ...writes] };
}

/** A test that does not hold is refused as an invalid patch: for us it is a plan that is out of date. */
async function orConflict<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (failure) {
    if (!isFailure(failure, 'invalid') || failure.facts.status !== 422) throw failure;
    throw new Failure('conflict', failure.message, failure.facts, failure);
  }
}

function fenced(patch: object, resourceVersion: string | null): object {
  if (resourceVersion === null) return patch;
  const metadata = 'metadata' in patch ? (patch.metadata as object) : {};
  return { ...patch, metadata: { ...metadata, resourceVersion } };
}
