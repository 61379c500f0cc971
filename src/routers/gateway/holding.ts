import type { Manifest } from '../../api/meta.ts';
import { ALL_STABLE, type RouteTarget } from '../../core/routes.ts';
import { gateway } from '../gateway.ts';
import type { Holder, Holding } from '../router.ts';
import { type BookedSplit, splitsIn } from './book.ts';
import type { GatewayConfig } from './config.ts';
import { rolloutKey } from './mark.ts';

/** Rollouts in HTTPRoutes and GRPCRoutes: those in the route's book, which tells how each splits it. */
export const gatewayHolding: Holding = { holders, rivals, release };

function holders(route: Manifest): readonly Holder[] {
  return [...splitsIn(route).keys()].map(holderOf);
}

function rivals(route: Manifest, target: RouteTarget): readonly Holder[] {
  const ours = [target.stableService, target.canaryService];
  return [...splitsIn(route)]
    .filter(([key, { stable, canary }]) => key !== rolloutKey(target) && shares([stable, canary], ours))
    .map(([key]) => holderOf(key))
    .filter(({ namespace }) => namespace === target.rollout.namespace);
}

function release(route: Manifest, { namespace, name }: Holder): Manifest {
  const split = splitsIn(route).get(`${namespace}/${name}`);
  if (split === undefined) return route;
  const target: RouteTarget = {
    rollout: { namespace, name, uid: '' },
    stableService: split.stable,
    canaryService: split.canary,
    maxWeight: split.maxWeight,
    managedRoutes: [],
  };
  const [released] = gateway.put([route], ALL_STABLE, configOf(route, split), target);
  return released ?? route;
}

/** The configuration with which the split was made, of this route alone. */
function configOf({ kind, metadata }: Manifest, split: BookedSplit): GatewayConfig {
  const { stable: _stable, canary: _canary, maxWeight: _weight, rule, ...marks } = split;
  const named = { name: metadata.name, useHeaderRoutes: true, ...(rule !== undefined && { ruleName: rule }) };
  const at = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
  return { ...(kind === 'GRPCRoute' ? { grpcRoutes: [named] } : { httpRoutes: [named] }), ...at, ...marks };
}

function holderOf(key: string): Holder {
  const [namespace = '', ...name] = key.split('/');
  return { namespace, name: name.join('/'), owns: false };
}

function shares(one: readonly string[], other: readonly string[]): boolean {
  return one.some((name) => other.includes(name));
}
