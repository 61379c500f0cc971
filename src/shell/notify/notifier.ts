import type { AnalysisRun } from '../../api/analysis.ts';
import type { Rollout } from '../../api/rollout.ts';
import { earlier, type Instant } from '../../core/time.ts';
import { isSubscriber, subscriptionsOf } from '../../notify/subscriptions.ts';
import type { Snapshot } from '../../notify/transitions.ts';
import { REASONS, TRIGGERS } from '../../notify/triggers.ts';
import type { HttpClient } from '../../providers/http.ts';
import type { Clock } from '../clock.ts';
import type { RestClient } from '../kube/rest.ts';
import type { Logger } from '../log.ts';
import { Queue } from '../queue.ts';
import { logPass } from '../report.ts';
import type { Stores } from '../stores.ts';
import { Book, type Parcel } from './book.ts';
import { claim, type LedgerIo, record } from './claims.ts';
import { type ConfigPlaces, Configs, parseYaml } from './configs.ts';
import { Post, type Tried } from './post.ts';

/** What a notifier works with. */
export interface NotifierIo {
  readonly stores: Pick<Stores, 'rollouts' | 'replicaSets' | 'runs'>;
  /** Writes ledgers; refuses where this process may not write. */
  readonly client: Pick<RestClient, 'patch'>;
  /** Reads the configuration. */
  readonly reader: Pick<RestClient, 'list' | 'watch'>;
  readonly clock: Clock;
  /** Chance, 0 up to but not including 1. */
  readonly rng: () => number;
  readonly log: Logger;
  readonly fetch: HttpClient;
  readonly settings: ConfigPlaces;
  /** Told of every message that was delivered or given up, for the metrics. Must not throw. */
  readonly onOutcome?: (outcome: NotifyOutcome) => void;
}

/** The end of one message; `type` and `reason` are those of the Event that tells the same. */
export interface NotifyOutcome {
  readonly namespace: string;
  readonly name: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly service: string;
  readonly delivered: boolean;
  /** From the first try. */
  readonly milliseconds: number;
}

/** Tells people what became of their rollouts. */
export interface Notifier {
  /**
   * Something of a rollout has changed: itself, a ReplicaSet or an analysis run. Returns at once, never
   * throws.
   */
  onRolloutChange(key: string): void;
  /** Reads the configuration until `stop` aborts. Begin it with the other watches. */
  watch(stop: AbortSignal): Promise<void>;
  /** Sends until `stop` aborts, then finishes what is in hand. Only the leader may. Call it once. */
  run(stop: AbortSignal, kill: AbortSignal): Promise<void>;
}

/** The transitions of one moment share a claim, and the pass that made them is not disturbed by it. */
const GATHER_MS = 100;
const WORKERS = 16;

/**
 * Delivers what is owed by the stored state of rollouts to whoever subscribed. Its own queue: no reconcile
 * waits.
 *
 * Invariant: a message is claimed in the rollout's ledger, by a write that fails where anybody wrote in
 * between, before it is sent. So of two controllers one sends, and a restart does not repeat it. Only where
 * a process dies between its claim and the record of the outcome is the message sent once more, after the
 * claim has aged, because nobody can know whether it went out. A service that takes a message but does not
 * answer in time may also see it again.
 */
export function notifier(io: NotifierIo): Notifier {
  const office = new Office(io);
  return {
    onRolloutChange: (key) => office.look(key),
    watch: (stop) => office.configs.run(stop),
    run: (stop, kill) => office.run(stop, kill),
  };
}

/** For a controller that has no rollouts: reads nothing, tells nobody. */
export const silent: Notifier = {
  onRolloutChange: () => {},
  watch: () => Promise.resolve(),
  run: () => Promise.resolve(),
};

class Office {
  readonly configs: Configs;
  readonly #io: NotifierIo & LedgerIo;
  readonly #post: Post;
  readonly #queue: Queue;
  readonly #books = new Map<string, Book>();
  /** What has been complained about, so that it is not said with every change. */
  readonly #complained = new Set<string>();
  #isRunning = false;

