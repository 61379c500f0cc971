import type { Manifest } from '../../../api/meta.ts';
import type { TrafficRouting } from '../../../api/rollout.ts';
import { type Fields, fieldsOf, listOf, present, textOf } from '../fields.ts';
import type { Part } from '../migration.ts';
import { GATEWAY } from '../routing.ts';
import type { Canary } from './canary.ts';
import type { Mode } from './mode.ts';

/** How traffic is split in the words of a Rollout, and the routes for it. */
export interface Routes extends Part {
  readonly trafficRouting: TrafficRouting | null;
  readonly can: { readonly headers: boolean; readonly mirror: boolean };
}

/** The routes that Flagger made, made anew: they lead to the Services of the Rollout. */
export function routesOf(canary: Canary, mode: Mode): Routes {
  const { provider, ingress, service } = canary;
  const isSplit = mode === 'canary' || mode === 'headers';
  switch (provider.kind) {
    case 'kubernetes':
      return { trafficRouting: null, can: NOTHING };
    case 'nginx':
      return {
        trafficRouting: isSplit ? { nginx: { stableIngress: ingress } } : null,
        can: NOTHING,
        lost: ingress === '' ? ['spec.ingressRef is missing: name your Ingress in trafficRouting.nginx'] : [],
      };
    case 'gatewayapi':
      return {
        trafficRouting: isSplit ? { plugins: { [GATEWAY]: { httpRoute: service.apex } } } : null,
        can: EVERYTHING,
        ...httpRoute(canary, isSplit),
      };
    case 'istio':
      return {
        trafficRouting: isSplit
          ? { istio: { virtualService: { name: service.apex, routes: ['primary'] } } }
          : null,
        can: EVERYTHING,
        ...virtualService(canary, isSplit),
      };
    case 'other':
      return {
        trafficRouting: null,
        can: NOTHING,
        lost: [
          `routing by ${provider.name}: the routes lead to service/${service.primary}, make them lead to service/${service.apex}; without trafficRouting a weight is a share of pods`,
        ],
      };
    default:
      return provider satisfies never;
  }
}

const NOTHING = { headers: false, mirror: false };
const EVERYTHING = { headers: true, mirror: true };

/** The two backends, or the one that is left. */
function backends(canary: Canary, isSplit: boolean): readonly Fields[] {
  const { apex, canary: second, port } = canary.service;
  const to = (name: string, weight: number) => ({ name, port, weight });
  return isSplit ? [to(apex, 100), to(second, 0)] : [{ name: apex, port }];
}

function metadataOf({ namespace }: Canary, name: string): Manifest['metadata'] {
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}

/** Fields of Flagger's service that an HTTPRoute says in other words, which are left to the user. */
const OF_ROUTES = ['retries', 'rewrite', 'headers', 'corsPolicy', 'mirror'] as const;

function httpRoute(canary: Canary, isSplit: boolean): Part {
  const { apex, raw } = canary.service;
  const matches = listOf(raw['match']).map(routeMatch);
  const unclear = matches.filter((match) => match === null).length;
  const clear = matches.filter((match) => match !== null);
  const timeout = textOf(raw['timeout']);
  const rule = present({
    matches: clear.length > 0 ? clear : undefined,
    backendRefs: backends(canary, isSplit),
    timeouts: timeout === '' ? undefined : { request: timeout },
  });
  const spec = present({ parentRefs: raw['gatewayRefs'], hostnames: raw['hosts'], rules: [rule] });
  const route: Manifest = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: metadataOf(canary, apex),
    spec,
  };
  return {
    manifests: [route],
    lost: [
      ...OF_ROUTES.filter((field) => raw[field] !== undefined).map(
        (field) => `service.${field}: set it in httproute/${apex}`,
      ),
      ...(unclear === 0 ? [] : [`service.match: set the rest of it in httproute/${apex}`]),
      ...(raw['gatewayRefs'] === undefined
        ? [`service.gatewayRefs is missing: set parentRefs in httproute/${apex}`]
        : []),
    ],
  };
}

/** A condition on a path as Istio writes it, as the Gateway API does; null where there is more to it. */
function routeMatch(match: Fields): Fields | null {
  const { uri, ...others } = match;
  if (Object.keys(others).length > 0) return null;
  const { prefix, exact, regex } = fieldsOf(uri);
  if (typeof prefix === 'string') return { path: { type: 'PathPrefix', value: prefix } };
  if (typeof exact === 'string') return { path: { type: 'Exact', value: exact } };
  return typeof regex === 'string' ? { path: { type: 'RegularExpression', value: regex } } : null;
}

/** Istio's own fields, which Flagger passes on as they are. */
const OF_ISTIO = ['match', 'rewrite', 'timeout', 'retries', 'headers', 'corsPolicy'] as const;

function virtualService(canary: Canary, isSplit: boolean): Part {
  const { apex, canary: second, raw } = canary.service;
  const kept = Object.fromEntries(
    OF_ISTIO.flatMap((field) => (raw[field] === undefined ? [] : [[field, raw[field]]])),
  );
  const to = (host: string, weight: number) => ({ destination: { host }, weight });
  const route = isSplit ? [to(apex, 100), to(second, 0)] : [{ destination: { host: apex } }];
  const hosts = Array.isArray(raw['hosts']) ? (raw['hosts'] as readonly unknown[]) : [];
  const isDelegate = raw['delegation'] === true;
  const spec = present({
    gateways: isDelegate ? undefined : raw['gateways'],
    hosts: isDelegate ? undefined : hosts.length > 0 ? hosts : [apex],
    http: [{ name: 'primary', ...kept, route }],
  });
  const policies = raw['trafficPolicy'] === undefined ? [] : [apex, second];
  return {
    manifests: [
      istio('VirtualService', metadataOf(canary, apex), spec),
      ...policies.map((host) =>
        istio('DestinationRule', metadataOf(canary, host), { host, trafficPolicy: raw['trafficPolicy'] }),
      ),
    ],
  };
}

function istio(kind: string, metadata: Manifest['metadata'], spec: Fields): Manifest {
  return { apiVersion: 'networking.istio.io/v1', kind, metadata, spec };
}
