import type { Manifest } from '../api/meta.ts';
import { stampedBy } from '../core/release-route.ts';
import { holdingOf } from '../routers/index.ts';
import type { Holder } from '../routers/router.ts';

/** The stores of objects that routers write. */
export const ROUTE_STORES = ['ingresses', 'httpRoutes', 'grpcRoutes'] as const;

/** One of the stores of objects that routers write. */
export type RouteStore = (typeof ROUTE_STORES)[number];

/** A route has 16 rules. More is nothing that a Rollout wrote, and nothing to ask the API server about. */
const MOST_HOLDERS = 64;

/**
 * The Rollouts that have something on an object, and the one that stamped it last. A stamp says no namespace:
 * it counts as one of the object's own.
 */
export function holdersOf(object: Manifest): readonly Holder[] {
  const holders = (holdingOf(object)?.holders(object) ?? []).slice(0, MOST_HOLDERS);
  const name = stampedBy(object);
  if (name === undefined || holders.some((holder) => holder.name === name)) return holders;
  return [...holders, { namespace: object.metadata.namespace ?? '', name, owns: false }];
}

/** The names of an object's holders, for an index: who stamped it may live in any namespace. */
export function holderNames(object: Manifest): readonly string[] {
  return [...new Set(holdersOf(object).map(({ name }) => name))];
}

/** An object in one of those stores, as a key of the queue. */
export function routeKey(store: RouteStore, { metadata }: Manifest): string {
  return `${store}/${metadata.namespace ?? ''}/${metadata.name}`;
}
