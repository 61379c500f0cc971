import type { JsonObject } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import type { StepPluginStatus } from '../../api/rollout.ts';
import { type Instant, parseInstant } from '../time.ts';

/** The plugin that waits for people; its name is known where nothing else of it is. */
export const GATE = 'sluice/gate';

/** What the statuses say of running the step at this index. */
export function runOf(
  { plugins }: { readonly plugins: readonly StepPluginStatus[] },
  index: number,
): StepPluginStatus | null {
  return plugins.find((status) => status.index === index && status.operation === 'Run') ?? null;
}

/** What a plugin has noted for itself, and since when it has been in trouble. */
export function memoIn(status: StepPluginStatus | null): JsonObject {
  const memo = status?.status;
  return isObject(memo) ? (memo as JsonObject) : {};
}

/** Since when a step is in trouble; null where it is not. */
export function erringSince(status: StepPluginStatus | null): Instant | null {
  const since = memoIn(status)['erringSince'];
  return typeof since === 'string' ? parseInstant(since) : null;
}

/** The Job that a step has claimed; null where it has none. */
export function claimOf(status: StepPluginStatus): string | null {
  const { job } = memoIn(status);
  return typeof job === 'string' ? job : null;
}
