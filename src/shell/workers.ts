import type { Manifest } from '../api/meta.ts';
import type { Note } from '../core/plan.ts';
import type { HttpClient } from '../providers/http.ts';
import { analysisPass } from './analysis/reconcile.ts';
import type { Clock } from './clock.ts';
import { dispatch } from './dispatch.ts';
import { experimentPass } from './experiment/reconcile.ts';
import type { Following } from './following.ts';
import type { Api } from './kube/api.ts';
import type { Logger } from './log.ts';
import { type Pass, type Priority, Queue } from './queue.ts';
import { rolloutPass } from './reconcile.ts';
import { servicePass } from './release.ts';
import { routePass } from './release-route.ts';
import { logPass, logReport } from './report.ts';
import { within } from './scope.ts';
import type { Settings } from './settings.ts';
import type { OnStoreChange, Stores } from './stores.ts';

/** What works on what the stores tell. */
export interface Workers {
  readonly queues: Readonly<Record<'rollout' | 'analysisrun' | 'experiment' | 'service' | 'route', Queue>>;
  /** Passes a change in a store on to whom it concerns. */
  readonly onChange: OnStoreChange;
  /** Works until `stop`, finishes what is in hand, and resolves; `kill` ends it at once. */
  run(stop: AbortSignal, kill: AbortSignal): Promise<void>;
  /** Asks for a look at a rollout: what it refers to may have changed. */
  lookAt(rollout: string): void;
  /** Asks for a look at every rollout. */
  lookAtAll(): void;
}

/** The queues with their passes. */
export function makeWorkers(io: {
  readonly stores: Stores;
  readonly following: Following;
  readonly client: Api;
  readonly clock: Clock;
  /** For metric providers. */
  readonly fetch: HttpClient;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly settings: Settings;
  readonly announce: (about: Manifest, notes: readonly Note[]) => void;
  readonly onPass: (kind: string, pass: Pass) => void;
  /** Told of every rollout that something has changed about, at once. Must not throw. */
  readonly onRollout: (key: string) => void;
}): Workers {
  const { stores, announce, settings, log, clock } = io;
  const queue = (kind: string, workers: number, handle: ReturnType<typeof rolloutPass>) =>
    new Queue({
      handle,
      workers,
      clock,
      onPass: (pass) => {
        logPass(log, kind, pass);
        io.onPass(kind, pass);
      },
    });
  const tell = (world: { readonly rollout: Manifest }, notes: readonly Note[]) =>
    announce(world.rollout, notes);
  const pass = rolloutPass({ ...io, announce: tell, report: (report) => logReport(log, report) });
  const queues = {
    rollout: queue('rollout', settings.rolloutThreads, pass),
    analysisrun: queue('analysisrun', settings.analysisThreads, analysisPass(io)),
    experiment: queue('experiment', settings.serviceThreads, experimentPass(io)),
    service: queue('service', settings.serviceThreads, servicePass(io)),
    route: queue('route', settings.serviceThreads, routePass(io)),
  };
  const concerned = within(settings.controllers, {
    rollout: (key: string, priority: Priority) => {
      queues.rollout.add(key, priority);
      io.onRollout(key);
    },
    run: (key: string, priority: Priority) => queues.analysisrun.add(key, priority),
    experiment: (key: string, priority: Priority) => queues.experiment.add(key, priority),
    service: (key: string, priority: Priority) => queues.service.add(key, priority),
    route: (key: string, priority: Priority) => queues.route.add(key, priority),
  });
  return {
    queues,
    onChange: (store, key, before, after) => {
      if (store === 'rollouts' && before !== null && after === null) announce(before, [deleted(before)]);
      dispatch(stores, concerned, { store, key, before, after });
    },
    run: async (stop, kill) => {
      await Promise.all(Object.values(queues).map((each) => each.run(stop, kill)));
    },
    lookAt: (key) => queues.rollout.add(key, 'event'),
    lookAtAll: () => {
      for (const { metadata } of stores.rollouts.all())
        queues.rollout.add(`${metadata.namespace ?? ''}/${metadata.name}`, 'resync');
    },
  };
}

function deleted({ metadata: { name, namespace } }: Manifest): Note {
  const message = `Rollout ${name}/${namespace ?? ''} is deleted.`;
  return { type: 'Normal', reason: 'RolloutDeleted', message };
}
