import type { Health } from './kube/reflection.ts';
import type { RestClient } from './kube/rest.ts';
import type { Logger } from './log.ts';
import { isWatched } from './scope.ts';
import type { Settings } from './settings.ts';
import { reflectorsFor, type Stores } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** Keeps all stores filled. */
export interface Watching {
  /** Resolves when everything that is needed has been read once. */
  readonly synced: Promise<unknown>;
  readonly isSynced: () => boolean;
  /** Resolves when the watches have ended after the signal. */
  readonly ended: Promise<unknown>;
}

/** Stores that may stay empty because their kind is not installed. */
const OPTIONAL: ReadonlySet<keyof Stores> = new Set(['httpRoutes', 'grpcRoutes']);

/**
 * Begins to watch. What cannot be watched is said once, with what to do about it, and tried again for ever.
 */
export function watchAll(
  stores: Stores,
  client: RestClient,
  io: Pick<Surroundings, 'clock' | 'rng'> & { readonly settings: Settings; readonly log: Logger },
  signal: AbortSignal,
): Watching {
  const onHealth = (store: keyof Stores, health: Health): void => tell(io.log, store, health);
  const reflectors = reflectorsFor(stores, client, io.settings, io, onHealth);
  const needed = (Object.keys(stores) as (keyof Stores)[]).filter(
    (store) => !OPTIONAL.has(store) && isWatched(io.settings.controllers, store),
  );
  return {
    synced: Promise.all(needed.map((store) => stores[store].whenSynced())),
    isSynced: () => needed.every((store) => stores[store].hasSynced),
    ended: Promise.all(reflectors.map((reflector) => reflector.run(signal))),
  };
}

function tell(log: Logger, store: keyof Stores, health: Health): void {
  switch (health.kind) {
    case 'watching':
      log.debug({ store }, 'watching');
      return;
    case 'absent':
      if (OPTIONAL.has(store)) log.debug({ store }, 'not installed; not needed unless a Rollout uses it');
      else
        log.error(
          { store, error: health.failure.message },
          'a CustomResourceDefinition is missing; install it with: kubectl apply --server-side -f crds/ (waiting)',
        );
      return;
    case 'forbidden':
      log.error(
        { store, error: health.failure.message },
        'not allowed to watch; see deploy/ for the RBAC rules (waiting)',
      );
      return;
    case 'broken':
      log.warn({ store, error: health.failure.message }, 'watch broken; trying again');
      return;
    default:
      health satisfies never;
  }
}
