import { isOfAnother } from './manager.ts';
import type { Change, Decision } from './plan.ts';
import { BLUE_GREEN_LAWS } from './rollout/blue-green/laws.ts';
import { isOwned, stampOf } from './rollout/epoch.ts';
import { EXPERIMENT_LAWS } from './rollout/experiment-laws.ts';
import { canaryScale, isDynamic, isPastSteps } from './rollout/goals.ts';
import { storedLife } from './rollout/life.ts';
import { release } from './rollout/release.ts';
import { behindCanary } from './rollout/sides.ts';
import { podsForWeight } from './rollout/split.ts';
import { leavesStableEnough } from './rollout/stable-pods.ts';
import { routedWeight } from './rollout/traffic.ts';
import { WORKLOAD_LAWS } from './rollout/workload-laws.ts';
import type { World } from './world.ts';

/**
 * A plan that must not be carried out. It is a mistake of ours: the pass stops before anything is touched.
 */
export class BrokenLaw extends Error {
  override readonly name = 'BrokenLaw';
}

/** Something that no plan may do, in words and as a test. */
export type Law = {
  readonly says: string;
  readonly holds: (world: World, decision: Decision, todo: readonly Change[]) => boolean;
};

/** What no plan may do. Checked before every plan is carried out, and by every test that draws worlds. */
export const LAWS: readonly Law[] = [
  {
    says: 'traffic never moves to a version without available pods',
    holds: (world, { target }) => {
      const wanted = target?.routes?.canaryWeight ?? 0;
      const { headers = [], mirrors = [] } = target?.routes ?? {};
      if (wanted <= routedWeight(world) && headers.length + mirrors.length === 0) return true;
      const current = release(world).current;
      return current !== null && current.available > 0;
    },
  },
  {
    says: 'after an abort nothing raises the weight of the canary',
    holds: (world, { status, target }) =>
      status.abort !== true || (target?.routes?.canaryWeight ?? 0) <= routedWeight(world),
  },
  {
    says: 'a version becomes stable only after its steps, and never while one of its analyses has failed',
    holds: (world, { status }) => {
      const stored = world.rollout.status;
      if (stored?.stableRS === undefined || status.stableRS === stored.stableRS) return true;
      const life = storedLife(status);
      const seen = release(world);
      if (seen.stable === null) return true;
      const verdicts = [life.stepRun?.status, life.backgroundRun?.status];
      return isPastSteps(seen, life) && !verdicts.some((phase) => phase === 'Failed' || phase === 'Error');
    },
  },
  {
    says: 'the stable version keeps its pods until another one is stable',
    holds: (world, decision) => {
      const { target } = decision;
      const replicas = world.rollout.spec.replicas ?? 1;
      const routed = world.rollout.spec.strategy?.canary?.trafficRouting !== undefined;
      if (!routed || replicas === 0) return true;
      return (target?.replicaSets ?? []).every(
        ({ replicaSet, replicas: wanted }) =>
          leavesStableEnough(world, release(world), decision, wanted) ||
          replicaSet.spec.replicas === 0 ||
          replicaSet.metadata.labels?.['rollouts-pod-template-hash'] !== decision.status.stableRS,
      );
    },
  },
  {
    says: 'pods of the canary do not go while traffic needs them, unless a person set their number',
    holds: (world, { status, target }) => {
      const seen = release(world);
      const life = storedLife(status);
      const free = life.full || life.stable === seen.hash || canaryScale(seen, life) !== undefined;
      const current = target?.replicaSets.find(({ replicaSet }) => replicaSet === seen.current?.replicaSet);
      if (!seen.routed || free || current === undefined || seen.current === null) return true;
      const weight = target?.routes?.canaryWeight ?? routedWeight(world);
      const needed = podsForWeight(weight, seen.maxWeight, seen.replicas);
      return current.replicas >= Math.min(needed, seen.current.spec);
    },
  },
  {
    says: 'where stable shrinks with its weight, traffic goes back to it only when a pod of it serves',
    holds: (world, { status, target }) => {
      const seen = release(world);
      const weight = target?.routes?.canaryWeight ?? routedWeight(world);
      if (!isDynamic(seen) || seen.replicas === 0 || weight >= routedWeight(world)) return true;
      const taker = status.stableRS === seen.hash ? seen.current : seen.stable;
      const giver = behindCanary(world, seen);
      return giver === null || giver === taker || (taker?.available ?? 0) > 0;
    },
  },
  {
    says: 'every change of an existing object is fenced by its version',
    holds: (_world, _decision, todo) =>
      todo.every(
        (change) => change.verb !== 'patch' || change.phase === 'record' || change.resourceVersion !== '',
      ),
  },
  {
    says: 'nothing is written to a Service that another Rollout manages',
    holds: (world, _decision, todo) =>
      todo.every(({ kind, name }) => {
        const service = kind === 'Service' ? (world.services[name] ?? null) : null;
        return service === null || !isOfAnother(service, world);
      }),
  },
  {
    says: 'nothing is done on a view that is older than what has been done',
    holds: (world, { target }) =>
      target === null ||
      world.replicaSets.every((rs) => !isOwned(rs, world) || stampOf(rs, '') <= target.epoch),
  },
  ...BLUE_GREEN_LAWS,
  ...EXPERIMENT_LAWS,
  ...WORKLOAD_LAWS,
];

/** Throws a BrokenLaw that names every law which the plan breaks. */
export function check(world: World, decision: Decision, todo: readonly Change[]): void {
  const broken = LAWS.filter((law) => !law.holds(world, decision, todo));
  if (broken.length === 0) return;
  const { namespace, name } = world.rollout.metadata;
  const says = broken.map((law) => law.says).join('; ');
  throw new BrokenLaw(`rollout ${namespace ?? ''}/${name}: refused a plan that breaks a law: ${says}`);
}
