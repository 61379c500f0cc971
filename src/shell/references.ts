import type { AnalysisTemplateRef } from '../api/analysis.ts';
import type { Rollout } from '../api/rollout.ts';
import { stickySessions } from '../api/sessions.ts';
import { serviceNames } from '../core/release-service.ts';
import { sidesOf } from '../core/rollout/sides.ts';
import type { RouteTarget } from '../core/routes.ts';
import { routersOf } from '../routers/index.ts';
import type { BoundRouter } from '../routers/router.ts';
import type { KubeObject } from './kube/object.ts';

/**
 * What a Rollout refers to, as index values `Kind/namespace/name`: a change of one of them is a look at the
 * Rollout.
 */
export function referencesOf(object: KubeObject): readonly string[] {
  const rollout = object as Rollout & KubeObject;
  const namespace = rollout.metadata.namespace ?? '';
  const routes = boundRouters(rollout).flatMap((router) => router.refs(routeTarget(rollout)));
  return [
    ...serviceNames(rollout).map((name) => `Service/${namespace}/${name}`),
    ...routes.map((ref) => `${ref.kind}/${ref.namespace}/${ref.name}`),
    ...(templateRefs(rollout).length > 0 ? [`AnalysisTemplate/${namespace}`, 'ClusterAnalysisTemplate'] : []),
  ];
}

/** The templates that the spec names itself. */
export function templateRefs(rollout: Rollout): readonly AnalysisTemplateRef[] {
  const { canary, blueGreen } = rollout.spec?.strategy ?? {};
  const steps = (canary?.steps ?? []).map((step) => step.analysis);
  const all = [canary?.analysis, ...steps, blueGreen?.prePromotionAnalysis, blueGreen?.postPromotionAnalysis];
  const experiments = (canary?.steps ?? []).flatMap((step) => step.experiment?.analyses ?? []);
  return [
    ...all.flatMap((analysis) => analysis?.templates ?? []),
    ...experiments.map(({ templateName, clusterScope = false }) => ({ templateName, clusterScope })),
  ];
}

/** The usable routers of a Rollout; none where their configuration is wrong. */
export function boundRouters(rollout: Rollout): readonly BoundRouter[] {
  const routing = rollout.spec?.strategy?.canary?.trafficRouting;
  if (routing === undefined) return [];
  const found = routersOf(routing);
  return found.kind === 'routers' ? found.routers : [];
}

/** Between what a Rollout's routers route. */
export function routeTarget(rollout: Rollout): RouteTarget {
  const canary = rollout.spec?.strategy?.canary;
  const sides = sidesOf(rollout);
  const { name, namespace, uid } = rollout.metadata;
  return {
    rollout: { name, namespace: namespace ?? '', uid: uid ?? '' },
    stableService: sides.stable ?? '',
    canaryService: sides.canary ?? '',
    maxWeight: canary?.trafficRouting?.maxTrafficWeight ?? 100,
    managedRoutes: (canary?.trafficRouting?.managedRoutes ?? []).map((route) => route.name),
    sessions: stickySessions(rollout.metadata).kind === 'cookie',
  };
}
