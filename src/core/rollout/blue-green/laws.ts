import type { Law } from '../../laws.ts';
import type { Decision } from '../../plan.ts';
import type { World } from '../../world.ts';
import { type Life, storedLife } from '../life.ts';
import { type Release, type Revision, release } from '../release.ts';
import { isActive, isFastTracked, isUnserved } from './track.ts';

/** What a law about blue-green looks at. */
interface Seen {
  readonly world: World;
  readonly seen: Release;
  /** The life that is about to be stored. */
  readonly life: Life;
  readonly decision: Decision;
  /** The version that the active Service is to select from now on; null where it stays as it is. */
  readonly switched: Revision | null;
}

/** What no plan for a blue-green release may do. */
export const BLUE_GREEN_LAWS: readonly Law[] = [
  law('the active Service never goes to a version without available pods', ({ seen, switched }) =>
    switched === null ? true : switched.available > 0 || seen.replicas === 0,
  ),
  law('a version that has to prove itself is switched to with all of its pods', (all) => {
    const { seen, life, switched } = all;
    const isStable = switched === seen.stable || switched?.hash === life.stable;
    if (switched === null || isStable || isProven(all)) return true;
    return switched.available >= seen.replicas;
  }),
  law(
    'after an abort the active Service goes nowhere but to stable',
    ({ seen, life, switched }) =>
      life.abort !== true || life.stable === seen.hash || switched === null || switched === seen.stable,
  ),
  law('the stable version and that which users see keep pods', ({ seen, life, decision, switched }) =>
    (decision.target?.replicaSets ?? []).every(({ replicaSet, replicas }) => {
      const revision = seen.all.find((one) => one.replicaSet === replicaSet);
      const needed = [life.stable, seen.activeHash, switched?.hash];
      return replicas > 0 || seen.replicas === 0 || revision?.spec === 0 || !needed.includes(revision?.hash);
    }),
  ),
  law('a preview goes on only after its analysis, unless users see it already', (all) => {
    const { world, life } = all;
    if (isActive(all.seen)) return true;
    const isPassed = life.checkpoint && world.rollout.status?.blueGreen?.scaleUpPreviewCheckPoint !== true;
    const isAsked = all.seen.blueGreenSpec?.prePromotionAnalysis !== undefined;
    return !isPassed || !isAsked || isProven(all) || life.preRun?.status === 'Successful';
  }),
  law('a version becomes stable only where users see it, and after its analysis there', (all) => {
    const { world, seen, life } = all;
    const before = world.rollout.status?.stableRS;
    if (before === undefined || before === life.stable || seen.stable === null || isUnserved(seen))
      return true;
    const isAsked = seen.blueGreenSpec?.postPromotionAnalysis !== undefined;
    const isGood = !isAsked || isProven(all) || life.postRun?.status === 'Successful';
    return seen.activeHash === life.stable && isGood;
  }),
];

function law(says: string, holds: (all: Seen) => boolean): Law {
  return {
    says,
    holds: (world, decision) => {
      const seen = release(world);
      if (seen.blueGreenSpec === null) return true;
      const hash = decision.target?.services[seen.blueGreenSpec.activeService];
      const switched = hash === seen.activeHash ? undefined : seen.all.find((one) => one.hash === hash);
      return holds({ world, seen, life: storedLife(decision.status), decision, switched: switched ?? null });
    },
  };
}

/** A person said that no proof is needed, or it was given before. */
function isProven({ world, seen, life }: Seen): boolean {
  const before = storedLife(world.rollout.status ?? {});
  return before.full || isFastTracked(seen, { ...life, stable: seen.stable?.hash ?? null });
}
