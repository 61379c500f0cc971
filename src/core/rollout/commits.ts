import { ANNOTATION } from '../../api/keys.ts';
import type { StringMap } from '../../api/meta.ts';
import type { Release } from './release.ts';

/** What a Git reconciler says of the commit that last changed a manifest. */
export const COMMIT_KEYS = [ANNOTATION.commit, ANNOTATION.commitAuthor, ANNOTATION.commitMessage] as const;

/**
 * What the current ReplicaSet is to say of its commit; empty: what it says already. `isNewRevision` is true
 * while it is being made, and when going back to it makes it the newest again.
 *
 * A commit belongs to the revision that came up with it. Unlike other annotations it does not follow the
 * rollout: a later commit that leaves the pod template as it is made nothing, so it is written nowhere, and
 * a ReplicaSet never says that it was made by the commit that only scaled it. A commit that another
 * ReplicaSet has belongs to that one: then somebody changed the template in the cluster, where no commit is.
 */
export function commitAnnotations(release: Release, isNewRevision: boolean): StringMap {
  const said = release.rollout.metadata.annotations ?? {};
  const commit = said[ANNOTATION.commit];
  if (!isNewRevision || commit === undefined) return {};
  const others = release.all.filter((revision) => revision !== release.current);
  if (others.some(({ replicaSet }) => replicaSet.metadata.annotations?.[ANNOTATION.commit] === commit))
    return {};
  // An author or a message of the commit before must not stay.
  return Object.fromEntries(COMMIT_KEYS.map((key) => [key, said[key] ?? '']));
}
