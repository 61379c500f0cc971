import type { JsonObject } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { GateApprovals } from '../../api/step-plugins.ts';
import { vote, waitingGate } from '../../view/gates.ts';

/**
 * What all people write together whom the gate needs that a rollout waits at: one merge patch. Null where it
 * waits for something else than people.
 */
export function approvalOf(rollout: Rollout): JsonObject | null {
  const gate = waitingGate(rollout);
  if (gate === null) return null;
  const votes = peopleFor(rollout).flatMap((who) => {
    const patch = vote(gate, { who, says: 'approve', comment: '' })?.object?.['metadata'];
    return isObject(patch) && isObject(patch['annotations']) ? [patch['annotations'] as JsonObject] : [];
  });
  if (votes.length === 0) return null;
  return { metadata: { annotations: Object.assign({}, ...votes) as JsonObject } };
}

function peopleFor({ spec, status }: Rollout): readonly string[] {
  const step = spec.strategy?.canary?.steps?.[status?.currentStepIndex ?? -1];
  const { approvals, annotation, webhook } = (step?.plugin?.config ?? {}) as {
    readonly approvals?: GateApprovals;
    readonly annotation?: unknown;
    readonly webhook?: unknown;
  };
  const isOfPeople = approvals !== undefined || (annotation === undefined && webhook === undefined);
  const { required = 1, from } = approvals ?? {};
  const anybody = Array.from({ length: required }, (_, i) => `person-${i + 1}`);
  return isOfPeople ? (from ?? anybody).slice(0, required) : [];
}
