import { ANNOTATION_PREFIX } from '../../api/keys.ts';
import type { Manifest, StringMap } from '../../api/meta.ts';
import type { NginxRouting } from '../../api/traffic.ts';
import { isSameJson } from '../../core/merge-patch.ts';
import { ownerReference } from '../../core/owner.ts';
import type { RouteTarget } from '../../core/routes.ts';
import { type Fields, fieldsOf, listOf, textOf, withField } from '../fields.ts';

/** `apiVersion` of an Ingress. */
export const INGRESS_API = 'networking.k8s.io/v1';

/** What `canary-weight` is a fraction of where no `canary-weight-total` says otherwise. */
export const DEFAULT_TOTAL = 100;

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const NAME_LIMIT = 253;
const SUFFIX = '-canary';

/** One stable Ingress with its canary Ingress. */
export interface Pair {
  readonly stableName: string;
  readonly canaryName: string;
  /** Where the stable Ingress is named, from the configuration on. */
  readonly path: string;
  readonly stable: Manifest | null;
  readonly canary: Manifest | null;
}

/** What a canary Ingress is made for. */
export interface Purpose {
  readonly weight: number;
  readonly config: NginxRouting;
  readonly target: RouteTarget;
}

/**
 * The canary Ingress with the weight, or null where it can be neither found nor made. One of somebody else
 * stays as it is. Where the stable Ingress is gone or no longer ours, the canary Ingress keeps its rules and
 * gets the weight all the same: a rollback must not wait for somebody to repair it.
 */
export function canaryIngress({ stable, canary, canaryName }: Pair, purpose: Purpose): Manifest | null {
  const { target } = purpose;
  const spec = stable === null ? undefined : canarySpec(stable, target);
  if (canary === null) {
    if (stable === null || spec === undefined) return null;
    const metadata = {
      name: canaryName,
      namespace: target.rollout.namespace,
      annotations: annotationsOf({}, stable, purpose),
      ownerReferences: [ownerReference(target.rollout)],
    };
    return { apiVersion: INGRESS_API, kind: 'Ingress', metadata, spec };
  }
  if (!isControlledBy(canary, target)) return canary;
  const annotations = annotationsOf(canary.metadata.annotations ?? {}, stable, purpose);
  const next = { ...canary, metadata: { ...canary.metadata, annotations }, spec: spec ?? canary['spec'] };
  return isSameJson(canary, next) ? canary : next;
}

/** At most 253 characters: what stands before the suffix is cut. */
export function canaryIngressName(stableName: string, target: RouteTarget): string {
  return `${target.rollout.name}-${stableName}`.slice(0, NAME_LIMIT - SUFFIX.length) + SUFFIX;
}

/**
 * The stable Ingress's rules with only the paths to the stable Service, sent to the canary Service.
 * Other paths must not be there: NGINX answers 503 for a path whose Service is in both Ingresses.
 * Source: https://github.com/kubernetes/ingress-nginx/issues/3952,
 * https://github.com/argoproj/argo-rollouts/issues/3541
 */
export function canaryRules(stable: Manifest, target: RouteTarget): readonly Fields[] {
  return listOf(fieldsOf(stable['spec'])['rules']).flatMap((item) => {
    const rule = fieldsOf(item);
    const http = fieldsOf(rule['http']);
    const paths = listOf(http['paths'])
      .map(fieldsOf)
      .filter((path) => serviceOf(path) === target.stableService)
      .map((path) => withService(path, target.canaryService));
    return paths.length === 0 ? [] : [{ ...rule, http: { ...http, paths } }];
  });
}

/** Whether any path of the Ingress goes to the Service. */
export function usesService(ingress: Manifest, service: string): boolean {
  return listOf(fieldsOf(ingress['spec'])['rules'])
    .flatMap((rule) => listOf(fieldsOf(fieldsOf(rule)['http'])['paths']))
    .some((path) => serviceOf(fieldsOf(path)) === service);
}

/** Whether the Rollout owns the Ingress as its controller. */
export function isControlledBy(ingress: Manifest, { rollout }: RouteTarget): boolean {
  return (ingress.metadata.ownerReferences ?? []).some(
    (owner) => owner.controller === true && owner.uid === rollout.uid,
  );
}

/** What stands before the slash in the keys of NGINX's annotations. */
export function prefixOf(config: NginxRouting): string {
  return config.annotationPrefix || ANNOTATION_PREFIX.nginx;
}

/** Undefined where no path goes to the stable Service. */
function canarySpec(stable: Manifest, target: RouteTarget): Fields | undefined {
  const rules = canaryRules(stable, target);
  if (rules.length === 0) return undefined;
  const { ingressClassName, tls } = fieldsOf(stable['spec']);
  // NGINX looks at the annotation first, and the API server refuses a new Ingress that has both.
  const byField = stable.metadata.annotations?.[CLASS_ANNOTATION] === undefined;
  return {
    ...(byField && ingressClassName !== undefined && { ingressClassName }),
    ...(tls !== undefined && { tls }),
    rules,
  };
}

/** Annotations of others stay. Of ours, those that no longer apply are removed. */
function annotationsOf(existing: StringMap, stable: Manifest | null, purpose: Purpose): StringMap {
  const { weight, config, target } = purpose;
  const prefix = prefixOf(config);
  const total = `${prefix}/canary-weight-total`;
  const className = (stable?.metadata.annotations ?? (stable === null ? existing : {}))[CLASS_ANNOTATION];
  return {
    ...withField(withField(existing, CLASS_ANNOTATION, className), total, undefined),
    ...additional(config),
    [`${prefix}/canary`]: 'true',
    [`${prefix}/canary-weight`]: String(weight),
    ...(target.maxWeight !== DEFAULT_TOTAL && { [total]: String(target.maxWeight) }),
    ...config.canaryIngressAnnotations,
  };
}

function additional(config: NginxRouting): StringMap {
  const prefix = prefixOf(config);
  const entries = Object.entries(config.additionalIngressAnnotations ?? {});
  return Object.fromEntries(
    entries.map(([key, value]) => [key.startsWith(prefix) ? key : `${prefix}/${key}`, value]),
  );
}

function serviceOf(path: Fields): string | undefined {
  return textOf(fieldsOf(fieldsOf(path['backend'])['service'])['name']);
}

function withService(path: Fields, name: string): Fields {
  const backend = fieldsOf(path['backend']);
  return { ...path, backend: { ...backend, service: { ...fieldsOf(backend['service']), name } } };
}
