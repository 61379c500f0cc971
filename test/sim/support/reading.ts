import { LABEL } from '../../../src/api/keys.ts';
import type { Manifest } from '../../../src/api/meta.ts';
import type { Kind, LocalApi } from '../../../src/sim/api-server/api.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import type { App } from './script.ts';

/** An object that somebody owns. */
export type Owned = Manifest;

/** The objects of a kind that this one owns. */
export function ownedBy(api: LocalApi, kind: Kind, owner: Manifest): readonly Owned[] {
  const { namespace = '', uid } = owner.metadata;
  return api
    .list(kind, { namespace })
    .filter(({ metadata }) => metadata.ownerReferences?.some((reference) => reference.uid === uid));
}

/** Whether the stable or the canary Service of an application selects the pods with this hash. */
export function selects(api: LocalApi, app: App, role: 'stable' | 'canary', hash: string): boolean {
  const service = api.get(kinds.services, { namespace: 'default', name: `${app.name}-${role}` });
  const spec = service?.['spec'] as { readonly selector?: Readonly<Record<string, string>> } | undefined;
  return spec?.selector?.[LABEL.podTemplateHash] === hash;
}

/** The share of traffic, in percent, that goes to the pods with this hash as routes and Services are now. */
export function canaryShare(api: LocalApi, app: App, hash: string): number {
  const weight = canaryWeight(api, app);
  const canary = selects(api, app, 'canary', hash) ? weight : 0;
  const stable = selects(api, app, 'stable', hash) ? 100 - weight : 0;
  return canary + stable;
}

/** The weight of the canary, in percent, as the route objects of an application say now. */
export function canaryWeight(api: LocalApi, app: App): number {
  const { name } = app;
  if (app.routing === 'nginx') {
    const ingress = api.get(kinds.ingresses, { namespace: 'default', name: `${name}-${name}-canary` });
    return Number(ingress?.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-weight'] ?? 0);
  }
  const route = api.get(kinds.httpRoutes, { namespace: 'default', name });
  const spec = route?.['spec'] as
    | { readonly rules?: readonly { readonly backendRefs?: readonly { name: string; weight?: number }[] }[] }
    | undefined;
  const backends = spec?.rules?.[0]?.backendRefs ?? [];
  return backends.find((backend) => backend.name.endsWith('-canary'))?.weight ?? 0;
}

/** Whether a step gives the canary a number of pods that has nothing to do with its weight. */
export function isCustomScaled(app: App): boolean {
  return app.steps.some((step) => 'setCanaryScale' in step);
}

/** How many pods a basic canary promises to keep available. */
export function promisedAvailable(app: App, replicas: number): number {
  const { maxUnavailable = '25%', maxSurge = '25%' } = app.canary as Bounds;
  const unavailable = Math.floor(portion(maxUnavailable, replicas));
  const surge = Math.ceil(portion(maxSurge, replicas));
  return replicas - (unavailable === 0 && surge === 0 ? 1 : unavailable);
}

/** How many pods a basic canary may have. */
export function mostPods(app: App, replicas: number): number {
  const { maxSurge = '25%' } = app.canary as Bounds;
  return replicas + Math.ceil(portion(maxSurge, replicas));
}

interface Bounds {
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
}

function portion(bound: number | string, replicas: number): number {
  return typeof bound === 'number' ? bound : (Number.parseFloat(bound) * replicas) / 100;
}

/** The weight that a canary Ingress or an HTTPRoute gives to the canary; null for any other. */
export function weightOf(route: Manifest): number | null {
  if (route.kind === 'Ingress') {
    const weight = route.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-weight'];
    return weight === undefined ? null : Number(weight);
  }
  const spec = route['spec'] as { rules?: readonly { backendRefs?: readonly Backend[] }[] } | undefined;
  const backends = spec?.rules?.[0]?.backendRefs ?? [];
  return backends.find(({ name }) => name.endsWith('-canary'))?.weight ?? null;
}

interface Backend {
  readonly name: string;
  readonly weight?: number;
}
