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
import { Queue } from './queue.ts';
import { rolloutPass } from './reconcile.ts';
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
  const client = new RestClient(access, { userAgent: `sluice/${settings.version}`, rate });
  const stop = new AbortController();
  const kill = new AbortController();
  const recorder = new Recorder({
    client,
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
  onChange = (store, key, before, after) =>
    dispatch(
      stores,
      { rollout: (k, priority) => rollouts.add(k, priority), run: (k, priority) => runs.add(k, priority) },
      { store, key, before, after },
    );

  const watching = watchAll(stores, client, settings, log, stop.signal);
  const leadership = settings.leaderElect ? byLease(client, settings, log) : alone();
  const leaseEnd = new AbortController();
  const election = watching.synced.then(() => leadership.run(leaseEnd.signal));
  const work = Promise.race([watching.synced.then(() => leadership.elected), aborted(stop.signal)]).then(() =>
    Promise.all([rollouts.run(stop.signal, kill.signal), runs.run(stop.signal, kill.signal)]),
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A look at everything now and then, as a safety net: nothing depends on it. */
async function resync(seconds: number, signal: AbortSignal, look: () => void): Promise<void> {
  while (await sleep(systemClock, seconds * 1000, signal)) look();
}
