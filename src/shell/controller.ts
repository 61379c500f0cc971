import type { Manifest } from '../api/meta.ts';
import type { Note } from '../core/plan.ts';
import { analysisPass } from './analysis/reconcile.ts';
import { Recorder } from './announce.ts';
import { sleep, systemClock } from './clock.ts';
import { dispatch } from './dispatch.ts';
import { Access } from './kube/access.ts';
import { RestClient } from './kube/rest.ts';
import { alone, byLease } from './leadership.ts';
import type { Logger } from './log.ts';
import { type Priority, Queue } from './queue.ts';
import { rolloutPass } from './reconcile.ts';
import { servicePass } from './release.ts';
import { logPass, logReport } from './report.ts';
import type { Settings } from './settings.ts';
import { makeStores, type OnStoreChange } from './stores.ts';
import { watchAll } from './watching.ts';

/** A running controller. */
export interface Controller {
  /** True once everything that is needed has been read. */
  readonly isReady: () => boolean;
  /** Resolves with the reason when the controller must end: another one leads. */
  readonly lost: Promise<string>;
  /** Finishes work in hand, gives the Lease back, and resolves. */
  stop(): Promise<void>;
}

/** Events may take this long to be written at the end. */
const FLUSH_MS = 2_000;

/**
 * Starts everything: caches fill, then this process stands for election, then it works. It waits for whatever is not
 * there yet, a missing CustomResourceDefinition or an API server that does not answer, and says so.
 */
export async function startController(settings: Settings, log: Logger): Promise<Controller> {
  const clock = systemClock;
  const { kubeconfig, context } = settings;
  const source = {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
  const access = await Access.open(source, clock);
  const rate = { perSecond: settings.qps, burst: settings.burst };
  const userAgent = `sluice/${settings.version}`;
  const client = new RestClient(access, { userAgent, rate });
  // Events have an allowance of their own: they must not make a rollback wait.
  const eventClient = new RestClient(access, { userAgent, rate });
  const stop = new AbortController();
  const kill = new AbortController();
  const recorder = new Recorder({
    client: eventClient,
    clock,
    onLost: (error) => log.warn({ error: String(error) }, 'an event could not be written'),
  });
  const announce = (about: Manifest, notes: readonly Note[]): void => recorder.record(about, notes);

  let onChange: OnStoreChange = () => {};
  const stores = makeStores((...change) => onChange(...change));
  const io = { stores, client, clock };
  const rollouts = new Queue({
    handle: rolloutPass({
      ...io,
      announce: (world, notes) => announce(world.rollout, notes),
      report: (pass) => logReport(log, pass),
    }),
    workers: settings.rolloutThreads,
    onPass: (pass) => logPass(log, 'rollout', pass),
  });
  const runs = new Queue({
    handle: analysisPass({ ...io, announce, env: process.env }),
    workers: settings.analysisThreads,
    onPass: (pass) => logPass(log, 'analysisrun', pass),
  });
  const services = new Queue({
    handle: servicePass(io),
    workers: settings.serviceThreads,
    onPass: (pass) => logPass(log, 'service', pass),
  });
  const queues = [rollouts, runs, services];
  const concerned = {
    rollout: (key: string, priority: Priority) => rollouts.add(key, priority),
    run: (key: string, priority: Priority) => runs.add(key, priority),
    service: (key: string, priority: Priority) => services.add(key, priority),
  };
  onChange = (store, key, before, after) => {
    if (store === 'rollouts' && before !== null && after === null) announce(before, [deleted(before)]);
    dispatch(stores, concerned, { store, key, before, after });
  };

  const watching = watchAll(stores, client, settings, log, stop.signal);
  const leadership = settings.leaderElect ? byLease(client, settings, log) : alone();
  const leaseEnd = new AbortController();
  const election = watching.synced.then(() => leadership.run(leaseEnd.signal));
  const work = Promise.race([watching.synced.then(() => leadership.elected), aborted(stop.signal)]).then(() =>
    Promise.all(queues.map((queue) => queue.run(stop.signal, kill.signal))),
  );
  void leadership.lost.then(() => kill.abort());
  void resync(settings.resyncSeconds, stop.signal, () => {
    for (const { metadata } of stores.rollouts.all())
      rollouts.add(`${metadata.namespace ?? ''}/${metadata.name}`, 'resync');
  });
  return {
    isReady: watching.isSynced,
    lost: leadership.lost,
    stop: async () => {
      stop.abort();
      await work;
      await Promise.race([recorder.flush(), sleep(clock, FLUSH_MS)]);
      leaseEnd.abort();
      if (watching.isSynced()) await election;
      await watching.ended;
      await access.close();
    },
  };
}

function deleted({ metadata: { name, namespace } }: Manifest): Note {
  return {
    type: 'Normal',
    reason: 'RolloutDeleted',
    message: `Rollout ${name}/${namespace ?? ''} is deleted.`,
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A look at everything now and then, as a safety net: nothing depends on it. */
async function resync(seconds: number, signal: AbortSignal, look: () => void): Promise<void> {
  while (await sleep(systemClock, seconds * 1000, signal)) look();
}
