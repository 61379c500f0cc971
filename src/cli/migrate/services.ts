import { LABEL } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import type { Service } from '../../api/workload.ts';
import { Refusal } from '../refusal.ts';
import { carriedMetadata } from './manifest.ts';
import { type Given, ingressesTo, nginxIngresses, routesTo, servicesOf } from './neighbours.ts';

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

/** A Service like another one, for pods of the new version: the same ports, inside the cluster. */
export function siblingOf(service: Service, name: string): Manifest {
  const { ports = [], selector = {} } = service.spec ?? {};
  const { [LABEL.podTemplateHash]: _, ...own } = selector;
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
    spec: { selector: own, ports: ports.map(({ nodePort: __, ...port }) => port) },
  };
}

/** `shop-canary` for `shop` and for `shop-stable`, cut so that it can be the name of a Service. */
export function siblingName(service: string, suffix: string): string {
  const name = service.replace(/-(stable|active)$/, '');
  return `${name.slice(0, LONGEST_NAME - suffix.length - 1).replace(/[-.]+$/, '')}-${suffix}`;
}
