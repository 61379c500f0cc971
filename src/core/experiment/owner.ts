import type { Experiment } from '../../api/experiment.ts';
import { API_VERSION } from '../../api/keys.ts';
import type { Manifest, OwnerReference } from '../../api/meta.ts';

/** Marks an object as controlled by an experiment: the garbage collector removes it with the experiment. */
export function ownedBy({ metadata }: Experiment): OwnerReference {
  const { name, uid = '' } = metadata;
  return {
    apiVersion: API_VERSION,
    kind: 'Experiment',
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** True where this experiment controls the object. */
export function isOwn(object: Pick<Manifest, 'metadata'>, experiment: Experiment): boolean {
  const { uid } = experiment.metadata;
  return (
    uid !== undefined &&
    (object.metadata.ownerReferences ?? []).some((owner) => owner.controller === true && owner.uid === uid)
  );
}
