import { LABEL } from '../../api/keys.ts';
import type { PodTemplate } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { clientPhase, isSpecSeen, isWorkloadSeen } from '../../view/phase.ts';
import { userTemplate } from '../../view/undo.ts';
import { isPromoted } from '../../view/weight.ts';
import { Refusal } from '../refusal.ts';
import { plainTemplate } from './manifest.ts';

/** A version of a Rollout that is in the middle of an update. */
export type Version = 'stable' | 'latest';

/** Whether one version has everything, and the controller has seen that this is wished. */
export function isAtRest(rollout: Rollout): boolean {
  const status = rollout.status ?? {};
  return (
    isSpecSeen(rollout) && isWorkloadSeen(rollout) && isPromoted(status) && (status.stableRS ?? '') !== ''
  );
}

/** Throws a Refusal that says what is going on and how to go on. */
export function refuseUpdate(rollout: Rollout): void {
  if (isAtRest(rollout)) return;
  const { name } = rollout.metadata;
  const { phase, message } = clientPhase(rollout);
  const how = message === '' ? phase : `${phase} - ${message}`;
  throw new Refusal(
    `rollout '${name}' has two versions at the moment (${how}). Wait for its end, or say which one is to stay: --force stable, or --force latest`,
  );
}

/**
 * The template of the stable version: as it is in the Rollout where that is the only one, else that of its
 * ReplicaSet without what the controller put in. Throws a Refusal where it is gone.
 */
export function stableTemplate(rollout: Rollout, sets: readonly ReplicaSet[]): PodTemplate {
  const { template, workloadRef } = rollout.spec;
  const { stableRS = '' } = rollout.status ?? {};
  if (isPromoted(rollout.status ?? {}) && template !== undefined && workloadRef === undefined)
    return plainTemplate(template);
  const set = sets.find(({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === stableRS);
  if (stableRS === '' || set?.spec.template === undefined)
    throw new Refusal(`rollout '${rollout.metadata.name}' has no ReplicaSet of its stable version`);
  return plainTemplate(userTemplate(set));
}
