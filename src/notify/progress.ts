import type { CanaryStep, RolloutStatus } from '../api/rollout.ts';
import { type Reach, reachOf } from './blue-green.ts';
import type { Snapshot } from './transitions.ts';

/** What a process remembers of a rollout, because the status forgets it: an abort sets the step back to 0. */
export interface Progress {
  /** Hash of the release that this is about. */
  readonly hash: string;
  /** The version that the release set out from. */
  readonly stable: string | null;
  /** Index of the step that it had reached. */
  readonly step: number | null;
  /** Share of the traffic that it had reached, in percent. */
  readonly weight: number | null;
  /** How far a blue-green release had come; absent: nobody knows. */
  readonly reach?: Reach;
}

/** What is remembered after one more look. */
export function remember(known: Progress | null, { rollout }: Snapshot): Progress | null {
  const status = rollout.status ?? {};
  const { currentPodHash: hash, stableRS: stable } = status;
  if (hash === undefined) return null;
  // Done or given up: what led there is what is worth knowing.
  if (hash === stable || status.abortedAt !== undefined) return known?.hash === hash ? known : null;
  const steps = rollout.spec.strategy?.canary?.steps ?? [];
  const step = status.currentStepIndex ?? null;
  const before = known?.hash === hash ? known : null;
  const reach = before?.reach === 'users' ? 'users' : reachOf(status);
  return {
    hash,
    stable: stable ?? before?.stable ?? null,
    step,
    weight: weightOf(status, steps, step) ?? before?.weight ?? null,
    ...(reach === null ? {} : { reach }),
  };
}

/** The canary's share in percent: as routed, or as its steps say where pods are counted instead. */
export function weightOf(
  status: RolloutStatus,
  steps: readonly CanaryStep[],
  step: number | null,
): number | null {
  const routed = status.canary?.weights;
  if (routed !== undefined) {
    const total = routed.canary.weight + routed.stable.weight;
    return total === 0 ? null : Math.round((routed.canary.weight / total) * 1000) / 10;
  }
  return step === null ? null : weightBefore(steps, step);
}

/** The weight that is set once the steps up to and with `index` have begun. */
export function weightBefore(steps: readonly CanaryStep[], index: number): number | null {
  if (index >= steps.length && steps.length > 0) return 100;
  const weights = steps.slice(0, index + 1).flatMap((step) => step.setWeight ?? []);
  return weights.at(-1) ?? null;
}
