import { ANNOTATION_PREFIX, LABEL } from '../../api/keys.ts';
import type { Manifest, StringMap } from '../../api/meta.ts';
import { resources } from '../../api/resources.ts';
import type { Ingress, Service } from '../../api/workload.ts';
import { type Fields, fieldsOf, listOf, specOf, textOf } from './fields.ts';
import { kinds, SCALERS } from './kinds.ts';

/** The objects of a namespace, from files or from a cluster. */
export type Given = readonly Manifest[];

/** A workload, by kind and name. */
export interface WorkloadName {
  readonly kind: string;
  readonly name: string;
}

/** The objects that come into the same namespace: one that names none comes wherever it is applied. */
export function near(given: Given, { metadata }: Manifest): Given {
  const { namespace } = metadata;
  return given.filter(
    (other) =>
      namespace === undefined ||
      other.metadata.namespace === undefined ||
      other.metadata.namespace === namespace,
  );
}

/** The object of a kind and name; null where it is not given. */
export function named(given: Given, kind: string, name: string): Manifest | null {
  return given.find((object) => object.kind === kind && object.metadata.name === name) ?? null;
}

/**
 * The Services that select pods with these labels, in the order of their names. The hash that a Rollout puts
 * into a selector does not count.
 */
export function servicesOf(given: Given, labels: StringMap): readonly Service[] {
  return given
    .filter((object): object is Service => object.kind === 'Service')
    .filter(({ spec }) => spec?.type !== 'ExternalName')
    .filter(({ spec }) => {
      const selector = Object.entries(spec?.selector ?? {}).filter(([key]) => key !== LABEL.podTemplateHash);
      return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
    })
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The Ingresses of ingress-nginx that lead to a Service. */
export function nginxIngresses(given: Given, service: string): readonly Ingress[] {
  return ingressesTo(given, service).filter(isNginx);
}

/** All Ingresses that lead to a Service, except those that carry a canary. */
export function ingressesTo(given: Given, service: string): readonly Ingress[] {
  return given
    .filter((object): object is Ingress => object.kind === 'Ingress')
    .filter(({ metadata }) => metadata.annotations?.[`${ANNOTATION_PREFIX.nginx}/canary`] !== 'true')
    .filter(({ spec }) => {
      const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
      return paths.some(({ backend }) => backend.service?.name === service);
    });
}

function isNginx({ spec, metadata }: Ingress): boolean {
  const kind = spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'];
  return kind === 'nginx';
}

/** The routes of the Gateway API that lead to a Service. */
export function routesTo(given: Given, service: string): readonly Manifest[] {
  return given
    .filter(({ kind }) => kind === 'HTTPRoute' || kind === 'GRPCRoute')
    .filter((route) => rulesOf(route).some((rule) => listOf(rule['backendRefs']).some(isTo(service))));
}

/** The rules of a route. */
export function rulesOf(route: Manifest): readonly Fields[] {
  return listOf(specOf(route)['rules']);
}

/** Whether a backend of a rule is this Service. */
export function isTo(service: string): (ref: Fields) => boolean {
  return (ref) => textOf(ref['name']) === service && (ref['kind'] ?? 'Service') === 'Service';
}

/** What scales a workload by itself: HorizontalPodAutoscalers, ScaledObjects of KEDA. */
export function scalersOf(given: Given, { kind, name }: WorkloadName): readonly Manifest[] {
  return given
    .filter((object) => SCALERS.some((scaler) => scaler.kind === object.kind))
    .filter((object) => !isMadeByKeda(object))
    .filter((object) => {
      const ref = fieldsOf(specOf(object)['scaleTargetRef']);
      // KEDA takes a Deployment for granted.
      return ref['name'] === name && (ref['kind'] ?? 'Deployment') === kind;
    });
}

/** KEDA keeps its HorizontalPodAutoscalers as their ScaledObjects say. */
function isMadeByKeda({ kind, metadata }: Manifest): boolean {
  const owners = metadata.ownerReferences ?? [];
  return (
    kind === resources.horizontalPodAutoscalers.kind &&
    owners.some((owner) => owner.kind === kinds.scaledObjects.kind)
  );
}

/** The reference by which a scaler finds a workload. */
export function scaleTarget({ kind, name }: WorkloadName): Fields {
  return { apiVersion: kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1', kind, name };
}

/** A scaler that scales another workload, otherwise as it is. */
export function retargeted(scaler: Manifest, to: WorkloadName): Manifest {
  const spec = specOf(scaler);
  return {
    ...scaler,
    spec: { ...spec, scaleTargetRef: { ...fieldsOf(spec['scaleTargetRef']), ...scaleTarget(to) } },
  };
}
