import { LABEL } from '../../../src/api/keys.ts';
import type { Manifest } from '../../../src/api/meta.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
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

/**
 * An application with the strategy that its Rollout has just now, whoever has edited it since it was made. A
 * canary that splits no traffic, and blue-green, have no routing.
 */
export function presentApp(app: App, { spec }: Rollout): App {
  const { canary, blueGreen } = spec.strategy ?? {};
  const { blueGreen: _, ...plain } = app;
  const fields = (strategy: object): App['canary'] => ({ ...strategy });
  if (blueGreen !== undefined)
    return { ...plain, routing: 'none', steps: [], canary: {}, blueGreen: fields(blueGreen) };
  const { steps = [], ...rest } = canary ?? {};
  const routing = canary?.trafficRouting === undefined ? 'none' : app.routing;
  return { ...plain, routing, steps: steps as App['steps'], canary: fields(rest) };
}

/** Whether an application is a canary by numbers of pods. */
export function isBasic({ routing, blueGreen }: App): boolean {
  return routing === 'none' && blueGreen === undefined;
}

/** The Service of one side of an application; ping-pong Services take turns. */
export function serviceOf(api: LocalApi, { name, canary }: App, role: 'stable' | 'canary'): string {
  if (!('pingPong' in canary)) return `${name}-${role}`;
  const rollout = api.get(kinds.rollouts, { namespace: 'default', name }) as unknown as Rollout | null;
  const isPong = rollout?.status?.canary?.stablePingPong === 'pong';
  return `${name}-${(role === 'stable') === isPong ? 'canary' : 'stable'}`;
}

/** The Rollout of this name; null where there is none. */
export function rolloutOf(api: LocalApi, name: string): (Manifest & Rollout) | null {
  return api.get(kinds.rollouts, { namespace: 'default', name }) as (Manifest & Rollout) | null;
}

/** The hash that a Service selects; undefined: it has none, or there is no such Service. */
export function selectedBy(api: LocalApi, name: string): string | undefined {
  const service = api.get(kinds.services, { namespace: 'default', name });
  const spec = service?.['spec'] as { readonly selector?: Readonly<Record<string, string>> } | undefined;
  return spec?.selector?.[LABEL.podTemplateHash];
}

/** Whether the stable or the canary Service of an application selects the pods with this hash. */
export function selects(api: LocalApi, app: App, role: 'stable' | 'canary', hash: string): boolean {
  return selectedBy(api, serviceOf(api, app, role)) === hash;
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
  const [kind, route] =
    app.routing === 'nginx' ? [kinds.ingresses, `${name}-${name}-canary`] : [kinds.httpRoutes, name];
  const object = api.get(kind, { namespace: 'default', name: route });
  return object === null ? 0 : (weightOf(object, serviceOf(api, app, 'canary')) ?? 0);
}

/** Whether a step gives the canary a number of pods that has nothing to do with its weight. */
export function isCustomScaled(app: App): boolean {
  return app.steps.some((step) => 'setCanaryScale' in step);
}

/** How many pods a basic canary promises to keep available, and every strategy in a restart. */
export function promisedAvailable(app: App, replicas: number): number {
  const { maxUnavailable = '25%', maxSurge = '25%' } = (app.blueGreen ?? app.canary) as Bounds;
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

/** The weight that a canary Ingress or an HTTPRoute gives to the Service `canary`; null for any other. */
export function weightOf(route: Manifest, canary: string): number | null {
  if (route.kind === 'Ingress') {
    const weight = route.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-weight'];
    return weight === undefined ? null : Number(weight);
  }
  const backends = rulesOf(route).find(isSplit)?.backendRefs ?? [];
  return backends.find(({ name }) => name === canary)?.weight ?? null;
}

/** The rules of an HTTPRoute. */
export function rulesOf(route: Manifest): readonly Rule[] {
  return (route['spec'] as { readonly rules?: readonly Rule[] } | undefined)?.rules ?? [];
}

/** Whether a rule of an HTTPRoute is one that its user has written: it looks at nothing but paths. */
export function isUsers({ matches = [] }: Rule): boolean {
  return matches.every((match) => Object.keys(match).every((key) => key === 'path'));
}

/** The user's rule by which traffic is split. */
function isSplit(rule: Rule): boolean {
  return isUsers(rule) && (rule.backendRefs ?? []).length > 1;
}

/** A rule of an HTTPRoute. */
export interface Rule {
  readonly matches?: readonly object[];
  readonly backendRefs?: readonly Backend[];
}

/** Where a rule sends requests. */
export interface Backend {
  readonly name: string;
  readonly weight?: number;
}
