import { API_VERSION } from '../api/keys.ts';

/**
 * Marks an object as controlled by a rollout, so that the garbage collector removes it with the rollout. The
 * uid is that of an object the API server has stored; without one it is empty.
 */
export function ownerReference({
  name,
  uid = '',
}: {
  readonly name: string;
  readonly uid?: string | undefined;
}) {
  return { apiVersion: API_VERSION, kind: 'Rollout', name, uid, controller: true, blockOwnerDeletion: true };
}
