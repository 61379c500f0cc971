import { isFailure } from './kube/failure.ts';
import { leaseStore } from './kube/lease-store.ts';
import type { RestClient } from './kube/rest.ts';
import { Election, leaseName } from './lease.ts';
import type { Logger } from './log.ts';
import type { Settings } from './settings.ts';
import type { Surroundings } from './surroundings.ts';

/** The right to work. */
export interface Leadership {
  /** Resolves when this process leads; never, if it never does. */
  readonly elected: Promise<void>;
  /** Whether it leads at this very moment. */
  readonly isLeading: () => boolean;
  /** Resolves with the reason when the Lease is lost. */
  readonly lost: Promise<string>;
  /** Stands for election until `signal` aborts, then gives the Lease back. */
  run(signal: AbortSignal): Promise<void>;
}

/** Leads at once, for a controller that is known to be alone. */
export function alone(): Leadership {
  return {
    elected: Promise.resolve(),
    isLeading: () => true,
    lost: new Promise(() => {}),
    run: () => Promise.resolve(),
  };
}

/**
 * Leads while this process holds the Lease of its instance. `onLost` must stop all work before it returns;
 * the client should serve nothing else.
 */
export function byLease(
  client: RestClient,
  io: Pick<Surroundings, 'clock' | 'rng' | 'identity'> & {
    readonly settings: Settings;
    readonly log: Logger;
  },
  onLost: () => void,
): Leadership {
  const { clock, rng, identity, settings, log } = io;
  const name = leaseName(settings.instanceId);
  const elected = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<string>();
  const election = new Election({
    store: leaseStore(client, { namespace: settings.controllerNamespace, name }),
    identity,
    clock,
    rng,
    onLeading: () => {
      log.info({ lease: `${settings.controllerNamespace}/${name}`, identity }, 'leading');
      elected.resolve();
    },
    onLost: (why) => {
      onLost();
      lost.resolve(why);
    },
    onHolder: (holder) => {
      if (holder !== identity)
        log.info({ holder }, holder === '' ? 'nobody leads' : 'somebody else leads; standing by');
    },
    onTrouble: (error) => log.warn({ error: String(error) }, adviceOn(error, settings.controllerNamespace)),
  });
  return {
    elected: elected.promise,
    isLeading: () => election.isLeading,
    lost: lost.promise,
    run: (signal) => election.run(signal),
  };
}

function adviceOn(error: unknown, namespace: string): string {
  if (!isFailure(error, 'missing')) return 'lease: trying again';
  const create = `kubectl create namespace ${namespace}`;
  return `no namespace for the Lease: ${create}, or name another one with --namespace (waiting)`;
}
