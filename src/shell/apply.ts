import type { JsonObject } from '../api/meta.ts';
import { type Resource, resources } from '../api/resources.ts';
import type { Change, PatchChange } from '../core/plan.ts';
import { FIELD_MANAGER } from './commit.ts';
import { makeCopy } from './copy.ts';
import type { Following } from './following.ts';
import type { Api } from './kube/api.ts';
import { Failure, isFailure } from './kube/failure.ts';
import type { KubeObject } from './kube/object.ts';
import type { Patch } from './kube/options.ts';
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

/**
 * Makes one change. Its resourceVersion is a precondition, so a Failure `conflict` means that the plan is out
 * of date.
 */
export async function apply(
  io: { readonly stores: Stores; readonly client: Api; readonly following?: Pick<Following, 'memory'> },
  change: Change,
  signal: AbortSignal,
): Promise<void> {
  if (change.verb === 'evict') return evict(io.client, change, signal);
  if (change.verb === 'patch' && change.kind === 'Pod') return relabel(io.client, change, signal);
  const kind = KINDS[change.kind];
  if (kind === undefined) throw new Error(`sluice: no way to write a ${change.kind}`);
  const place = { namespace: change.namespace, name: change.name };
  const options = { fieldManager: FIELD_MANAGER, signal };
  const store = kind.store === 'followed' ? io.following?.memory(change) : io.stores[kind.store];
  switch (change.verb) {
    case 'create': {
      const { namespace } = change;
      store?.observeWrite(
        await io.client.create<KubeObject>(kind.resource, { namespace }, change.manifest, options),
      );
      return;
    }
    case 'copy':
      store?.observeWrite(await makeCopy(io.client, kind.resource, change, signal));
      return;
    case 'patch': {
      const body = patchOf(change);
      const send = () => io.client.patch<KubeObject>(kind.resource, place, body, options);
      const written = await (change.onlyWhile === undefined ? send() : orConflict(send));
      store?.observeWrite(written);
      return;
    }
    case 'delete': {
      const { uid, resourceVersion } = change;
      const fence = {
        uid,
        resourceVersion,
        propagation: change.isForeground === true ? ('Foreground' as const) : ('Background' as const),
        signal,
      };
      try {
        const left = await io.client.delete(kind.resource, place, fence);
        if (left === null) store?.observeDelete({ ...change, metadata: { ...place, uid, resourceVersion } });
        else store?.observeWrite(left);
      } catch (failure) {
        // Gone already is what was wanted.
        if (!isFailure(failure, 'missing')) throw failure;
      }
      return;
    }
    default:
      change satisfies never;
  }
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
