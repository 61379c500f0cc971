import type { Issue, Manifest } from '../api/meta.ts';
import { isSameJson } from '../core/merge-patch.ts';
import { ALL_STABLE, type Routes, type RouteTarget } from '../core/routes.ts';
import { type Fields, textOf } from './fields.ts';
import { bookedIn, withBooked } from './gateway/book.ts';
import { type GatewayConfig, gatewaySchema, type NamedRoute, routesIn } from './gateway/config.ts';
import { isManaged, keptIfNameless, managedRules, ruleName } from './gateway/managed-rules.ts';
import { marked } from './gateway/mark.ts';
import { isSplit, rulesOf, weightIn, withRules, withWeight } from './gateway/weights.ts';
import type { Manifests, ObjectRef, TrafficRouter } from './router.ts';

const API = 'gateway.networking.k8s.io/v1';

/**
 * Routes through HTTPRoutes and GRPCRoutes of the Gateway API, as the plugin of that name does.
 * Written are the weights of the two Services in every rule that holds both. A rule with only one of them is
 * left alone: its traffic stays where it is. Other backends of a rule keep their weights, so they share with
 * what is split. Header and mirror routes are rules of their own, made from those, and remembered in an
 * annotation.
 * Source: https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
 */
export const gateway: TrafficRouter<GatewayConfig> = {
  name: 'argoproj-labs/gatewayAPI',
  schema: gatewaySchema,
  can: (config) => ({
    headers: routesIn(config).some(({ useHeaderRoutes }) => useHeaderRoutes),
    mirror: routesIn(config).some(({ kind }) => kind === 'HTTPRoute'),
    verify: false,
  }),
  refs,
  issues,
  get,
  put,
};

/** A route that is there. */
interface Present {
  readonly named: NamedRoute;
  readonly route: Manifest;
  /** Its rules without those of managed routes. */
  readonly rules: readonly Fields[];
}

function refs(config: GatewayConfig, target: RouteTarget): readonly ObjectRef[] {
  const namespace = config.namespace || target.rollout.namespace;
  return routesIn(config).map(({ kind, name }) => ({
    apiVersion: API,
    kind,
    namespace,
    name,
    created: false,
    written: true,
  }));
}

function issues(observed: Manifests, config: GatewayConfig, target: RouteTarget): readonly Issue[] {
  const namespace = config.namespace || target.rollout.namespace;
  return routesIn(config).flatMap((named, i) => {
    const what = `${named.kind} "${namespace}/${named.name}"`;
    const present = presentIn(observed[i] ?? null, named, target);
    if (present === null) return [{ path: named.path, message: `${what} not found` }];
    return [...splitIssues(present, what, target), ...nameIssues(present, what, target)];
  });
}

function splitIssues({ named, rules }: Present, what: string, target: RouteTarget): readonly Issue[] {
  if (rules.some((rule) => isOurs(rule, named, target))) return [];
  const rule = named.ruleName === undefined ? 'no rule' : `no rule named "${named.ruleName}"`;
  const services = `"${target.stableService}" and "${target.canaryService}"`;
  const message = `${what} has ${rule} whose backendRefs hold both Services, ${services}`;
  return [{ path: named.path, message }];
}

/** Names of rules are unique within a route. */
function nameIssues({ named, rules }: Present, what: string, target: RouteTarget): readonly Issue[] {
  const splits = rules.filter((rule) => isOurs(rule, named, target));
  const isTaken = (managed: string) =>
    splits.some((_, i) => rules.some(({ name }) => name === ruleName(managed, i)));
  return target.managedRoutes.filter(isTaken).map((managed) => ({
    path: named.path,
    message: `${what} has a rule with the name of the managed route "${managed}"`,
  }));
}

function get(observed: Manifests, config: GatewayConfig, target: RouteTarget): Routes {
  const all = routesIn(config).flatMap((named, i) => presentIn(observed[i] ?? null, named, target) ?? []);
  const weights = all.flatMap(({ named, rules }) =>
    rules.filter((rule) => isOurs(rule, named, target)).map((rule) => weightIn(rule, target)),
  );
  const booked = all.map(({ route }) => bookedIn(route, target));
  return {
    canaryWeight: Math.max(0, ...weights),
    headers: booked.find(({ headers }) => headers.length > 0)?.headers ?? [],
    mirrors: booked.find(({ mirrors }) => mirrors.length > 0)?.mirrors ?? [],
  };
}

function put(observed: Manifests, routes: Routes, config: GatewayConfig, target: RouteTarget): Manifests {
  return routesIn(config).map((named, i) => {
    const present = presentIn(observed[i] ?? null, named, target);
    return present === null ? null : withRoutes(present, routes, config, target);
  });
}

function withRoutes(present: Present, routes: Routes, config: GatewayConfig, target: RouteTarget): Manifest {
  const { named, route } = present;
  // A route that no longer splits traffic carries none of ours; what was made in it is removed.
  const isSplitting = present.rules.some((rule) => isOurs(rule, named, target));
  const { canaryWeight, headers, mirrors } = isSplitting ? routes : ALL_STABLE;
  const rules = present.rules.map((rule) =>
    isOurs(rule, named, target) ? withWeight(rule, canaryWeight, target) : rule,
  );
  const splits = rules.filter((rule) => isOurs(rule, named, target));
  const booked = {
    headers: named.useHeaderRoutes ? headers : [],
    mirrors: named.kind === 'HTTPRoute' ? mirrors : [],
  };
  const isInProgress = canaryWeight > 0 || booked.headers.length > 0 || booked.mirrors.length > 0;
  const made = keptIfNameless(managedRules(splits, booked, named.kind, target), rulesOf(route));
  const marks = marked(withBooked(route, booked, target), isInProgress, config, target);
  const next = withRules(marks, [...made, ...rules]);
  return isSameJson(route, next) ? route : next;
}

function presentIn(route: Manifest | null, named: NamedRoute, target: RouteTarget): Present | null {
  if (route === null) return null;
  const booked = bookedIn(route, target);
  return { named, route, rules: rulesOf(route).filter((rule) => !isManaged(rule, booked, target)) };
}

function isOurs(rule: Fields, named: NamedRoute, target: RouteTarget): boolean {
  const isNamed = named.ruleName === undefined || textOf(rule['name']) === named.ruleName;
  return isNamed && isSplit(rule, target);
}
