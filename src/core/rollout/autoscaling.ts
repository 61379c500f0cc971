import { LABEL } from '../../api/keys.ts';
import type { RolloutStatus } from '../../api/rollout.ts';
import { selectorText } from '../../api/selector.ts';
import type { World } from '../world.ts';
import { isComplete } from './goals.ts';
import type { Life } from './life.ts';
import { leadsToCanary } from './managed-routes.ts';
import type { Release, Revision } from './release.ts';
import { behindCanary } from './sides.ts';
import { leastRoutedWeight } from './traffic.ts';

/**
 * What an autoscaler takes for the size and the pods of a canary: the pods that carry traffic, and never more
 * than the size that it asked for itself. Pods that a release has in addition must not look like load, or the
 * autoscaler answers them with more. Why just so: docs/adr/0019-what-an-autoscaler-sees.md.
 */
export function seenByAutoscaler(
  world: World,
  release: Release,
  life: Life,
): Pick<RolloutStatus, 'HPAReplicas' | 'selector'> {
  const carrier = soleCarrier(world, release, life);
  const counted = carrier === null ? release.all : [carrier];
  const replicas = counted.reduce((sum, revision) => sum + revision.replicas, 0);
  const seen = Math.min(replicas, release.replicas);
  return {
    ...(seen === 0 ? {} : { HPAReplicas: seen }),
    selector: selectorOf(release, carrier),
  };
}

/**
 * The only revision that requests come to by the routes in force, where another one has pods as well; else
 * null.
 */
function soleCarrier(world: World, release: Release, life: Life): Revision | null {
  if (!release.routed || world.routers.some(({ routes }) => routes === null)) return null;
  const stable = isComplete(release, life) ? release.current : release.stable;
  const leads = world.routers.some(({ routes }) => routes !== null && leadsToCanary(routes));
  const isAll = leastRoutedWeight(world) >= release.maxWeight;
  const canary = behindCanary(world, release);
  if (leads && !isAll && canary !== stable) return null;
  const carrier = isAll ? canary : stable;
  if (carrier === null || carrier.replicas === 0) return null;
  const hasOthers = release.all.some((other) => other !== carrier && other.spec + other.replicas > 0);
  return hasOthers ? carrier : null;
}

function selectorOf({ rollout }: Release, carrier: Revision | null): string {
  const { selector } = rollout.spec;
  if (carrier === null) return selectorText(selector);
  return selectorText({
    ...selector,
    matchLabels: { ...selector?.matchLabels, [LABEL.podTemplateHash]: carrier.hash },
  });
}
