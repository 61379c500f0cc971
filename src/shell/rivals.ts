import type { Issue, Manifest } from '../api/meta.ts';
import type { RouteTarget } from '../core/routes.ts';
import { holdingOf } from '../routers/index.ts';
import type { BoundRouter } from '../routers/router.ts';
import type { Stores } from './stores.ts';

/**
 * The living Rollout, as `namespace/name`, whose traffic an object splits between Services of this target;
 * null: none. Whoever came first keeps it, and nobody else writes it.
 */
export function rivalOn(stores: Stores, object: Manifest | null, target: RouteTarget): string | null {
  if (object === null) return null;
  const rivals = holdingOf(object)?.rivals(object, target) ?? [];
  const isAlive = (key: string) => {
    const rollout = stores.rollouts.get(key);
    return rollout !== null && rollout.metadata.deletionTimestamp === undefined;
  };
  return rivals.map(({ namespace, name }) => `${namespace}/${name}`).find(isAlive) ?? null;
}

/** What is told of an object that a rival manages; nothing where there is none. */
export function rivalIssues(
  object: Manifest | null,
  { path }: BoundRouter,
  rival: string | null,
): readonly Issue[] {
  if (object === null || rival === null) return [];
  const { namespace = '', name } = object.metadata;
  const message = `${object.kind} "${namespace}/${name}" is managed by another Rollout, "${rival}"`;
  return [{ path, message }];
}
