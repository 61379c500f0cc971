import type { Release, Revision } from './release.ts';

/**
 * True where the stable version of a canary has never served: it is called stable because it was the first,
 * no version has been healthy since, and none of its pods is available. Then steps protect nobody, and the
 * next version is still part of the first deployment.
 */
export function isUnproven(release: Release): boolean {
  const { stable, current, replicas } = release;
  if (stable === null || stable === current || replicas === 0) return false;
  return isInQuestion(release) && stable.available === 0 && !stable.served;
}

/**
 * True where this revision is the stable version that nothing else tells to have served, and does: then it is
 * marked, lest it is taken for one that never has when all of its pods are gone for a moment.
 */
export function isProof(release: Release, revision: Revision): boolean {
  const isStanding = revision === release.stable && revision !== release.current;
  return isStanding && isInQuestion(release) && revision.available > 0;
}

/** The condition Healthy is there once any version was healthy. */
function isInQuestion({ strategy, status }: Release): boolean {
  return strategy === 'canary' && status.conditions?.some(({ type }) => type === 'Healthy') !== true;
}
