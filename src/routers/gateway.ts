import type { Issue, Manifest } from '../api/meta.ts';
import type { Routes, RouteTarget } from '../core/routes.ts';
import { type Fields, textOf } from './fields.ts';
import { type GatewayConfig, gatewaySchema, type NamedRoute, routesIn } from './gateway/config.ts';
import { marked } from './gateway/mark.ts';
import { isSplit, rulesOf, weightIn, withRules, withWeight } from './gateway/weights.ts';
import { isSameJson } from './patch.ts';
import type { Manifests, ObjectRef, TrafficRouter } from './router.ts';

const API = 'gateway.networking.k8s.io/v1';

/**
 * Routes by weight through HTTPRoutes and GRPCRoutes of the Gateway API, as the plugin of that name does.
 * Written are the weights of the two Services in every rule that holds both. A rule with only one of them is left alone:
 * its traffic stays where it is. Other backends of a rule keep their weights, so they share with what is split.
 * Source: https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
 */
export const gateway: TrafficRouter<GatewayConfig> = {
  name: 'argoproj-labs/gatewayAPI',
  schema: gatewaySchema,
  can: { headers: false, mirror: false, verify: false },
  refs,
  issues,
  get,
  put,
};

function refs(config: GatewayConfig, target: RouteTarget): readonly ObjectRef[] {
  const namespace = config.namespace || target.rollout.namespace;
  return routesIn(config).map(({ kind, name }) => ({
    apiVersion: API,
    kind,
    namespace,
    name,
    created: false,
  }));
}

function issues(observed: Manifests, config: GatewayConfig, target: RouteTarget): readonly Issue[] {
  const namespace = config.namespace || target.rollout.namespace;
  return routesIn(config).flatMap((named, i) => {
    const { kind, name, path } = named;
    const route = observed[i] ?? null;
    if (route === null) return [{ path, message: `${kind} "${namespace}/${name}" not found` }];
    return splitRules(route, named, target).length > 0 ? [] : [noRule(named, namespace, target)];
  });
}

function noRule(named: NamedRoute, namespace: string, target: RouteTarget): Issue {
  const { kind, name, path, ruleName } = named;
  const rule = ruleName === undefined ? 'no rule' : `no rule named "${ruleName}"`;
  const services = `"${target.stableService}" and "${target.canaryService}"`;
  const message = `${kind} "${namespace}/${name}" has ${rule} whose backendRefs hold both Services, ${services}`;
  return { path, message };
}

function get(observed: Manifests, config: GatewayConfig, target: RouteTarget): Routes {
  const weights = routesIn(config).flatMap((named, i) => {
    const route = observed[i] ?? null;
    if (route === null) return [];
    return splitRules(route, named, target).map((rule) => weightIn(rule, target));
  });
  return { canaryWeight: Math.max(0, ...weights), headers: [], mirrors: [] };
}

function put(observed: Manifests, routes: Routes, config: GatewayConfig, target: RouteTarget): Manifests {
  return routesIn(config).map((named, i) => {
    const route = observed[i] ?? null;
    if (route === null || splitRules(route, named, target).length === 0) return route;
    const rules = rulesOf(route).map((rule) =>
      isOurs(rule, named, target) ? withWeight(rule, routes.canaryWeight, target) : rule,
    );
    const next = marked(withRules(route, rules), routes.canaryWeight > 0, config, target);
    return isSameJson(route, next) ? route : next;
  });
}

function splitRules(route: Manifest, named: NamedRoute, target: RouteTarget): readonly Fields[] {
  return rulesOf(route).filter((rule) => isOurs(rule, named, target));
}

function isOurs(rule: Fields, { ruleName }: NamedRoute, target: RouteTarget): boolean {
  return (ruleName === undefined || textOf(rule['name']) === ruleName) && isSplit(rule, target);
}
