import type { Instant } from '../../../core/time.ts';
import type { AutoscalerCondition, Policy, Rules } from './spec.ts';

/** What an autoscaler remembers between two looks. */
export interface Memory {
  /** Sizes that the metric asked for. */
  readonly proposals: readonly { readonly size: number; readonly at: Instant }[];
  /** By how many pods the size was changed; negative: fewer. */
  readonly changes: readonly { readonly by: number; readonly at: Instant }[];
}

/** What a metric tells. */
export interface Measured {
  /** Of the pods that are ready, in percent of what they ask for. */
  readonly utilization: number;
  readonly target: number;
  readonly current: number;
  readonly ready: number;
  readonly unready: number;
  readonly behavior: Behavior | null;
}

/** The rules of both directions. */
export interface Behavior {
  readonly scaleUp?: Rules;
  readonly scaleDown?: Rules;
}

/** How a proposal became a decision. */
export interface Sized {
  readonly size: number;
  readonly conditions: readonly Claim[];
  readonly memory: Memory;
}

/** A condition without its time. */
export type Claim = Omit<AutoscalerCondition, 'lastTransitionTime'>;

const TOLERANCE = 0.1;
const PERIOD_SECONDS = 15;
const UP: Required<Omit<Rules, 'tolerance'>> = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS },
    { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS },
  ],
};
const DOWN: Required<Omit<Rules, 'tolerance'>> = {
  stabilizationWindowSeconds: 300,
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }],
};

/**
 * The size that a metric asks for. Within a tenth of its target it asks for no other. Pods that are not ready
 * count as idle where more are asked for, and never turn more into fewer.
 * Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
 */
export function proposal({ utilization, target, current, ready, unready, behavior }: Measured): number {
  const ratio = utilization / target;
  const isWithin = (value: number) =>
    1 - toleranceOf(behavior?.scaleDown) <= value && value <= 1 + toleranceOf(behavior?.scaleUp);
  if (unready === 0 || ratio <= 1) return isWithin(ratio) ? current : Math.ceil(ratio * ready);
  const diluted = (ratio * ready) / (ready + unready);
  if (isWithin(diluted) || diluted < 1) return current;
  const size = Math.ceil(diluted * (ready + unready));
  return size < current ? current : size;
}

/** Makes of a proposal what the rules allow now, and says how. */
export function normalized(
  { proposed, current, least, most }: Record<'proposed' | 'current' | 'least' | 'most', number>,
  { behavior, memory, now }: { behavior: Behavior | null; memory: Memory; now: Instant },
): Sized {
  const up = { ...UP, ...behavior?.scaleUp };
  const down = { ...DOWN, ...behavior?.scaleDown };
  const stable = stabilized({ proposed, current }, { up, down, memory, now });
  const longestMs = 1000 * Math.max(up.stabilizationWindowSeconds, down.stabilizationWindowSeconds);
  const proposals = [...memory.proposals, { size: proposed, at: now }].filter(
    ({ at }) => now - at <= longestMs,
  );
  const limit = limitOf(
    { stable, current, least, most },
    { up, down, memory, now, isFree: behavior === null },
  );
  return {
    size: limit.size,
    conditions: [
      stable === proposed
        ? able('ReadyForNewScale', 'recommended size matches current size')
        : proposed >= current
          ? able(
              'ScaleUpStabilized',
              'recent recommendations were lower than current one, applying the lowest recent recommendation',
            )
          : able(
              'ScaleDownStabilized',
              'recent recommendations were higher than current one, applying the highest recent recommendation',
            ),
      { type: 'ScalingLimited', status: limit.size === stable ? 'False' : 'True', ...limit.why },
    ],
    memory: { ...memory, proposals },
  };
}

/** The memory with another change of the size. */
export function withChange(memory: Memory, by: number, now: Instant): Memory {
  const longestMs = 3_600_000;
  const changes = [...memory.changes, { by, at: now }].filter(({ at }) => now - at <= longestMs);
  return { ...memory, changes };
}

interface Window {
  readonly up: Required<Omit<Rules, 'tolerance'>>;
  readonly down: Required<Omit<Rules, 'tolerance'>>;
  readonly memory: Memory;
  readonly now: Instant;
}

// No more than the least of lately on the way up, no fewer than the most of lately on the way down.
function stabilized(
  { proposed, current }: { readonly proposed: number; readonly current: number },
  { up, down, memory, now }: Window,
): number {
  const lately = (seconds: number) =>
    memory.proposals.filter(({ at }) => now - at < seconds * 1000).map(({ size }) => size);
  const lowest = Math.min(proposed, ...lately(up.stabilizationWindowSeconds));
  const highest = Math.max(proposed, ...lately(down.stabilizationWindowSeconds));
  return Math.min(Math.max(current, lowest), highest);
}

interface Limit {
  readonly size: number;
  readonly why: { readonly reason: string; readonly message: string };
}

function limitOf(
  { stable, current, least, most }: Record<'stable' | 'current' | 'least' | 'most', number>,
  { up, down, memory, now, isFree }: Window & { readonly isFree: boolean },
): Limit {
  const since = (seconds: number) =>
    memory.changes.filter(({ at }) => now - at < seconds * 1000).reduce((total, { by }) => total + by, 0);
  const room = isFree ? Math.max(2 * current, 4) : Math.max(current, bound(up, current, since, 1));
  const floor = isFree ? 0 : Math.min(current, bound(down, current, since, -1));
  const highest = Math.min(most, room);
  const lowest = Math.max(least, floor);
  if (stable > highest) return { size: highest, why: room < most ? TOO_FAST : TOO_MANY };
  if (stable < lowest) return { size: lowest, why: floor > least ? TOO_FAST_DOWN : TOO_FEW };
  return { size: stable, why: WITHIN };
}

const WITHIN = {
  reason: 'DesiredWithinRange',
  message: 'the desired count is within the acceptable range',
};
const TOO_FAST = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
};
const TOO_FAST_DOWN = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
};
const TOO_MANY = {
  reason: 'TooManyReplicas',
  message: 'the desired replica count is more than the maximum replica count',
};
const TOO_FEW = {
  reason: 'TooFewReplicas',
  message: 'the desired replica count is less than the minimum replica count',
};

// How far the policies allow the size to go, from where it was when each one's period began.
function bound(
  { selectPolicy, policies }: Window['up'],
  current: number,
  since: (seconds: number) => number,
  direction: 1 | -1,
): number {
  if (selectPolicy === 'Disabled' || policies.length === 0) return current;
  const bounds = policies.map((policy) => boundOf(policy, current - since(policy.periodSeconds), direction));
  const isFurthest = selectPolicy === 'Max';
  return isFurthest === (direction === 1) ? Math.max(...bounds) : Math.min(...bounds);
}

function boundOf({ type, value }: Policy, start: number, direction: 1 | -1): number {
  if (type === 'Pods') return start + direction * value;
  const scaled = (start * (100 + direction * value)) / 100;
  return direction === 1 ? Math.ceil(scaled) : Math.trunc(scaled);
}

function able(reason: string, message: string): Claim {
  return { type: 'AbleToScale', status: 'True', reason, message };
}

function toleranceOf(rules: Rules | undefined): number {
  const tolerance = Number(rules?.tolerance ?? TOLERANCE);
  return Number.isFinite(tolerance) ? tolerance : TOLERANCE;
}
