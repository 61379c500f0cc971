import { ANNOTATION } from '../../api/keys.ts';
import type { Rollout } from '../../api/rollout.ts';
import { type Commit, sayCommit } from '../../core/commit.ts';
import { imagesIn } from '../images.ts';
import type { RolloutView } from '../rollout-view.ts';

/** A version and what is there of it. */
export interface ReleaseVersion {
  /** Revision number; 0 where nobody knows. */
  readonly revision: number;
  readonly replicaSet: string;
  readonly images: readonly string[];
  /** Its own copies of ConfigMaps and Secrets; empty where these are not versioned. */
  readonly configuration: readonly string[];
  /** The commit that made it; null where nobody knows. */
  readonly commit: Commit | null;
  /** Pods that it should have and that are available; null where they may not be read. */
  readonly pods: { readonly want: number; readonly have: number } | null;
}

/** The wanted and the stable version, as far as they are known; the same twice once they are the same. */
export function versionsOf(
  rollout: Rollout,
  view: RolloutView,
): { readonly wanted: ReleaseVersion | null; readonly stable: ReleaseVersion | null } {
  const { currentPodHash, stableRS } = rollout.status ?? {};
  const wanted = versionOf(rollout, view, currentPodHash);
  if (wanted?.pods !== null || currentPodHash === undefined)
    return { wanted, stable: versionOf(rollout, view, stableRS) };
  const revision = Number.parseInt(rollout.metadata.annotations?.[ANNOTATION.revision] ?? '0', 10) || 0;
  const images = imagesIn(rollout.spec.template);
  return { wanted: { ...wanted, revision, images }, stable: versionOf(rollout, view, stableRS) };
}

function versionOf(rollout: Rollout, view: RolloutView, hash: string | undefined): ReleaseVersion | null {
  if (hash === undefined || hash === '') return null;
  for (const { number, replicaSets } of view.revisions) {
    const set = replicaSets.find((one) => one.hash === hash);
    if (set === undefined) continue;
    const { name, images, configuration, commit, replicas, available } = set;
    const pods = { want: replicas, have: available };
    return { revision: number, replicaSet: name, images, configuration, commit, pods };
  }
  const replicaSet = `${rollout.metadata.name}-${hash}`;
  return { revision: 0, replicaSet, images: [], configuration: [], commit: null, pods: null };
}

/**
 * `revision 2 (demo/app:2; a1b2c3d Faster checkout (Ada))`, with the images that `other` has not; where
 * there is none, with the configuration that it has not.
 */
export function sayVersion(version: ReleaseVersion, other: ReleaseVersion | null): string {
  const changed = version.images.filter((image) => other?.images.includes(image) !== true);
  const images = (changed.length === 0 ? version.images : changed).join(', ');
  const commit = version.commit === null ? '' : sayCommit(version.commit);
  const copies = version.configuration.filter((copy) => other?.configuration.includes(copy) !== true);
  // Where another image says what is new, what it is configured by is a matter of detail.
  const configuration = changed.length > 0 ? '' : copies.map((copy) => copy.replace('/', ' ')).join(', ');
  const more = [images, configuration, commit].filter((text) => text !== '').join('; ');
  return `${sayRevision(version)}${more === '' ? '' : ` (${more})`}`;
}

/** `revision 2`. */
export function sayRevision({ revision, replicaSet }: ReleaseVersion): string {
  return revision === 0 ? replicaSet : `revision ${revision}`;
}
