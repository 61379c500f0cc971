import type { Manifest } from '../../api/meta.ts';
import type { CanaryStrategy, TrafficRouting } from '../../api/rollout.ts';
import type { Service } from '../../api/workload.ts';
import { type Fields, listOf, specOf } from './fields.ts';
import { forGit } from './manifest.ts';
import type { Part } from './migration.ts';
import { type Given, ingressesTo, isTo, nginxIngresses, routesTo, rulesOf } from './neighbours.ts';
import { siblingOf } from './services.ts';

/** Who splits traffic, in the words of a Rollout, and what must be there for it. */
export interface Routing extends Part {
  readonly canary: Pick<CanaryStrategy, 'canaryService' | 'stableService' | 'trafficRouting'>;
}

/** The key of the router for the Gateway API. */
export const GATEWAY = 'argoproj-labs/gatewayAPI';

/**
 * How a canary of the pods behind a Service can get its share: by the routes that lead to the Service, else
 * by the Ingresses of ingress-nginx, else by numbers of pods.
 */
export function routingFor(given: Given, service: Service | null): Routing {
  if (service === null)
    return { canary: {}, notes: ['no Service selects the pods: a weight is a share of pods'] };
  const { name } = service.metadata;
  const sibling = siblingOf(given, service, 'canary');
  const canaryService = sibling.metadata.name;
  const prepared = routesTo(given, name).map((route) => ({
    route,
    ...withBackend(route, { stable: name, canary: canaryService }),
  }));
  const ready = prepared.filter(({ isSplit }) => isSplit);
  const ingresses = nginxIngresses(given, name);
  const trafficRouting =
    ready.length > 0 ? byRoutes(ready.map(({ route }) => route)) : byIngresses(ingresses.map(nameOf));
  if (trafficRouting === null) return { canary: {}, notes: unrouted(given, name) };
  const beside = ready.length > 0 ? ingresses.map((ingress) => ingress.metadata.name) : [];
  return {
    canary: { stableService: name, canaryService, trafficRouting },
    manifests: [sibling, ...ready.map(({ manifest }) => manifest)],
    notes: [
      ...prepared.filter(({ isSplit }) => !isSplit).map(({ route }) => leftAlone(route, name)),
      ...beside.map((ingress) => `ingress/${ingress} goes on sending everything to the stable version`),
    ],
  };
}

/** `trafficRouting` for routes of the Gateway API; null without any. */
export function byRoutes(routes: readonly Manifest[]): TrafficRouting | null {
  const of = (kind: string) => routes.filter((route) => route.kind === kind).map(nameOf);
  const [http, grpc] = [of('HTTPRoute'), of('GRPCRoute')];
  const config = { ...naming('httpRoute', http), ...naming('grpcRoute', grpc) };
  return routes.length === 0 ? null : { plugins: { [GATEWAY]: config } };
}

function naming(field: 'httpRoute' | 'grpcRoute', names: readonly string[]) {
  if (names.length === 0) return {};
  if (names.length === 1) return { [field]: names[0] ?? '' };
  return { [`${field}s`]: names.map((name) => ({ name, useHeaderRoutes: true })) };
}

/** `trafficRouting` for Ingresses of ingress-nginx; null without any. */
export function byIngresses(names: readonly string[]): TrafficRouting | null {
  if (names.length === 0) return null;
  return { nginx: names.length === 1 ? { stableIngress: names[0] ?? '' } : { stableIngresses: names } };
}

/**
 * A route that can split: next to every backend that is the stable Service alone stands the canary's, without
 * traffic. Rules that share with other Services are left alone.
 */
export function withBackend(
  route: Manifest,
  { stable, canary }: { readonly stable: string; readonly canary: string },
): { readonly manifest: Manifest; readonly isSplit: boolean; readonly isChanged: boolean } {
  const rules = rulesOf(route);
  const isAlone = (rule: Fields): boolean => {
    const refs = listOf(rule['backendRefs']);
    return refs.length === 1 && refs.every(isTo(stable));
  };
  const isReady = (rule: Fields): boolean => {
    const refs = listOf(rule['backendRefs']);
    return refs.some(isTo(stable)) && refs.some(isTo(canary));
  };
  const next = rules.map((rule) => (isAlone(rule) ? split(rule, canary) : rule));
  const isChanged = rules.some(isAlone);
  const spec = { ...specOf(route), rules: next };
  return { manifest: { ...forGit(route), spec }, isSplit: next.some(isReady), isChanged };
}

function split(rule: Fields, canary: string): Fields {
  const [stable = {}] = listOf(rule['backendRefs']);
  return {
    ...rule,
    backendRefs: [
      { ...stable, weight: 100 },
      { ...stable, name: canary, weight: 0 },
    ],
  };
}

/**
 * A route as it was before: of Services for the same pods, those that get no traffic are taken out of the
 * rules in which another one does.
 */
export function withoutIdle(route: Manifest, services: readonly string[]): Manifest {
  const isOne = (ref: Fields): boolean => services.some((service) => isTo(service)(ref));
  const rules = rulesOf(route).map((rule) => {
    const refs = listOf(rule['backendRefs']);
    const rest = refs.filter((ref) => !isOne(ref) || ref['weight'] !== 0);
    if (rest.length === refs.length || !rest.some(isOne)) return rule;
    if (rest.length > 1) return { ...rule, backendRefs: rest };
    const [{ weight: _, ...alone } = {}] = rest;
    return { ...rule, backendRefs: [alone] };
  });
  return { ...forGit(route), spec: { ...specOf(route), rules } };
}

function unrouted(given: Given, service: string): readonly string[] {
  const other = ingressesTo(given, service).map((ingress) => `ingress/${ingress.metadata.name}`);
  const routes = routesTo(given, service).map((route) => leftAlone(route, service));
  const why =
    other.length === 0
      ? 'no route of the Gateway API and no Ingress of ingress-nginx leads to it'
      : `${other.join(', ')} is not of the class nginx`;
  return [
    ...routes,
    `service/${service} selects the pods of both versions, and a weight is a share of pods: ${why}`,
  ];
}

function leftAlone(route: Manifest, service: string): string {
  const name = `${route.kind.toLowerCase()}/${route.metadata.name}`;
  return `${name} is left alone: it sends to service/${service} next to other backends`;
}

function nameOf({ metadata }: Manifest): string {
  return metadata.name;
}
