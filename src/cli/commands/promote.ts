import { type Promotion, promote as promotion } from '../../view/actions.ts';
import { act } from '../act.ts';
import { each } from '../each.ts';
import { readRollout } from '../gather.ts';
import type { Cluster, Io } from '../io.ts';
import { Refusal } from '../refusal.ts';

/** How far to promote; at most one is set. */
export interface PromoteOptions {
  readonly full?: boolean;
  readonly skipCurrentStep?: boolean;
  readonly skipAllSteps?: boolean;
}

/** `promote NAME... [--full]`: ends the pause or the step in work, or skips all that is left. */
export function promote(
  io: Io,
  cluster: Cluster,
  names: readonly string[],
  options: PromoteOptions,
): Promise<number> {
  const how = promotionOf(options);
  return each(io, names, async (name) => {
    const rollout = await readRollout(cluster, name);
    const action = promotion(rollout, how);
    if (action === null)
      throw new Refusal(`rollout '${name}' has no steps to skip; promote it without flags`);
    await act(cluster, name, action);
    return how === 'full' ? `rollout '${name}' fully promoted` : `rollout '${name}' promoted`;
  });
}

function promotionOf({ full, skipCurrentStep, skipAllSteps }: PromoteOptions): Promotion {
  if ([full, skipCurrentStep, skipAllSteps].filter((flag) => flag === true).length > 1)
    throw new Refusal('--full, --skip-current-step and --skip-all-steps exclude each other');
  if (full === true) return 'full';
  if (skipCurrentStep === true) return 'skip-step';
  return skipAllSteps === true ? 'skip-all-steps' : 'next';
}