  constructor(io: NotifierIo) {
    const { reader, clock, rng, log } = io;
    this.#io = { ...io, writer: Math.floor(rng() * 2 ** 47) };
    this.configs = new Configs(io.settings, {
      client: reader,
      clock,
      rng,
      log,
      onChange: () => this.#lookAtAll(),
    });
    this.#post = new Post(io.fetch, clock);
    this.#queue = new Queue({
      handle: (key, signal) => this.#deliver(key, signal),
      workers: WORKERS,
      clock,
      onPass: (pass) => logPass(log, 'notifications', pass),
    });
  }

  async run(stop: AbortSignal, kill: AbortSignal): Promise<void> {
    const { rollouts, replicaSets, runs } = this.#io.stores;
    const stores = [rollouts.whenSynced(), replicaSets.whenSynced(), runs.whenSynced()];
    const stopped = new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
    if (!stop.aborted) await Promise.race([Promise.all([this.configs.synced, ...stores]), stopped]);
    this.#isRunning = !stop.aborted;
    this.#lookAtAll();
    await this.#queue.run(stop, kill);
    this.#isRunning = false;
  }

  /** Synchronous, so that no state is missed while a message is on its way. */
  look(key: string): void {
    if (!this.#isRunning) return;
    try {
      this.#look(key, this.#io.clock.now());
    } catch (error) {
      // The cache that calls us must go on; a rollout that we cannot read is our mistake.
      this.#io.log.error({ rollout: key, error: String(error) }, 'notifications failed by a mistake of ours');
    }
  }

  #lookAtAll(): void {
    this.#complained.clear();
    for (const { metadata } of this.#io.stores.rollouts.all())
      this.look(`${metadata.namespace ?? ''}/${metadata.name}`);
  }

  #look(key: string, now: Instant): void {
    const rollout = this.#io.stores.rollouts.get(key);
    if (rollout === null) {
      this.#books.delete(key);
      return;
    }
    const book = this.#books.get(key) ?? new Book(now);
    this.#books.set(key, book);
    const configs = this.configs.of(rollout.metadata.namespace ?? '');
    const isForAll = configs.some(({ subscriptions }) => subscriptions.length > 0);
    if (!isForAll && !isSubscriber(rollout.metadata.annotations)) {
      book.close();
      return;
    }
    const subscribed = configs.map((config) => subscriptionsOf(rollout.metadata, config, parseYaml));
    const subscriptions = unique(subscribed.flatMap((one) => one.subscriptions));
    for (const { path, message } of subscribed[0]?.issues ?? []) this.#complain(key, path, message);
    for (const { trigger } of subscriptions)
      if (!TRIGGERS.has(trigger)) this.#complain(key, trigger, 'subscribed to a trigger that is never fired');
    const remarks = book.look(this.#snapshot(rollout), subscriptions, configs, now);
    for (const { subscription, message } of remarks) this.#complain(key, subscription.trigger, message);
    if (book.pending.size > 0) this.#queue.addAfter(key, GATHER_MS);
  }

  #snapshot(rollout: Rollout): Snapshot {
    const { replicaSets, runs } = this.#io.stores;
    const uid = rollout.metadata.uid ?? '';
    return {
      rollout,
      replicaSets: replicaSets.by('owner', uid),
      runs: runs.by('owner', uid) as readonly AnalysisRun[],
    };
  }

  #complain(key: string, about: string, message: string): void {
    const id = `${key}\n${about}\n${message}`;
    if (this.#complained.has(id) || this.#complained.size > 10_000) return;
    this.#complained.add(id);
    this.#io.log.warn({ rollout: key, about, issue: message }, 'notification not possible');
  }

  /** One pass over the messages of one rollout: claim, send, record. Returns when to come back. */
  async #deliver(key: string, signal: AbortSignal): Promise<Instant | null> {
    const book = this.#books.get(key);
    const rollout = this.#io.stores.rollouts.get(key);
    if (book === undefined || rollout === null) return null;
    const now = this.#io.clock.now();
    const configs = this.configs.of(rollout.metadata.namespace ?? '');
    for (const parcel of book.pending.values())
      parcel.nextAt = Math.max(parcel.nextAt, this.#post.freeAt(parcel, configs));
    const due = [...book.pending.values()].filter((parcel) => parcel.nextAt <= now);
    const mine = await claim(this.#io, rollout, book, { due, signal });
    const tries = mine.map(async (parcel) => {
      const tried = await this.#post.try(parcel, configs, signal);
      if (!signal.aborted || tried.kind === 'sent') this.#conclude(key, book, parcel, tried);
    });
    await Promise.all(tries);
    if (book.unrecorded.size > 0) await record(this.#io, key, book, signal);
    let wakeAt: Instant | null = null;
    for (const { nextAt } of book.pending.values()) wakeAt = earlier(wakeAt, nextAt);
    return wakeAt;
  }

  #conclude(rollout: string, book: Book, parcel: Parcel, tried: Tried): void {
    const { to, attempts } = parcel;
    const line = { rollout, trigger: to.trigger, service: to.service, recipient: to.recipient, attempts };
    switch (tried.kind) {
      case 'sent':
        this.#io.log.info(tried.warning === null ? line : { ...line, warning: tried.warning }, 'notified');
        this.#finish(book, parcel, true);
        return;
      case 'later':
        parcel.nextAt = tried.at;
        this.#io.log.warn({ ...line, reason: tried.reason }, 'notification not delivered; trying again');
        return;
      case 'givenUp':
        this.#io.log.error({ ...line, reason: tried.reason }, 'notification given up');
        this.#finish(book, parcel, false);
        return;
      default:
        tried satisfies never;
    }
  }

  #finish(book: Book, parcel: Parcel, delivered: boolean): void {
    book.settle(parcel);
    const { namespace = '', name } = parcel.snapshot.rollout.metadata;
    const { reason } = parcel.transition;
    const milliseconds = this.#io.clock.now() - (parcel.firstTriedAt ?? this.#io.clock.now());
    const { service } = parcel.to;
    this.#io.onOutcome?.({
      namespace,
      name,
      type: REASONS[reason],
      reason,
      service,
      delivered,
      milliseconds,
    });
  }
}

function unique<T extends object>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
