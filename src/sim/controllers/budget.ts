import type { LabelSelector, Manifest } from '../../api/meta.ts';
import { formatInstant, type Instant, parseInstant } from '../../core/time.ts';
import type { Pod } from '../kubelet/pod.ts';
import { isReady } from './pods.ts';

/** `policy/v1` PodDisruptionBudget. */
export interface Budget extends Manifest {
  readonly spec: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
  readonly status?: BudgetStatus;
}

/** How many pods may be evicted now. */
export interface BudgetStatus {
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly disruptionsAllowed: number;
  readonly expectedPods: number;
  readonly observedGeneration?: number;
  /** Pods whose eviction was granted and which are still there, with the moment of that. */
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly conditions?: readonly BudgetCondition[];
}

/** Whether there may be a disruption. */
export interface BudgetCondition {
  readonly type: 'DisruptionAllowed';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime: string;
}

/** An eviction that was granted and has not happened by then is forgotten. */
const EVICTION_MS = 120_000;

/** Whether it takes the size of the workload to know how many pods there should be. */
export function needsScale({ spec }: Budget): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string';
}

/**
 * How many pods there should be, and how many of them must be healthy. `scale`: what their workloads ask for.
 * Percentages are rounded up, for what must be there as for what may be missing.
 */
export function expectation(
  { spec }: Budget,
  { pods, scale }: { readonly pods: number; readonly scale: number },
): { readonly expectedPods: number; readonly desiredHealthy: number } {
  const { maxUnavailable, minAvailable } = spec;
  if (maxUnavailable !== undefined) {
    return { expectedPods: scale, desiredHealthy: Math.max(0, scale - resolve(maxUnavailable, scale)) };
  }
  if (typeof minAvailable === 'string') {
    return { expectedPods: scale, desiredHealthy: resolve(minAvailable, scale) };
  }
  return { expectedPods: minAvailable === undefined ? 0 : pods, desiredHealthy: minAvailable ?? 0 };
}

/** The status for these pods. */
export function budgetStatus(
  budget: Budget,
  { pods, scale, now }: { readonly pods: readonly Pod[]; readonly scale: number; readonly now: Instant },
): BudgetStatus {
  const disruptedPods = awaited(budget, pods, now);
  const healthy = pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined &&
      disruptedPods[pod.metadata.name] === undefined &&
      isReady(pod),
  );
  const { expectedPods, desiredHealthy } = expectation(budget, { pods: pods.length, scale });
  const spare = expectedPods > 0 ? Math.max(0, healthy.length - desiredHealthy) : 0;
  const isAllowed = spare > 0;
  return {
    currentHealthy: healthy.length,
    desiredHealthy,
    disruptionsAllowed: spare,
    expectedPods,
    ...generationOf(budget),
    ...(Object.keys(disruptedPods).length === 0 ? {} : { disruptedPods }),
    conditions: [
      conditionOf(budget, isAllowed, {
        reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
        message: '',
        now,
      }),
    ],
  };
}

/** The status where the number of pods cannot be known: nothing may be evicted. */
export function failedStatus(budget: Budget, message: string, now: Instant): BudgetStatus {
  const unknown = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  return {
    ...(budget.status ?? unknown),
    disruptionsAllowed: 0,
    conditions: [conditionOf(budget, false, { reason: 'SyncFailed', message, now })],
  };
}

/** In how many milliseconds the next granted eviction is forgotten; null: there is none. */
export function recheckMs({ disruptedPods = {} }: BudgetStatus, now: Instant): number | null {
  const moments = Object.values(disruptedPods).map((at) => (parseInstant(at) ?? now) + EVICTION_MS - now);
  return moments.length === 0 ? null : Math.max(0, Math.min(...moments)) + 1;
}

function awaited({ status }: Budget, pods: readonly Pod[], now: Instant): Readonly<Record<string, string>> {
  const names = new Set(
    pods.filter((pod) => pod.metadata.deletionTimestamp === undefined).map((pod) => pod.metadata.name),
  );
  const kept = Object.entries(status?.disruptedPods ?? {}).filter(
    ([name, at]) => names.has(name) && (parseInstant(at) ?? 0) + EVICTION_MS >= now,
  );
  return Object.fromEntries(kept);
}

function conditionOf(
  budget: Budget,
  isAllowed: boolean,
  { reason, message, now }: { readonly reason: string; readonly message: string; readonly now: Instant },
): BudgetCondition {
  const status = isAllowed ? 'True' : 'False';
  const before = budget.status?.conditions?.find(({ type }) => type === 'DisruptionAllowed');
  const kept = before?.status === status ? before.lastTransitionTime : undefined;
  const lastTransitionTime = kept ?? formatInstant(now);
  return { type: 'DisruptionAllowed', status, reason, message, ...generationOf(budget), lastTransitionTime };
}

function generationOf({ metadata }: Budget): { readonly observedGeneration?: number } {
  return metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
}

function resolve(value: number | string, total: number): number {
  if (typeof value === 'number') return value;
  const percent = Number.parseInt(value, 10);
  return Number.isFinite(percent) ? Math.ceil((percent * total) / 100) : 0;
}
