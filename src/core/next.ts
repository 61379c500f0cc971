import type { Rollout } from '../api/rollout.ts';
import { changes } from './changes.ts';
import type { Change, Decision } from './plan.ts';
import { decide } from './rollout/decide.ts';
import { isLeaving, leave } from './rollout/leaving.ts';
import type { Instant } from './time.ts';
import type { World } from './world.ts';

/** What is decided about one rollout, and the writes that follow, in the order in which they are safe. */
export interface Next {
  readonly decision: Decision;
  readonly todo: readonly Change[];
}

/** What comes next for one rollout, whether it lives or leaves. Pure. */
export function next(world: World, now: Instant): Next {
  if (isLeaving(world.rollout)) return leave(world, now);
  const decision = decide(world, now);
  return { decision, todo: changes(world, decision) };
}

/** True where nothing more is to be decided about a rollout: it is being deleted, and nothing holds it. */
export function isGone(rollout: Rollout): boolean {
  return rollout.metadata.deletionTimestamp !== undefined && !isLeaving(rollout);
}
