import type { Rollout, RolloutStatus } from '../api/rollout.ts';

/** True once the wanted version is the stable one. */
export function isPromoted({ stableRS, currentPodHash }: RolloutStatus): boolean {
  return stableRS !== undefined && stableRS !== '' && stableRS === currentPodHash;
}

/** Number of canary steps; 0 for other strategies. */
export function totalSteps(rollout: Rollout): number {
  return rollout.spec.strategy?.canary?.steps?.length ?? 0;
}

/**
 * The weight that the steps ask for now: the nearest setWeight at or before the current step; 0 after an
 * abort.
 */
export function wantedWeight(rollout: Rollout): number {
  const status = rollout.status ?? {};
  const { steps = [], trafficRouting } = rollout.spec.strategy?.canary ?? {};
  const most = trafficRouting?.maxTrafficWeight ?? 100;
  if (isPromoted(status)) return most;
  if (status.abort === true) return 0;
  const index = status.currentStepIndex ?? (steps.length === 0 ? 0 : -1);
  if (index >= steps.length) return most;
  return steps.slice(0, index + 1).findLast((step) => step.setWeight !== undefined)?.setWeight ?? 0;
}

/**
 * The weight that the canary has: that of the router, else its share of the available pods, in whole percent.
 * `available` counts the canary's own available pods.
 */
export function actualWeight(rollout: Rollout, available: number): number {
  const status = rollout.status ?? {};
  const weights = status.canary?.weights;
  if (isPromoted(status)) return wantedWeight(rollout);
  if (weights !== undefined) return weights.canary.weight;
  const all = status.availableReplicas ?? 0;
  return all === 0 ? 0 : Math.floor((available * 100) / all);
}
