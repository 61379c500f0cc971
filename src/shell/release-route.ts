import type { Manifest } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import { isReleasable, releaseRoute, type Standing, stableServiceOf } from '../core/release-route.ts';
import type { Instant } from '../core/time.ts';
import { holdingOf, routersOf } from '../routers/index.ts';
import type { Holder } from '../routers/router.ts';
import { apply } from './apply.ts';
import { holdersOf, ROUTE_STORES } from './holders.ts';
import type { Api } from './kube/api.ts';
import { isFailure } from './kube/failure.ts';
import { boundRouters, routeTarget } from './references.ts';
import { find } from './release.ts';
import type { Stores } from './stores.ts';

/** What one pass works with. */
interface Io {
  readonly stores: Stores;
  readonly client: Api;
}

/**
 * One pass over one object that routers write: takes off what Rollouts have on it that are gone or ask for it
 * no more, and leaves everything else as it is.
 */
export function routePass(io: Io): (key: string, signal: AbortSignal) => Promise<Instant | null> {
  return async (key, signal) => {
    const [from, ...rest] = key.split('/');
    const store = ROUTE_STORES.find((one) => one === from);
    const object = store === undefined ? null : io.stores[store].get(rest.join('/'));
    const holding = object === null ? null : holdingOf(object);
    if (object === null || holding === null) return null;
    const released: Holder[] = [];
    for (const holder of holdersOf(object)) {
      const standing = await standingOf(io, object, holder, signal);
      const services = io.stores.services.by('manager', `${holder.namespace}/${holder.name}`);
      if (isReleasable(standing, { owns: holder.owns, services })) released.push(holder);
    }
    const after = released.reduce<Manifest>((left, holder) => holding.release(left, holder), object);
    const change = releaseRoute(object, after, new Set(released.map(({ name }) => name)));
    if (change !== null) await apply(io, change, signal);
    return null;
  };
}

async function standingOf(
  { stores, client }: Io,
  object: Manifest,
  { namespace, name }: Holder,
  signal: AbortSignal,
): Promise<Standing> {
  const { kind, metadata } = object;
  const reference = `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
  const referrers = stores.rollouts.by('reference', reference).filter(isStaying);
  if (referrers.some((rollout) => rollout.metadata.name === name)) return { kind: 'holds' };
  const known = stores.rollouts.get(`${namespace}/${name}`);
  const rollout = known ?? (await findWithin({ namespace, name }, client, signal));
  if (rollout === 'unknown') return { kind: 'holds' };
  if (rollout === null || !isStaying(rollout)) return { kind: 'gone' };
  // One that our own view does not hold belongs to a controller with another instance id, and so do its
  // routes.
  if (known === null || !isReadable(rollout) || asksFor(rollout, reference)) return { kind: 'holds' };
  const service = stableServiceOf(rollout);
  return {
    kind: 'left',
    rollout,
    replicaSets: stores.replicaSets.by('owner', rollout.metadata.uid ?? ''),
    stableService: service === undefined ? null : stores.services.get(`${namespace}/${service}`),
  };
}

/** Also a namespace that we may not look into can have a Rollout. */
async function findWithin(
  place: { readonly namespace: string; readonly name: string },
  client: Api,
  signal: AbortSignal,
): Promise<Rollout | 'unknown' | null> {
  try {
    return await find(client, place, signal);
  } catch (failure) {
    if (isFailure(failure, 'forbidden')) return 'unknown';
    throw failure;
  }
}

function isStaying(rollout: Rollout): boolean {
  return rollout.metadata.deletionTimestamp === undefined;
}

/** Whether its routers can be made out. Where they cannot, nothing is concluded from what is missing. */
function isReadable(rollout: Rollout): boolean {
  const routing = rollout.spec?.strategy?.canary?.trafficRouting;
  return routing === undefined || routersOf(routing).kind === 'routers';
}

function asksFor(rollout: Rollout, reference: string): boolean {
  return boundRouters(rollout)
    .flatMap((router) => router.refs(routeTarget(rollout)))
    .some((ref) => ref.written && `${ref.kind}/${ref.namespace}/${ref.name}` === reference);
}
