import type { Instant } from '../time.ts';
import type { World } from '../world.ts';
import { isComplete, isDynamic } from './goals.ts';
import type { Life } from './life.ts';
import type { Release, Revision } from './release.ts';
import type { Plan } from './replicasets.ts';
import { isSelected, selectorsTarget } from './selectors.ts';
import { isLagging } from './traffic.ts';

/**
 * What becomes of ReplicaSets that are neither wanted nor stable under a traffic router, newest first.
 *
 * After a promotion they keep their pods for `scaleDownDelaySeconds` (30), so that traffic still on its way
 * finds them and a rollback is quick; at most `scaleDownDelayRevisionLimit` of them do. In the middle of an
 * update they go at once, unless they wait for such a time already or a Service still selects them. Where
 * stable shrinks with its weight, pods are scarce, and it ends as soon as traffic is known to have followed.
 */
export function olderRouted(
  world: World,
  release: Release,
  life: Life,
  older: readonly Revision[],
  now: Instant,
): readonly Plan[] {
  const delaySeconds = isShort(world, release) ? 0 : (release.canarySpec.scaleDownDelaySeconds ?? 30);
  let mayWait = release.canarySpec.scaleDownDelayRevisionLimit ?? Number.POSITIVE_INFINITY;
  const targets = new Set(Object.values(selectorsTarget(world, release, life)));
  return older.map((revision) => {
    const kept = { revision, replicas: revision.spec, deadline: revision.deadline };
    if (revision.spec === 0) return { ...kept, deadline: null };
    if (isSelected(world, release, revision)) {
      // On its way out: its time begins with the switch, its pods stay until no Service selects them.
      const leaving =
        isComplete(release, life) && !targets.has(revision.hash) && delaySeconds > 0 && mayWait > 0;
      mayWait -= leaving ? 1 : 0;
      return leaving ? { ...kept, deadline: revision.deadline ?? now + delaySeconds * 1000 } : kept;
    }
    if (revision.deadline === null && !isComplete(release, life))
      return { ...kept, replicas: 0, deadline: null };
    if (mayWait <= 0) return { ...kept, replicas: 0, deadline: null };
    mayWait -= 1;
    return keptForDelay(revision, delaySeconds, now);
  });
}

/** True where pods are scarce, and nobody who still goes by older routes needs them. */
export function isShort(world: World, release: Release): boolean {
  return isDynamic(release) && !isLagging(world);
}

/** A ReplicaSet that keeps its pods until its deadline, which begins now where it has none. */
export function keptForDelay(revision: Revision, delaySeconds: number, now: Instant): Plan {
  const deadline = revision.deadline ?? now + delaySeconds * 1000;
  return now >= deadline || delaySeconds === 0
    ? { revision, replicas: 0, deadline: null }
    : { revision, replicas: revision.spec, deadline };
}
