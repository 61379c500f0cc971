/**
 * Splits pods between canary and stable so that the pod ratio comes closest to a weight: what a canary
 * without a traffic router does.
 *
 * The total is `replicas`, or one more where `maxSurge` allows it. Between weight 0 and the maximum neither
 * side is left without a pod when more than one pod may run. Among equally close splits the bigger canary
 * wins, then the smaller total.
 */
export function splitByWeight(want: {
  readonly replicas: number;
  readonly weight: number;
  readonly maxWeight: number;
  readonly maxSurge: number;
}): { readonly canary: number; readonly stable: number } {
  const { replicas, weight, maxWeight, maxSurge } = want;
  if (replicas === 0) return { canary: 0, stable: 0 };
  let best = { canary: 0, stable: replicas };
  let bestError = Number.POSITIVE_INFINITY;
  for (const option of options(replicas, weight, maxWeight, maxSurge)) {
    const error = Math.abs((option.canary * maxWeight) / option.total - weight);
    if (error < bestError) {
      best = { canary: option.canary, stable: option.total - option.canary };
      bestError = error;
    }
  }
  return best;
}

function options(replicas: number, weight: number, maxWeight: number, maxSurge: number) {
  const exact = (replicas * weight) / maxWeight;
  const up = Math.ceil(exact);
  const down = Math.floor(exact);
  // An empty side is right at the two ends of the scale, and unavoidable with a single pod.
  const emptySideAllowed = weight === 0 || weight === maxWeight || (replicas === 1 && maxSurge === 0);
  const found: { canary: number; total: number }[] = [];
  if (up < replicas || emptySideAllowed) found.push({ canary: up, total: replicas });
  const downAllowed = down !== 0 || emptySideAllowed;
  if (downAllowed && !isHalf(exact)) found.push({ canary: down, total: replicas });
  if (maxSurge > 0) {
    found.push({ canary: up, total: replicas + 1 });
    if (downAllowed && !isHalf(((replicas + 1) * weight) / maxWeight))
      found.push({ canary: down, total: replicas + 1 });
  }
  return found;
}

function isHalf(value: number): boolean {
  return value - Math.floor(value) === 0.5;
}

/** Pods that carry a share of the traffic on their own: `weight/maxWeight` of `replicas`, rounded up. */
export function podsForWeight(weight: number, maxWeight: number, replicas: number): number {
  return Math.ceil((weight * replicas) / maxWeight);
}
