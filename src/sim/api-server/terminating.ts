import type { Manifest, Timestamp } from '../../api/meta.ts';

/** Holds a definition that is deleted until its objects are gone. */
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

const STAGES = {
  InstanceDeletionPending:
    'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  InstanceDeletionInProgress: 'CustomResource deletion is in progress',
} as const;

/** A definition that says how far its end has come. */
export function terminating(
  definition: Manifest,
  now: Timestamp,
  reason: keyof typeof STAGES = 'InstanceDeletionPending',
): Manifest {
  const status = (definition['status'] ?? {}) as Status;
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'Terminating');
  const condition = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: now,
    reason,
    message: STAGES[reason],
  };
  return { ...definition, status: { ...status, conditions: [...others, condition] } };
}

/** Whether it says so already. */
export function isTerminating(definition: Manifest, reason: keyof typeof STAGES): boolean {
  const { conditions } = (definition['status'] ?? {}) as Status;
  return (conditions ?? []).some(
    (condition) => condition.type === 'Terminating' && condition.reason === reason,
  );
}

interface Status {
  readonly conditions?: readonly { readonly type: string; readonly reason?: string }[] | null;
}
