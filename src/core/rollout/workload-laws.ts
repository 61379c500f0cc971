import { FINALIZER } from '../../api/keys.ts';
import type { Law } from '../laws.ts';
import type { Change } from '../plan.ts';
import type { World } from '../world.ts';
import { sizeOf } from './workload-size.ts';

/** What no plan may do to the workload that a rollout refers to. */
export const WORKLOAD_LAWS: readonly Law[] = [
  {
    says: 'a workload gives pods away only where as many of the rollout serve',
    holds: (world, _decision, todo) => {
      const object = world.workload?.object ?? null;
      const to = shrunkTo(world, todo);
      if (object === null || to === null) return true;
      const { replicas = 1 } = world.rollout.spec;
      const serving = world.replicaSets.reduce(
        (sum, { status }) => sum + (status?.availableReplicas ?? 0),
        0,
      );
      return replicas > 0 && (serving >= replicas || to + serving >= sizeOf(object));
    },
  },
  {
    says: 'a workload gives pods away only while the rollout is held until it has them back',
    holds: (world, _decision, todo) => {
      if (shrunkTo(world, todo) === null) return true;
      const stored = (world.workload?.stored ?? world.rollout).metadata.finalizers ?? [];
      return stored.includes(FINALIZER) || JSON.stringify(todo).includes(`"${FINALIZER}"`);
    },
  },
];

/** The size to which a plan shrinks the workload; null where it does not. */
function shrunkTo({ workload }: World, todo: readonly Change[]): number | null {
  const object = workload?.object ?? null;
  if (object === null) return null;
  const changes = todo.filter(({ kind, name }) => kind === object.kind && name === object.metadata.name);
  const sizes = changes.flatMap((change) => {
    const spec = change.verb === 'patch' ? change.patch['spec'] : undefined;
    const replicas =
      typeof spec === 'object' && spec !== null && 'replicas' in spec ? spec['replicas'] : null;
    return typeof replicas === 'number' ? [replicas] : [];
  });
  const least = Math.min(...sizes, sizeOf(object));
  return least < sizeOf(object) ? least : null;
}
