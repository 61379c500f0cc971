import { LABEL } from '../../api/keys.ts';
import type { Manifest, StringMap } from '../../api/meta.ts';
import type { Service, ServicePort } from '../../api/workload.ts';
import { isSameJson } from '../../core/merge-patch.ts';
import { Refusal } from '../refusal.ts';
import { carriedMetadata } from './manifest.ts';
import { type Given, ingressesTo, named, nginxIngresses, routesTo, servicesOf } from './neighbours.ts';

/** The Service that users come through, and the others that select the same pods. */
export interface Chosen {
  readonly service: Service | null;
  readonly others: readonly Service[];
}

/** Longest name of a Service. Source: RFC 1035 labels. */
const LONGEST_NAME = 63;

/**
 * Chooses the Service that the traffic of some pods comes through: the one that is wished for, else one that
 * a route or an Ingress leads to, else one with the workload's name, else the first. Throws a Refusal where
 * the wish does not select the pods.
 */
export function chooseService(
  given: Given,
  workload: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
  wish: string | undefined,
): Chosen {
  const all = servicesOf(given, workload.labels);
  if (wish !== undefined && !all.some(({ metadata }) => metadata.name === wish))
    throw new Refusal(`--service: there is no Service "${wish}" that selects these pods`);
  const isWished = ({ metadata }: Service): boolean => metadata.name === wish;
  const isRouted = ({ metadata }: Service): boolean =>
    routesTo(given, metadata.name).length > 0 || nginxIngresses(given, metadata.name).length > 0;
  const hasName = ({ metadata }: Service): boolean => metadata.name === workload.name;
  const isEntered = ({ metadata }: Service): boolean => ingressesTo(given, metadata.name).length > 0;
  const claims = [isWished, isRouted, isEntered, hasName, () => true];
  const service = claims.flatMap((claim) => all.find(claim) ?? []).at(0) ?? null;
  return { service, others: all.filter((other) => other !== service) };
}

/**
 * A Service beside another one, for the pods of the new version: the same ports, inside the cluster. Throws a
 * Refusal where one of its name is there and leads elsewhere.
 */
export function siblingOf(given: Given, service: Service, suffix: 'canary' | 'preview'): Manifest {
  const { ports = [] } = service.spec ?? {};
  const name = siblingName(service.metadata.name, suffix);
  const selector = selectorOf(service);
  const there = named(given, 'Service', name) as Service | null;
  if (there !== null && !isSameJson(selectorOf(there), selector))
    throw new Refusal(
      `service/${name} is there and does not select what service/${service.metadata.name} selects: it cannot be the one of the ${suffix}`,
    );
  const { labels } = carriedMetadata(service.metadata);
  const { namespace } = service.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
    },
    spec: { selector, ports: ports.map(insidePort) },
  };
}

/** A port without its number on every node, which only one Service can have. */
function insidePort(port: ServicePort): ServicePort {
  const { nodePort: _, ...rest } = port;
  return rest;
}

/** Whom a Service selects, whichever version it has been put on. */
function selectorOf({ spec }: Service): StringMap {
  const { [LABEL.podTemplateHash]: _, ...own } = spec?.selector ?? {};
  return own;
}

/** `shop-canary` for `shop` and for `shop-stable`, cut so that it can be the name of a Service. */
function siblingName(service: string, suffix: string): string {
  const name = service.replace(/-(stable|active)$/, '');
  return `${name.slice(0, LONGEST_NAME - suffix.length - 1).replace(/[-.]+$/, '')}-${suffix}`;
}
