import type { Issue } from '../meta.ts';
import { at } from '../path.ts';
import type { AlbRouting, CanaryStrategy, NginxRouting, TrafficRouting } from '../rollout.ts';
import { inRange, invalid, required, unique, when } from './issue.ts';

const ONLY_SOME = 'Canary maxTrafficWeight in traffic routing only supported in Nginx and Plugins';

const NGINX_TOTAL =
  'must be at least 100 with NGINX, which counts a lower total as 100 and would send the canary too little';

/** The routers that are set, by their field's name. A field that is null or absent is not set. */
export function routersOf(routing: TrafficRouting | undefined): readonly string[] {
  const { managedRoutes: _routes, maxTrafficWeight: _weight, plugins = {}, ...routers } = routing ?? {};
  const names = Object.entries(routers).filter(([, config]) => config !== undefined && config !== null);
  return [...names.map(([name]) => name), ...(Object.keys(plugins).length > 0 ? ['plugins'] : [])];
}

/** Whether the canary needs a canary and a stable Service of its own. Plugins say so themselves. */
export function needsServices(canary: CanaryStrategy): boolean {
  const routing = canary.trafficRouting;
  const routers = routersOf(routing).filter((name) => name !== 'plugins');
  if (routers.length === 0) return false;
  if (routing?.alb !== undefined && canary.pingPong !== undefined) return false;
  if (routing?.istio !== undefined) {
    return routing.istio.destinationRule === undefined && canary.pingPong === undefined;
  }
  return true;
}

/** The issues of a pair of Services that take turns. */
export function pingPongIssues(path: string, canary: CanaryStrategy): readonly Issue[] {
  const { pingPong, trafficRouting } = canary;
  if (pingPong === undefined) return [];
  const routers = routersOf(trafficRouting);
  const isRoutable = ['alb', 'istio', 'plugins'].some((name) => routers.includes(name));
  const { pingService, pongService } = pingPong;
  const bothNeeded = 'Ping service and Pong service must to be set to use Ping-Pong feature';
  const same =
    'This rollout uses the same service for the ping and pong services, but two different services are required.';
  const routable = 'Ping-pong feature works with the ALB, Istio, and plugin-based traffic routers only';
  const root = 'Root service field is required for the configuration with ALB and ping-pong feature enabled';
  const alb = trafficRouting?.alb;
  return [
    ...when(pingService === '', invalid(at(path, 'pingService'), pingService, bothNeeded)),
    ...when(pongService === '', invalid(at(path, 'pongService'), pongService, bothNeeded)),
    ...when(
      pingService !== '' && pingService === pongService,
      invalid(at(path, 'pingService'), pingService, same),
    ),
    ...when(!isRoutable, invalid(path, pingPong, routable)),
    ...when(
      alb !== undefined && (alb.rootService ?? '') === '',
      invalid('spec.strategy.canary.trafficRouting.alb.rootService', '', root),
    ),
  ];
}

/**
 * The issues of what weights are fractions of. ingress-nginx takes a total below 100 for 100, so with one of
 * 50 half of the requests would stay where they are.
 * Source: https://github.com/kubernetes/ingress-nginx, `canary-weight-total`
 */
export function maxWeightIssues(path: string, routing: TrafficRouting | undefined): readonly Issue[] {
  const weight = routing?.maxTrafficWeight;
  if (weight === undefined) return [];
  const routers = routersOf(routing);
  if (!['nginx', 'plugins'].some((name) => routers.includes(name))) return [invalid(path, weight, ONLY_SOME)];
  if (weight <= 0) return [invalid(path, weight, 'must be greater than 0')];
  return when(weight < 100 && routers.includes('nginx'), invalid(path, weight, NGINX_TOTAL));
}

/** Everything that is wrong with the routers' configuration by itself. */
export function trafficRoutingIssues(path: string, routing: TrafficRouting | undefined): readonly Issue[] {
  if (routing === undefined) return [];
  const { nginx, alb } = routing;
  const routes = (routing.managedRoutes ?? []).map((route) => route.name);
  return [
    ...unique(routes, (index) => at(path, 'managedRoutes', index, 'name')),
    ...(nginx === undefined ? [] : nginxIssues(at(path, 'nginx'), nginx)),
    ...(alb === undefined ? [] : albIssues(at(path, 'alb'), alb)),
    ...otherIssues(path, routing),
  ];
}

function nginxIssues(path: string, nginx: NginxRouting): readonly Issue[] {
  const one = (nginx.stableIngress ?? '') !== '';
  const several = (nginx.stableIngresses ?? []).length > 0;
  if (one !== several) return [];
  const how = one ? 'Both are configured.' : 'Neither are configured.';
  const message = `Internal error: Either StableIngress or StableIngresses must be configured. ${how}`;
  return [{ path, message }];
}

function albIssues(path: string, alb: AlbRouting): readonly Issue[] {
  const one = (alb.ingress ?? '') !== '';
  const several = (alb.ingresses ?? []).length > 0;
  const how = one ? 'Both are configured.' : 'Neither are configured.';
  const message = `Internal error: Either Ingress or Ingresses must be configured. ${how}`;
  const seconds = alb.stickinessConfig?.enabled === true ? alb.stickinessConfig.durationSeconds : undefined;
  return [
    ...when(one === several, { path, message }),
    ...inRange(at(path, 'servicePort'), alb.servicePort, 1, 65_535),
    ...inRange(at(path, 'stickinessConfig', 'durationSeconds'), seconds, 1, 604_800),
  ];
}

function otherIssues(path: string, routing: TrafficRouting): readonly Issue[] {
  const { istio, ambassador, apisix, appMesh } = routing;
  const one = istio?.virtualService !== undefined;
  const several = (istio?.virtualServices ?? []).length > 0;
  return [
    ...when(
      istio !== undefined && one === several,
      required(at(path, 'istio'), 'exactly one of virtualService and virtualServices must be set'),
    ),
    ...when(
      ambassador !== undefined && (ambassador.mappings ?? []).length === 0,
      required(at(path, 'ambassador', 'mappings')),
    ),
    ...when(apisix !== undefined && apisix.route === undefined, required(at(path, 'apisix', 'route'))),
    ...when(
      appMesh !== undefined &&
        (appMesh.virtualService === undefined || appMesh.virtualNodeGroup === undefined),
      required(at(path, 'appMesh'), 'virtualService and virtualNodeGroup must be set'),
    ),
  ];
}
