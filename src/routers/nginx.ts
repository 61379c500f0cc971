import type { Issue, Manifest, StringMap } from '../api/meta.ts';
import { nginxRouting } from '../api/schema/traffic.ts';
import type { NginxRouting } from '../api/traffic.ts';
import type { Note } from '../core/plan.ts';
import type { Routes, RouteTarget } from '../core/routes.ts';
import {
  canaryIngress,
  canaryIngressName,
  canaryRules,
  DEFAULT_TOTAL,
  INGRESS_API,
  isControlledBy,
  type Pair,
  prefixOf,
  usesService,
} from './nginx/canary-ingress.ts';
import type { Manifests, ObjectRef, TrafficRouter } from './router.ts';

const schema = nginxRouting.superRefine((config, context) => {
  for (const issue of configIssues(config)) context.addIssue({ code: 'custom', ...issue });
});

/**
 * Routes by weight through the NGINX Ingress controller. Beside each stable Ingress stands a canary Ingress
 * with the same hosts and paths, whose annotations give the weight. It is made once, follows the stable
 * Ingress, and is never deleted: with weight 0 it does nothing. The stable Ingress is only read.
 * Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export const nginx: TrafficRouter<NginxRouting> = {
  name: 'nginx',
  schema,
  can: () => ({ headers: false, mirror: false, verify: false, sessions: false }),
  refs,
  issues,
  get,
  put,
  tell,
};

function configIssues(config: NginxRouting): { readonly message: string; readonly path: string[] }[] {
  const prefix = prefixOf(config);
  const owned = ['canary', 'canary-weight', 'canary-weight-total'].map((key) => `${prefix}/${key}`);
  const issues = owned
    .filter((key) => config.canaryIngressAnnotations?.[key] !== undefined)
    .map((key) => ({
      path: ['canaryIngressAnnotations', key],
      message: 'is written by the controller: remove it',
    }));
  const both = (config.stableIngress ?? '') !== '' && config.stableIngresses !== undefined;
  const neither = stableNames(config).length === 0;
  if (!both && !neither) return issues;
  const choice = 'Internal error: Either StableIngress or StableIngresses must be configured.';
  return [{ path: [], message: `${choice} ${both ? 'Both' : 'Neither'} are configured.` }, ...issues];
}

function refs(config: NginxRouting, target: RouteTarget): readonly ObjectRef[] {
  const at = { apiVersion: INGRESS_API, kind: 'Ingress', namespace: target.rollout.namespace };
  return stableNames(config).flatMap((stable) => [
    { ...at, name: stable, created: false, written: false },
    { ...at, name: canaryIngressName(stable, target), created: true, written: true },
  ]);
}

function issues(observed: Manifests, config: NginxRouting, target: RouteTarget): readonly Issue[] {
  const pairs = pairsIn(observed, config, target);
  return pairs.flatMap((pair) => [
    ...stableIssues(pair, target),
    ...canaryIssues(pair, target),
    ...nameIssues(pair, pairs),
  ]);
}

function stableIssues({ path, stable, stableName }: Pair, target: RouteTarget): readonly Issue[] {
  const invalid = `Invalid value: "${stableName}":`;
  if (stable === null) {
    return [{ path, message: `${invalid} ingress.networking.k8s.io "${stableName}" not found` }];
  }
  if (canaryRules(stable, target).length > 0) return [];
  const service = target.stableService;
  return [
    { path, message: `${invalid} ingress \`${stableName}\` has no rules using service ${service} backend` },
  ];
}

function canaryIssues({ path, canary, canaryName: name }: Pair, target: RouteTarget): readonly Issue[] {
  if (canary === null || isControlledBy(canary, target)) return [];
  return [{ path, message: `canary ingress \`${name}\` controlled by different object` }];
}

/** Two long names may be the same once cut, and a canary Ingress may have the name of a stable one. */
function nameIssues(pair: Pair, pairs: readonly Pair[]): readonly Issue[] {
  const taken = pairs.some(
    (other) =>
      other.stableName === pair.canaryName || (other !== pair && other.canaryName === pair.canaryName),
  );
  if (!taken) return [];
  return [
    { path: pair.path, message: `canary ingress \`${pair.canaryName}\` would stand for two ingresses` },
  ];
}

function get(observed: Manifests, config: NginxRouting, target: RouteTarget): Routes {
  const weights = pairsIn(observed, config, target).map(({ canary }) => weightIn(canary, config, target));
  return { canaryWeight: Math.max(0, ...weights), headers: [], mirrors: [], session: null };
}

function weightIn(canary: Manifest | null, config: NginxRouting, target: RouteTarget): number {
  if (canary === null || !usesService(canary, target.canaryService)) return 0;
  const annotations = canary.metadata.annotations ?? {};
  const prefix = prefixOf(config);
  if (annotations[`${prefix}/canary`] !== 'true') return 0;
  const weight = numberIn(annotations, `${prefix}/canary-weight`, 0);
  const total = Math.max(1, numberIn(annotations, `${prefix}/canary-weight-total`, DEFAULT_TOTAL));
  const inOurs = total === target.maxWeight ? weight : Math.round((weight * target.maxWeight) / total);
  return Math.min(Math.max(inOurs, 0), target.maxWeight);
}

function put(observed: Manifests, routes: Routes, config: NginxRouting, target: RouteTarget): Manifests {
  return pairsIn(observed, config, target).flatMap((pair) => [
    pair.stable,
    canaryIngress(pair, { weight: routes.canaryWeight, config, target }),
  ]);
}

function pairsIn(observed: Manifests, config: NginxRouting, target: RouteTarget): readonly Pair[] {
  return stableNames(config).map((stableName, i) => ({
    stableName,
    canaryName: canaryIngressName(stableName, target),
    path: config.stableIngresses
      ? `stableIngresses[${config.stableIngresses.indexOf(stableName)}]`
      : 'stableIngress',
    stable: observed[2 * i] ?? null,
    canary: observed[2 * i + 1] ?? null,
  }));
}

function stableNames(config: NginxRouting): readonly string[] {
  return [...new Set(config.stableIngresses ?? [config.stableIngress ?? ''])].filter((name) => name !== '');
}

function numberIn(annotations: StringMap, key: string, absent: number): number {
  const value = Number.parseInt(annotations[key] ?? '', 10);
  return Number.isNaN(value) ? absent : value;
}

function tell(name: string, created: boolean, { canaryWeight }: Routes): Note {
  return created
    ? {
        type: 'Normal',
        reason: 'CreatingCanaryIngress',
        message: `Creating canary ingress \`${name}\` with weight \`${canaryWeight}\``,
      }
    : {
        type: 'Normal',
        reason: 'PatchingCanaryIngress',
        message: `Updating Ingress \`${name}\` to desiredWeight '${canaryWeight}'`,
      };
}
