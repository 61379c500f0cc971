import type { Rollout, RolloutPhase, Strategy } from '../api/rollout.ts';
import { describeStep } from '../core/rollout/life.ts';
import { type Instant, parseInstant } from '../core/time.ts';
import { type ImageView, imagesOf } from './images.ts';
import { type Look, phaseLook } from './look.ts';
import type { RolloutParts } from './parts.ts';
import { clientPhase } from './phase.ts';
import { type Reason, reasonOf, sinceWhen, type WantedPods } from './reason.ts';
import type { ReplicaSetView } from './replica-set.ts';
import { type RevisionView, revisionsOf } from './revisions.ts';
import { actualWeight, totalSteps, wantedWeight } from './weight.ts';

/** A rollout and all that belongs to it, for people: the same tree for the command line and the dashboard. */
export interface RolloutView {
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: Instant | null;
  readonly phase: RolloutPhase;
  readonly look: Look;
  readonly message: string;
  readonly reason: Reason;
  /** When things last moved on, where the reason does not say it itself. */
  readonly since: Instant | null;
  /** Null: neither is set, so the spec is invalid. */
  readonly strategy: 'Canary' | 'BlueGreen' | null;
  /** The workload that pod template and selector are taken from, `Deployment/web`; null: none. */
  readonly workload: string | null;
  /** Index of the step in work, counted from 0, and their number; null where there are no steps. */
  readonly step: { readonly index: number; readonly total: number } | null;
  /** All steps in words. */
  readonly steps: readonly string[];
  /** Wanted and actual weight of the canary, in percent; null for blue-green. */
  readonly weight: { readonly set: number; readonly actual: number } | null;
  readonly images: readonly ImageView[];
  readonly replicas: ReplicaCounts;
  /** Newest first. */
  readonly revisions: readonly RevisionView[];
}

/** Numbers of pods. */
export interface ReplicaCounts {
  readonly desired: number;
  readonly current: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

/** Makes the view of one rollout. Total: works from the rollout alone, and gets better with each part. */
export function viewOf(parts: RolloutParts, now: Instant): RolloutView {
  const { rollout } = parts;
  const { phase, message } = clientPhase(rollout);
  const { strategy = {} } = rollout.spec;
  const revisions = revisionsOf(parts);
  const sets = revisions.flatMap((revision) => revision.replicaSets);
  const current = sets.find((set) => set.hash !== '' && set.hash === rollout.status?.currentPodHash);
  const reason = reasonOf(rollout, wantedPods(current), now);
  const total = totalSteps(rollout);
  const index = rollout.status?.currentStepIndex;
  return {
    name: rollout.metadata.name,
    namespace: rollout.metadata.namespace ?? '',
    createdAt: parseInstant(rollout.metadata.creationTimestamp),
    phase,
    look: phaseLook(phase),
    message,
    reason,
    since: sinceWhen(rollout, reason),
    strategy: strategyOf(strategy),
    workload: workloadOf(rollout),
    step: total === 0 || index === undefined ? null : { index, total },
    steps: (strategy.canary?.steps ?? []).map(describeStep),
    weight:
      strategy.canary === undefined
        ? null
        : { set: wantedWeight(rollout), actual: actualWeight(rollout, canaryPods(sets)) },
    images: imagesOf(revisions),
    replicas: countsOf(rollout),
    revisions,
  };
}

function workloadOf({ spec: { workloadRef } }: Rollout): string | null {
  return workloadRef === undefined ? null : `${workloadRef.kind ?? ''}/${workloadRef.name ?? ''}`;
}

function strategyOf({ canary, blueGreen }: Strategy): RolloutView['strategy'] {
  if (canary !== undefined) return 'Canary';
  return blueGreen === undefined ? null : 'BlueGreen';
}

function wantedPods(current: ReplicaSetView | undefined): WantedPods | null {
  if (current === undefined) return null;
  return { replicaSet: current.name, want: current.replicas, have: current.available };
}

function canaryPods(sets: readonly ReplicaSetView[]): number {
  return sets.find((set) => set.roles.includes('canary'))?.available ?? 0;
}

function countsOf({ spec, status = {} }: Rollout): ReplicaCounts {
  return {
    desired: spec.replicas ?? 1,
    current: status.replicas ?? 0,
    updated: status.updatedReplicas ?? 0,
    ready: status.readyReplicas ?? 0,
    available: status.availableReplicas ?? 0,
  };
}
