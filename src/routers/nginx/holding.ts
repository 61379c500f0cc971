import { ANNOTATION, API_VERSION } from '../../api/keys.ts';
import type { Manifest, StringMap } from '../../api/meta.ts';
import type { Holder, Holding } from '../router.ts';

/**
 * Rollouts on canary Ingresses: the owner of one, or who wrote it last where its owner has been taken away,
 * as a deletion that leaves orphans does. With weight 0 it splits nothing.
 */
export const nginxHolding: Holding = { holders, rivals: () => [], release };

function holders(ingress: Manifest): readonly Holder[] {
  const { namespace = '', ownerReferences = [], annotations = {} } = ingress.metadata;
  if (weights(annotations).length === 0) return [];
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (owner !== undefined) {
    const isRollout = owner.apiVersion === API_VERSION && owner.kind === 'Rollout';
    return isRollout ? [{ namespace, name: owner.name, owns: true }] : [];
  }
  const [name = '', epoch] = (annotations[ANNOTATION.epoch] ?? '').split('/');
  return epoch === undefined ? [] : [{ namespace, name, owns: false }];
}

function release(ingress: Manifest): Manifest {
  const { annotations = {} } = ingress.metadata;
  const moved = weights(annotations).filter((key) => annotations[key] !== '0');
  if (moved.length === 0) return ingress;
  const still = Object.fromEntries(moved.map((key) => [key, '0']));
  return { ...ingress, metadata: { ...ingress.metadata, annotations: { ...annotations, ...still } } };
}

/** The annotations that hold a canary's weight, by whichever prefix: nobody can tell it any more. */
function weights(annotations: StringMap): readonly string[] {
  const weight = '/canary-weight';
  return Object.keys(annotations).filter((key) => {
    const prefix = key.slice(0, -weight.length);
    return key.endsWith(weight) && annotations[`${prefix}/canary`] === 'true';
  });
}
