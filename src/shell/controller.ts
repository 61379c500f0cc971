import type { Manifest } from '../api/meta.ts';
import type { Note } from '../core/plan.ts';
import { COMMIT } from '../version.ts';
import { Recorder } from './announce.ts';
import { type Clock, sleep } from './clock.ts';
import { Following } from './following.ts';
import { Health } from './health.ts';
import { whileLeading } from './kube/api.ts';
import { RestClient } from './kube/rest.ts';
import { alone, byLease, type Leadership } from './leadership.ts';
import type { Logger } from './log.ts';
import { Metrics } from './metrics/metrics.ts';
import { type Notifier, type NotifierIo, notifier, silent } from './notify/notifier.ts';
import type { Page } from './server.ts';
import type { Settings } from './settings.ts';
import { makeStores, type OnStoreChange } from './stores.ts';
import type { Surroundings } from './surroundings.ts';
import { watchAll } from './watching.ts';
import { makeWorkers, type Workers } from './workers.ts';

/** A running controller. */
export interface Controller {
  /** True once everything that is needed has been read. */
  readonly isReady: () => boolean;
  /** The answers to GET /healthz and /metrics. */
  readonly health: () => Page;
  readonly metrics: () => Promise<Page>;
  /** Resolves with the reason when the controller must end: another one leads. */
  readonly lost: Promise<string>;
  /** Finishes work in hand, gives the Lease back, and resolves. */
  stop(): Promise<void>;
}

/** Events may take this long to be written at the end. */
const FLUSH_MS = 2_000;

/**
 * Starts everything: caches fill, then this process stands for election, then it works. It waits for whatever
 * is not there yet, a missing CustomResourceDefinition or an API server that does not answer, and says so.
 */
export function startController(surroundings: Surroundings, settings: Settings, log: Logger): Controller {
  const io = { ...surroundings, settings, log };
  const { clock } = io;
  const metrics = new Metrics({ version: settings.version, commit: COMMIT }, clock);
  const connect = () => clientOf(io, metrics);
  const kill = new AbortController();
  // A renewal must never queue behind other requests, and events must not make a rollback wait.
  const leadership = settings.leaderElect ? byLease(connect(), io, () => kill.abort()) : alone();
  const recorder = recorderOf(connect(), io);
  const announce = announcer(recorder, metrics, leadership);
  let onChange: OnStoreChange = () => {};
  const stores = makeStores((...change) => onChange(...change));
  const client = connect();
  const guarded = whileLeading(client, leadership.isLeading);
  const notifications = notifierOf({ ...io, stores, client: guarded, reader: client }, metrics);
  const rollouts = () => stores.rollouts.all();
  const following = new Following({ ...io, client, rollouts, look: (key) => workers.lookAt(key) });
  const onRollout = (key: string) => notifications.onRolloutChange(key);
  const onPass = metrics.passed.bind(metrics);
  const parties = { stores, following, client: guarded, announce };
  const workers: Workers = makeWorkers({ ...io, ...parties, onRollout, onPass });
  onChange = metrics.before(workers.onChange);
  metrics.show({ stores, queues: workers.queues, isLeading: leadership.isLeading });
  const health = new Health(clock, leadership.isLeading);

  const stop = new AbortController();
  void health.run(stop.signal);
  const watching = watchAll(stores, client, io, stop.signal);
  const watches = [following.run(stop.signal), notifications.watch(stop.signal), watching.ended];
  const parts = { watching, leadership, workers, notifications, settings, clock };
  const work = workWhenElected(parts, stop.signal, kill.signal);
  return {
    isReady: watching.isSynced,
    health: () => health.page(),
    metrics: () => metrics.page(),
    lost: leadership.lost,
    stop: async () => {
      stop.abort();
      await work.ended;
      await flushed(recorder, clock);
      await work.resign();
      await Promise.all(watches);
      await surroundings.close();
    },
  };
}

/** A controller's surroundings, with how it was asked to run. */
type Io = Surroundings & { readonly settings: Settings; readonly log: Logger };

function clientOf({ access, clock, settings }: Io, metrics: Metrics): RestClient {
  const rate = { perSecond: settings.qps, burst: settings.burst };
  const onAsked = metrics.asked.bind(metrics);
  return new RestClient(access, { userAgent: `sluice/${settings.version}`, rate, onAsked, clock });
}

function recorderOf(client: RestClient, { clock, log }: Io): Recorder {
  return new Recorder({
    client,
    clock,
    onLost: (error) => log.warn({ error: String(error) }, 'an event could not be written'),
  });
}

/** Everything told so far, or what of it can be written in a while. */
async function flushed(recorder: Recorder, clock: Clock): Promise<void> {
  const done = new AbortController();
  await Promise.race([recorder.flush(), sleep(clock, FLUSH_MS, done.signal)]);
  done.abort();
}

function announcer(recorder: Recorder, metrics: Metrics, leadership: Leadership) {
  return (about: Manifest, notes: readonly Note[]): void => {
    if (!leadership.isLeading()) return;
    recorder.record(about, notes);
    metrics.told(about, notes);
  };
}

function notifierOf(
  io: Omit<NotifierIo, 'onOutcome'> & { readonly settings: Settings },
  metrics: Metrics,
): Notifier {
  if (io.settings.controllers === 'analysis') return silent;
  const onOutcome = metrics.notified.bind(metrics);
  return notifier({ ...io, onOutcome });
}

/** Stands for election once everything has been read, and works while elected. */
function workWhenElected(
  parts: {
    readonly watching: { readonly synced: Promise<unknown>; readonly isSynced: () => boolean };
    readonly leadership: Leadership;
    readonly workers: Workers;
    readonly notifications: Notifier;
    readonly settings: Settings;
    readonly clock: Clock;
  },
  stop: AbortSignal,
  kill: AbortSignal,
): { readonly ended: Promise<void>; resign(): Promise<void> } {
  const { watching, leadership, workers, notifications, settings, clock } = parts;
  const resigned = new AbortController();
  const election = watching.synced.then(() => leadership.run(resigned.signal));
  const elected = watching.synced.then(() => leadership.elected);
  const ended = Promise.race([elected, aborted(stop)]).then(async () => {
    await Promise.all([workers.run(stop, kill), notifications.run(stop, kill)]);
  });
  void resync(clock, settings.resyncSeconds, stop, () => workers.lookAtAll());
  return {
    ended,
    resign: async () => {
      resigned.abort();
      if (watching.isSynced()) await election;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A look at everything now and then, as a safety net: nothing depends on it. */
async function resync(clock: Clock, seconds: number, signal: AbortSignal, look: () => void): Promise<void> {
  while (await sleep(clock, seconds * 1000, signal)) look();
}
