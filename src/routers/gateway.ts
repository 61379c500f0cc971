import type { Issue, Manifest } from '../api/meta.ts';
import { isSameJson } from '../core/merge-patch.ts';
import { ALL_STABLE, type Routes, type RouteTarget } from '../core/routes.ts';
import { type Fields, textOf } from './fields.ts';
import { withAdditional, withoutAdditional } from './gateway/additional.ts';
import { type Booked, bookedIn, splitOf, splitsIn, withBooked } from './gateway/book.ts';
import { type GatewayConfig, gatewaySchema, type NamedRoute, routesIn } from './gateway/config.ts';
import { isLagging } from './gateway/follows.ts';
import { isManaged, keptIfNameless, managedRules, ruleName } from './gateway/managed-rules.ts';
import { marked, rolloutKey } from './gateway/mark.ts';
import { isSessionRule, sessionObstacles, sessionRules, withCookie } from './gateway/session.ts';
import { isSplit, rulesOf, weightIn, withRules, withWeight } from './gateway/weights.ts';
import type { Manifests, ObjectRef, TrafficRouter } from './router.ts';

const API = 'gateway.networking.k8s.io/v1';
/** Of a route, as the API has it. */
const MOST_RULES = 16;

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
    // No client of gRPC keeps cookies.
    sessions: routesIn(config).some(({ kind }) => kind === 'HTTPRoute'),
    additional: true,
  }),
  refs,
  issues,
  get,
  put,
  lags: (observed) => observed.some((route) => route !== null && isLagging(route)),
};

/** A route that is there. */
interface Present {
  readonly named: NamedRoute;
  readonly route: Manifest;
  /** Its rules without those of managed routes, and without the shares of experiments. */
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
    return [splitIssues, nameIssues, sessionIssues].flatMap((look) => look(present, what, target));
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

function sessionIssues({ named, rules }: Present, what: string, target: RouteTarget): readonly Issue[] {
  if (target.sessions !== true || named.kind !== 'HTTPRoute') return [];
  const splits = rules.filter((rule) => isOurs(rule, named, target));
  const none = `sticky sessions cannot be kept by ${what}:`;
  const tooMany = rules.length + splits.length > MOST_RULES;
  const room = `it has ${rules.length} rules and needs ${splits.length} more, and the API takes ${MOST_RULES}`;
  const why = [
    ...splits.flatMap((rule) => sessionObstacles(rule, target).map((obstacle) => `a rule ${obstacle}`)),
    ...(tooMany ? [room] : []),
  ];
  return why.map((reason) => ({ path: named.path, message: `${none} ${reason}` }));
}

function get(observed: Manifests, config: GatewayConfig, target: RouteTarget): Routes {
  const all = routesIn(config).flatMap((named, i) => presentIn(observed[i] ?? null, named, target) ?? []);
  const weights = all.flatMap(({ named, rules }) =>
    rules.filter((rule) => isOurs(rule, named, target)).map((rule) => weightIn(rule, target)),
  );
  const booked = all.map(({ route }) => bookedIn(route, target));
  const additional = booked.find((one) => one.additional.length > 0)?.additional ?? [];
  return {
    canaryWeight: Math.max(0, ...weights),
    headers: booked.find(({ headers }) => headers.length > 0)?.headers ?? [],
    mirrors: booked.find(({ mirrors }) => mirrors.length > 0)?.mirrors ?? [],
    session: booked.find(({ session }) => session !== null)?.session ?? null,
    ...(additional.length === 0 ? {} : { additional }),
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
  const { canaryWeight, ...made } = isSplitting ? routes : ALL_STABLE;
  const booked = {
    headers: named.useHeaderRoutes ? made.headers : [],
    mirrors: named.kind === 'HTTPRoute' ? made.mirrors : [],
    session: named.kind === 'HTTPRoute' ? made.session : null,
    additional: made.additional ?? [],
  };
  const rules = present.rules.map((rule) =>
    isOurs(rule, named, target)
      ? withCookie(withWeight(rule, canaryWeight, target), booked.session, target)
      : rule,
  );
  const { headers, mirrors, session, additional } = booked;
  const isMade = [headers, mirrors, additional].some((list) => list.length > 0);
  const isInProgress = canaryWeight > 0 || isMade || session !== null;
  const split = isInProgress ? splitOf(named, config, target) : null;
  const marks = marked(withBooked(route, { ...booked, split }, target), isInProgress, config, target);
  const next = withRules(marks, withMade(present, rules, booked, target));
  return isSameJson(route, next) ? route : next;
}

/** The rules with those that carry routes of ours: managed routes before them, sessions behind them. */
function withMade(
  { named, route }: Present,
  rules: readonly Fields[],
  booked: Booked,
  target: RouteTarget,
): readonly Fields[] {
  const splits = rules.filter((rule) => isOurs(rule, named, target));
  const managed = managedRules(splits, booked, named.kind, target);
  // A copy is made of what is split like the rest, so it is kept to the canary like the rest.
  const copying = managed.filter((rule) => isSplit(rule, target));
  const sticky = sessionRules([...splits, ...copying], booked.session, target);
  const found = rulesOf(route);
  return [
    ...keptIfNameless(managed, found.slice(0, managed.length)),
    ...rules.map((rule) =>
      isOurs(rule, named, target) ? withAdditional(rule, booked.additional, target) : rule,
    ),
    ...keptIfNameless(sticky, found.slice(found.length - sticky.length)),
  ];
}

function presentIn(route: Manifest | null, named: NamedRoute, target: RouteTarget): Present | null {
  if (route === null) return null;
  const booked = bookedIn(route, target);
  // Services that take turns have changed sides since these were made, perhaps.
  const { stable, canary } = splitsIn(route).get(rolloutKey(target)) ?? {};
  const before = {
    ...target,
    ...(stable && { stableService: stable }),
    ...(canary && { canaryService: canary }),
  };
  const isMade = (rule: Fields) =>
    [target, before].some((at) => isManaged(rule, booked, at) || isSessionRule(rule, booked.session, at));
  const rules = rulesOf(route).filter((rule) => !isMade(rule));
  return { named, route, rules: rules.map((rule) => withoutAdditional(rule, booked.additional, before)) };
}

function isOurs(rule: Fields, named: NamedRoute, target: RouteTarget): boolean {
  const isNamed = named.ruleName === undefined || textOf(rule['name']) === named.ruleName;
  return isNamed && isSplit(rule, target);
}
