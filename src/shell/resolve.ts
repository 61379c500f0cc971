import type { Rollout } from '../api/rollout.ts';
import { type Configuration, withVersions } from '../core/rollout/configuration-copies.ts';
import { withLastTemplate, withWorkload } from '../core/rollout/workload.ts';
import type { Workload } from '../core/world.ts';
import type { Following } from './following.ts';
import { type Found, lookUp } from './lookup.ts';
import type { Stores } from './stores.ts';

/** A rollout with all that its pod template comes from. */
export interface Resolved {
  /** With the template that is wanted. */
  readonly rollout: Rollout;
  readonly workload: Workload | null;
  readonly configuration: Configuration | null;
}

/**
 * Fills in what a rollout takes from elsewhere: the template of the workload that it refers to, and the
 * versions of its configuration. In memory only. Null where something is still being read: then there is a
 * look at the rollout once it is. Throws a Failure.
 */
export async function resolve(
  io: { readonly stores: Stores; readonly following: Following },
  stored: Rollout,
  key: string,
  signal: AbortSignal,
): Promise<Resolved | null> {
  const found = await lookUp(io.following, stored, key, signal);
  if (found === null) return null;
  const { rollout, workload } = withTemplate(io.stores, stored, found);
  const owned = io.stores.replicaSets.by('owner', stored.metadata.uid ?? '');
  const configuration = await io.following.versions.lookUp(rollout, owned, key, signal);
  if (configuration === 'waiting') return null;
  const versions = configuration?.versions ?? [];
  return { rollout: withVersions(rollout, versions), workload, configuration };
}

function withTemplate(
  stores: Stores,
  stored: Rollout,
  { workload }: Found,
): { readonly rollout: Rollout; readonly workload: Workload | null } {
  if (workload === null) return { rollout: stored, workload: null };
  const seen = { stored, ...workload };
  // A template of its own beside the reference is an issue, and stays to be seen.
  if (workload.object !== null) return { rollout: withWorkload(stored, workload.object), workload: seen };
  // What cannot be read may be there, with another template.
  if (!workload.isGone) return { rollout: stored, workload: seen };
  const owned = stores.replicaSets.by('owner', stored.metadata.uid ?? '');
  const last = withLastTemplate(stored, owned);
  if (last === null) return { rollout: stored, workload: seen };
  return { rollout: last, workload: { ...seen, issues: [] } };
}
