import type { Issue, Manifest } from '../meta.ts';
import { find } from '../path.ts';

/**
 * Fields that the API has and that nothing acts on yet, by kind. `[]` stands for every member of a list, `*`
 * for every value of a map. To make a field work is to delete its row.
 */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  Rollout: [
    'spec.strategy.canary.trafficRouting.alb',
    'spec.strategy.canary.trafficRouting.istio',
    'spec.strategy.canary.trafficRouting.smi',
    'spec.strategy.canary.trafficRouting.ambassador',
    'spec.strategy.canary.trafficRouting.traefik',
    'spec.strategy.canary.trafficRouting.apisix',
    'spec.strategy.canary.trafficRouting.appMesh',
    'spec.strategy.canary.trafficRouting.plugins.*',
  ],
};

/** Router plugins that are built in. */
const PLUGINS = ['spec.strategy.canary.trafficRouting.plugins["argoproj-labs/gatewayAPI"]'];

/**
 * An issue for every field that is set and that nothing acts on yet. Fields set to false or to an empty list
 * do not count.
 */
export function notSupportedYet(manifest: Manifest): readonly Issue[] {
  const found = (TABLE[manifest.kind] ?? []).flatMap((pattern) => find(manifest, pattern));
  return found
    .filter(({ path, value }) => value !== false && !isEmptyList(value) && !PLUGINS.includes(path))
    .map(({ path }) => ({
      path,
      message: `not supported yet: ${path === 'spec' ? manifest.kind : fieldName(path)}`,
    }));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function fieldName(path: string): string {
  return (
    /(?:\["([^"]+)"\]|([\w-]+))$/
      .exec(path)
      ?.slice(1)
      .find((name) => name !== undefined) ?? path
  );
}
