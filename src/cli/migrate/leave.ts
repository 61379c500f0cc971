import type { Manifest, PodTemplate } from '../../api/meta.ts';
import type { CanaryStrategy, Rollout } from '../../api/rollout.ts';
import type { Deployment } from '../../api/workload.ts';
import { isSameJson } from '../../core/merge-patch.ts';
import { Refusal } from '../refusal.ts';
import { title } from './arrive.ts';
import { carriedMetadata, forGit, gitKeeper } from './manifest.ts';
import { joined, type Migration, type Part } from './migration.ts';
import { type Given, named, retargeted, routesTo, scalersOf } from './neighbours.ts';
import { withoutIdle } from './routing.ts';

/** Where the pods of the Deployment come from: its own template, or one that is copied into it. */
export type Source =
  | { readonly kind: 'reference'; readonly deployment: Deployment }
  | {
      readonly kind: 'copy';
      readonly template: PodTemplate;
      readonly selector: Deployment['spec']['selector'];
    };

/** A Deployment in place of a Rollout, and everything handed back. Throws a Refusal where that cannot be. */
export function leave(rollout: Rollout, given: Given, source: Source): Migration {
  const deployment = deploymentOf(rollout, given, source);
  const plain = plainRollout(rollout);
  const parts: readonly Part[] = [
    { manifests: [deployment, plain] },
    scaling(rollout, deployment, given),
    routing(rollout, given),
    keeping(rollout),
  ];
  return { ...joined(parts), order: orderOf(rollout, deployment, joined(parts).manifests) };
}

/** The Deployment as it is to be: of the Rollout's size. */
export function deploymentOf(rollout: Rollout, given: Given, source: Source): Deployment {
  const { replicas = 1 } = rollout.spec;
  if (source.kind === 'reference') {
    const { deployment } = source;
    refusePaused(deployment);
    return { ...(forGit(deployment) as Deployment), spec: { ...deployment.spec, replicas } };
  }
  const { name } = rollout.metadata;
  const { selector, template } = source;
  const there = named(given, 'Deployment', name) as Deployment | null;
  if (there !== null && !isSameJson(there.spec.selector, selector))
    throw new Refusal(
      `deployment/${name} is there and selects other pods, which cannot be changed: delete it, or rename the Rollout's successor`,
    );
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: carriedMetadata(there?.metadata ?? rollout.metadata),
    spec: { replicas, selector, template, ...limitsOf(rollout) },
  };
}

/** A paused Deployment brings back the pods that it last had, not its template. */
function refusePaused({ metadata, spec }: Deployment): void {
  if (spec.paused === true)
    throw new Refusal(
      `deployment/${metadata.name} is paused and would start an older version: kubectl rollout resume deployment ${metadata.name}`,
    );
}

function limitsOf(rollout: Rollout) {
  const { minReadySeconds = 0, revisionHistoryLimit, progressDeadlineSeconds } = rollout.spec;
  const { maxSurge, maxUnavailable } = rollout.spec.strategy?.canary ?? {};
  const rollingUpdate = {
    ...(maxSurge === undefined ? {} : { maxSurge }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
  };
  return {
    ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
    ...(revisionHistoryLimit === undefined ? {} : { revisionHistoryLimit }),
    ...(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }),
    ...(Object.keys(rollingUpdate).length === 0
      ? {}
      : { strategy: { type: 'RollingUpdate', rollingUpdate } }),
  };
}

/**
 * The Rollout that holds on to nothing but its pods: without Services and routes, which its controller then
 * hands back, and without scaling the Deployment down.
 */
export function plainRollout(rollout: Rollout): Rollout {
  const { workloadRef, strategy } = rollout.spec;
  const { maxSurge, maxUnavailable } = strategy?.canary ?? {};
  const canary: CanaryStrategy = {
    ...(maxSurge === undefined ? {} : { maxSurge }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
  };
  const spec = {
    ...rollout.spec,
    ...(workloadRef === undefined ? {} : { workloadRef: { ...workloadRef, scaleDown: 'never' as const } }),
    strategy: { canary },
  };
  const { status: _, ...rest } = rollout;
  return { ...rest, metadata: carriedMetadata(rollout.metadata), spec };
}

/** The Services that a Rollout has in its hands. */
export function servicesIn({ spec }: Rollout): readonly string[] {
  const { canary, blueGreen } = spec.strategy ?? {};
  const names = [
    canary?.stableService,
    canary?.canaryService,
    canary?.pingPong?.pingService,
    canary?.pingPong?.pongService,
    blueGreen?.activeService,
    blueGreen?.previewService,
  ];
  return names.filter((name): name is string => name !== undefined && name !== '');
}

function scaling(rollout: Rollout, deployment: Deployment, given: Given): Part {
  const scalers = scalersOf(given, { kind: 'Rollout', name: rollout.metadata.name });
  const to = { kind: 'Deployment', name: deployment.metadata.name };
  return { manifests: scalers.map((scaler) => retargeted(forGit(scaler), to)) };
}

function routing(rollout: Rollout, given: Given): Part {
  const { stableService = '', canaryService = '', trafficRouting } = rollout.spec.strategy?.canary ?? {};
  const routes = routesTo(given, stableService).filter(
    (route) => routesTo([route], canaryService).length > 0,
  );
  const second = canaryService || rollout.spec.strategy?.blueGreen?.previewService;
  const others = Object.keys(trafficRouting ?? {}).filter(
    (router) => !['nginx', 'plugins', 'managedRoutes', 'maxTrafficWeight'].includes(router),
  );
  return {
    manifests: routes.map((route) => withoutIdle(route, [stableService, canaryService])),
    notes: [
      ...(second === undefined || second === ''
        ? []
        : [`delete service/${second} when nobody uses it any more`]),
      ...others.map(
        (router) => `${router}: take the canary out of your routes, where it has no traffic any more`,
      ),
    ],
  };
}

function keeping({ metadata }: Rollout): Part {
  const keeper = gitKeeper(metadata);
  return {
    lost: ['the steps and analyses of the strategy: a Deployment replaces its pods at once'],
    notes:
      keeper === null
        ? []
        : [
            `${keeper} keeps this Rollout as it is in Git: commit these manifests, or it puts back what changes here`,
          ],
  };
}

function orderOf(
  { metadata }: Rollout,
  deployment: Deployment,
  manifests: readonly Manifest[],
): readonly string[] {
  const [routes, scalers] = [manifests.filter(isRoute), manifests.filter(isScaler)].map((list) =>
    list.map(title),
  );
  return [
    `apply ${title(deployment)} and wait until it is there: kubectl rollout status deployment ${deployment.metadata.name}`,
    `apply rollout/${metadata.name} without Services and routes: they lead to the pods of both now`,
    ...((scalers ?? []).length === 0 ? [] : [`apply ${(scalers ?? []).join(', ')}`]),
    `kubectl delete rollout ${metadata.name}`,
    ...((routes ?? []).length === 0 ? [] : [`apply ${(routes ?? []).join(', ')}`]),
  ];
}

function isRoute({ kind }: Manifest): boolean {
  return kind === 'HTTPRoute' || kind === 'GRPCRoute';
}

function isScaler({ kind }: Manifest): boolean {
  return kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject';
}
