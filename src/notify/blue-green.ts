import { describeDuration } from '../api/duration.ts';
import type { BlueGreenStrategy, RolloutStatus } from '../api/rollout.ts';

/** How far a blue-green release has come: none of the users, or all of them, see the wanted version. */
export type Reach = 'preview' | 'users';

/** How far the stored state says that it is; null with other strategies, and where nobody knows. */
export function reachOf(status: RolloutStatus): Reach | null {
  const active = status.blueGreen?.activeSelector;
  if (active === undefined || status.currentPodHash === undefined) return null;
  return active === status.currentPodHash ? 'users' : 'preview';
}

/** How far it had come when this brought it down; null where that does not say it. */
export function reachAtEnd(cause: string | null): Reach | null {
  if (cause?.includes('post-promotion analysis') === true) return 'users';
  return cause?.includes('pre-promotion analysis') === true ? 'preview' : null;
}

/** How far, for a line of facts. */
export function sayReach(reach: Reach, isOver: boolean): string {
  if (reach === 'users') return 'all users';
  return `its preview, which no user ${isOver ? 'saw' : 'sees'}`;
}

/** Where it can be looked at, and when users are switched by themselves; null: a person decides. */
export function sayPreviewPause({
  previewService,
  autoPromotionEnabled,
  autoPromotionSeconds = 0,
}: BlueGreenStrategy): { readonly look: readonly string[]; readonly goesOn: string | null } {
  const look = previewService === undefined ? [] : [`Look at it through Service ${previewService}.`];
  if (autoPromotionEnabled === false || autoPromotionSeconds === 0) return { look, goesOn: null };
  const time = describeDuration(autoPromotionSeconds * 1000);
  return { look, goesOn: `Users are switched to it by itself after ${time}.` };
}
