import type { Instant } from '../../time.ts';
import { isComplete } from '../goals.ts';
import { isInDoubt } from '../halt.ts';
import type { Life } from '../life.ts';
import { keptForDelay } from '../older.ts';
import type { Release, Revision } from '../release.ts';
import type { Plan } from '../replicasets.ts';
import { isActive, isUnserved, wantedPods } from './track.ts';

/**
 * Sizes of all ReplicaSets of a blue-green release: stable, current, then older ones. Neither a person's halt
 * nor doubt keeps them: what users see follows its Service, not the number of pods.
 */
export function blueGreenPlan(release: Release, life: Life, now: Instant): readonly Plan[] {
  const { current, stable, older, replicas } = release;
  const standing = stable === current ? null : stable;
  const isNew = isComplete(release, life);
  const plans: Plan[] = [];
  if (standing !== null && !isNew) plans.push({ revision: standing, replicas, deadline: null });
  if (current !== null) plans.push(planCurrent(release, life, current, now));
  const rest = standing !== null && isNew ? [standing, ...older] : older;
  return [...plans, ...planOlder(release, life, rest, now)];
}

/** What is given up keeps its pods until nothing needs them, and then for a while: somebody may retry. */
function planCurrent(release: Release, life: Life, current: Revision, now: Instant): Plan {
  const isGivenUp = life.abort === true && !isComplete(release, life);
  if (!isGivenUp) {
    const grown = { revision: current, replicas: wantedPods(release, life), deadline: null };
    return current.spec === 0 && current.served ? { ...grown, served: false } : grown;
  }
  const delaySeconds = release.blueGreenSpec?.abortScaleDownDelaySeconds ?? 30;
  const kept = { revision: current, replicas: current.spec };
  if (current.spec === 0 || delaySeconds === 0) return { ...kept, deadline: null };
  const isNeeded = isActive(release) || (release.stable?.available ?? 0) < release.replicas;
  return isNeeded ? { ...kept, deadline: current.deadline } : keptForDelay(current, delaySeconds, now);
}

/**
 * Older versions, newest revision first: that which the active Service selects keeps all pods, the others
 * theirs for `scaleDownDelaySeconds` (30), so that the way back is short; at most
 * `scaleDownDelayRevisionLimit` of them.
 */
function planOlder(release: Release, life: Life, rest: readonly Revision[], now: Instant): readonly Plan[] {
  const { activeHash, previewHash, blueGreenSpec, replicas } = release;
  const delaySeconds = blueGreenSpec?.scaleDownDelaySeconds ?? 30;
  let mayWait = blueGreenSpec?.scaleDownDelayRevisionLimit ?? Number.POSITIVE_INFINITY;
  return [...rest]
    .sort((a, b) => b.number - a.number)
    .map((revision): Plan => {
      const { hash, spec, deadline } = revision;
      if (spec === 0) return { revision, replicas: 0, deadline: null };
      if (hash === activeHash) return { revision, replicas, deadline: null };
      // While the active Service selects by no hash, traffic goes to every pod that there is.
      const isVisited = hash === previewHash || (activeHash === null && revision.available > 0);
      if (isVisited || isInDoubt(life)) return { revision, replicas: spec, deadline };
      if (mayWait <= 0) return { revision, replicas: 0, deadline: null };
      mayWait -= 1;
      const plan = keptForDelay(revision, delaySeconds, now);
      if (plan.replicas === 0) return plan;
      const served = revision.served || (revision === release.stable && !isUnserved(release));
      return { ...plan, replicas: served ? replicas : Math.min(spec, replicas), served };
    });
}
