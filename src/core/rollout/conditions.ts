import type { RolloutCondition, RolloutConditionType, RolloutPhase } from '../../api/rollout.ts';
import { formatInstant, type Instant } from '../time.ts';

/** Conditions with the rule by which they change, at one instant. */
export interface Conditions {
  readonly list: readonly RolloutCondition[];
  readonly now: Instant;
}

type Claim = {
  readonly status: RolloutCondition['status'];
  readonly reason: string;
  readonly message: string;
};

/** The condition of a type, if there is one. */
export function find(conditions: Conditions, type: RolloutConditionType): RolloutCondition | undefined {
  return conditions.list.find((condition) => condition.type === type);
}

/**
 * Sets a condition. Nothing changes where status and reason are the same already, whatever the message; the
 * time of transition stays while the status does.
 */
export function set(conditions: Conditions, type: RolloutConditionType, claim: Claim): Conditions {
  const present = find(conditions, type);
  if (present?.status === claim.status && present.reason === claim.reason) return conditions;
  return replace(conditions, type, claim);
}

/** Sets a condition even where status and reason stay, which renews its time of update. */
export function replace(conditions: Conditions, type: RolloutConditionType, claim: Claim): Conditions {
  const present = find(conditions, type);
  const at = formatInstant(conditions.now);
  const since = present?.status === claim.status ? present.lastTransitionTime : at;
  const made = { type, ...claim, lastUpdateTime: at, lastTransitionTime: since };
  return { ...remove(conditions, type), list: [...remove(conditions, type).list, made] };
}

/** The conditions without those of one type. */
export function remove(conditions: Conditions, type: RolloutConditionType): Conditions {
  return { ...conditions, list: conditions.list.filter((condition) => condition.type !== type) };
}

/** Sets a condition that is either true or false and has one reason for both. */
export function flag(
  conditions: Conditions,
  type: RolloutConditionType,
  claim: { readonly is: boolean; readonly reason: string; readonly yes: string; readonly no: string },
): Conditions {
  const status = claim.is ? 'True' : 'False';
  return set(conditions, type, { status, reason: claim.reason, message: claim.is ? claim.yes : claim.no });
}

/**
 * The conditions that kstatus, Flux and `kubectl wait` read: Ready, and Reconciling or Stalled where they
 * hold.
 * Source: https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
 */
export function summarize(conditions: Conditions, phase: RolloutPhase, message: string): Conditions {
  const ready = setText(conditions, 'Ready', {
    status: phase === 'Healthy' ? 'True' : 'False',
    reason: phase,
    message: message === '' ? 'Rollout is healthy' : message,
  });
  switch (phase) {
    case 'Healthy':
      return remove(remove(ready, 'Reconciling'), 'Stalled');
    case 'Degraded':
      return setText(remove(ready, 'Reconciling'), 'Stalled', { status: 'True', reason: phase, message });
    case 'Progressing':
    case 'Paused':
      return setText(remove(ready, 'Stalled'), 'Reconciling', { status: 'True', reason: phase, message });
    default:
      return phase satisfies never;
  }
}

function setText(conditions: Conditions, type: RolloutConditionType, claim: Claim): Conditions {
  const present = find(conditions, type);
  return present?.message === claim.message ? set(conditions, type, claim) : replace(conditions, type, claim);
}
