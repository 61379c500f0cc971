import { type Cancel, type Clock, sleep, systemClock } from './clock.ts';
import { isFailure } from './kube/failure.ts';

/** What the Lease says; times are RFC 3339 with six fraction digits, and only for people to read. */
export interface LeaseRecord {
  /** Empty when nobody holds it. */
  readonly holder: string;
  readonly durationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  /** How often the holder changed. */
  readonly transitions: number;
}

/** A record as stored. `version` changes with every write, whoever makes it. */
export interface StoredLease {
  readonly record: LeaseRecord;
  readonly version: string;
}

/**
 * Where the Lease is kept. All throw a Failure; `write` one of code `conflict`, `exists` or `missing` if not
 * first.
 */
export interface LeaseStore {
  /** Null if there is none. */
  read(options: StoreOptions): Promise<StoredLease | null>;
  /** Replaces exactly `over`, or creates the Lease when that is null. */
  write(record: LeaseRecord, over: StoredLease | null, options: StoreOptions): Promise<StoredLease>;
}

/** How long the store may take to answer, and when nobody wants the answer any more. */
export interface StoreOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The original controller's numbers; both may run against one Lease during a migration. */
export const leaseTimings = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 } as const;

/** Who stands for election, and who wants to know. */
export interface ElectionOptions {
  readonly store: LeaseStore;
  /** Different in every process, also on one machine. */
  readonly identity: string;
  /** We lead from now on. Called once. */
  readonly onLeading: () => void;
  /** We lead no more and did not want that. Must stop all work before it returns. Called at most once. */
  readonly onLost: (why: string) => void;
  /** Somebody else leads, or nobody (empty). */
  readonly onHolder?: (holder: string) => void;
  /** An attempt did not work; it is made again. */
  readonly onTrouble?: (error: unknown) => void;
  readonly clock?: Clock;
  readonly rng?: () => number;
}

/** Name of the Lease that controllers of one instance compete for, the original controller included. */
export function leaseName(instanceId: string): string {
  return instanceId === '' ? 'argo-rollouts-controller-lock' : `argo-rollouts-controller-lock-${instanceId}`;
}

type Standing =
  | { readonly kind: 'candidate' }
  /** Until when, by both clocks; a leader who cannot renew stops five seconds before others may begin. */
  | { readonly kind: 'leading'; readonly untilElapsedMs: number; readonly untilWallMs: number }
  | { readonly kind: 'over' };

/**
 * One candidate for one Lease.
 *
 * Invariant: of all candidates at most one `isLeading` at any time, as long as their monotonic clocks run at
 * about one speed. A leader counts from the moment it sent its last successful write; the others count from
 * the moment they learned of that write, and wait longer. The times in the record are never compared with a
 * clock.
 */
export class Election {
  readonly #options: ElectionOptions;
  readonly #clock: Clock;
  readonly #rng: () => number;
  #standing: Standing = { kind: 'candidate' };
  /** The last that we know to be stored, and when (monotonic) we learned of it. */
  #stored: StoredLease | null = null;
  #learnedAtMs = 0;
  #cancelExpiry: Cancel = () => {};
  /** Aborts when the standing is over, so that nothing waits for an answer that no longer matters. */
  readonly #over = new AbortController();

  constructor(options: ElectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#rng = options.rng ?? Math.random;
  }

  /**
   * Whether we lead at this very moment; ask before every write. Also false while the wall clock says that
   * much more time has passed than we noticed (the machine slept, or its clock was set), until the next
   * renewal.
   */
  get isLeading(): boolean {
    const standing = this.#standing;
    if (standing.kind !== 'leading') return false;
    return this.#clock.elapsed() < standing.untilElapsedMs && this.#clock.now() < standing.untilWallMs;
  }

  /**
   * Stands for election and then keeps renewing, until `signal` aborts, or the lease is lost (`onLost`).
   * Gives the Lease back at the end if we still hold it: abort only when all work has ended. Call it once.
   * Never rejects.
   */
  async run(signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#over.signal]);
    while (!stop.aborted) {
      const isSettled = await this.#attempt(stop);
      await sleep(this.#clock, this.#pauseMs(isSettled), stop);
    }
    this.#cancelExpiry();
    if (this.#standing.kind === 'leading') await this.#release();
    this.#standing = { kind: 'over' };
  }

  /** One try to get or keep the Lease; says whether the store answered as it should. */
  async #attempt(stop: AbortSignal): Promise<boolean> {
    try {
      if (this.#standing.kind !== 'leading') await this.#look(stop);
      if (this.#mayTake()) await this.#write();
      return true;
    } catch (error) {
      if (stop.aborted) return true;
      this.#options.onTrouble?.(error);
      // Somebody wrote. Perhaps we ourselves, and the answer got lost: then we go on from there.
      return isRaced(error) && this.#goOn(stop);
    }
  }

  async #goOn(stop: AbortSignal): Promise<boolean> {
    try {
      await this.#look(stop);
      if (this.#stored?.record.holder === this.#options.identity) await this.#write();
      return true;
    } catch (error) {
      if (!stop.aborted) this.#options.onTrouble?.(error);
      return false;
    }
  }

  /** Candidates spread out so that they do not all ask at once; a leader in trouble hurries. */
  #pauseMs(isSettled: boolean): number {
    const { retryMs } = leaseTimings;
    if (this.#standing.kind !== 'leading') return retryMs * (1 + 0.2 * this.#rng());
    return isSettled ? retryMs : retryMs / 4;
  }

  async #look(signal: AbortSignal): Promise<void> {
    const stored = await this.#options.store.read({ timeoutMs: this.#patienceMs(), signal });
    if (this.#standing.kind === 'over') return;
    if (stored?.version !== this.#stored?.version) this.#learnedAtMs = this.#clock.elapsed();
    const before = this.#stored?.record.holder;
    this.#stored = stored;
    const holder = stored?.record.holder ?? '';
    if (holder !== before) this.#options.onHolder?.(holder);
    if (this.#standing.kind === 'leading' && holder !== this.#options.identity) {
      this.#lose(holder === '' ? 'the Lease was given away' : `${holder} holds the Lease`);
    }
  }

  #mayTake(): boolean {
    if (this.#standing.kind === 'over') return false;
    const record = this.#stored?.record;
    if (record === undefined || record.holder === '' || record.holder === this.#options.identity) return true;
    const waitMs = Math.max(leaseTimings.durationMs, record.durationSeconds * 1000);
    return this.#clock.elapsed() - this.#learnedAtMs >= waitMs;
  }

  /**
   * Not cut short by a stop: a write that is stored without our knowing would bar everybody for its duration.
   */
  async #write(): Promise<void> {
    const { store, identity } = this.#options;
    const sentAt = { elapsed: this.#clock.elapsed(), wall: this.#clock.now() };
    const record = nextRecord(this.#stored?.record ?? null, identity, sentAt.wall);
    const stored = await store.write(record, this.#stored, {
      timeoutMs: this.#patienceMs(),
      signal: this.#over.signal,
    });
    if (this.#standing.kind === 'over') return;
    this.#stored = stored;
    this.#learnedAtMs = this.#clock.elapsed();
    const { renewDeadlineMs } = leaseTimings;
    const untilElapsedMs = sentAt.elapsed + renewDeadlineMs;
    // The answer came so late that it is worth nothing.
    if (untilElapsedMs <= this.#clock.elapsed()) return;
    const wasLeading = this.#standing.kind === 'leading';
    this.#standing = { kind: 'leading', untilElapsedMs, untilWallMs: sentAt.wall + renewDeadlineMs };
    this.#cancelExpiry();
    const leftMs = untilElapsedMs - this.#clock.elapsed();
    this.#cancelExpiry = this.#clock.after(leftMs, () =>
      this.#lose('the Lease could not be renewed in time'),
    );
    if (!wasLeading) this.#options.onLeading();
  }

  /** Never longer than we lead, and at most half of that, so that a slow server gets a second chance. */
  #patienceMs(): number {
    const mostMs = leaseTimings.renewDeadlineMs / 2;
    if (this.#standing.kind !== 'leading') return mostMs;
    return Math.min(mostMs, Math.max(this.#standing.untilElapsedMs - this.#clock.elapsed(), 1));
  }

  #lose(why: string): void {
    if (this.#standing.kind !== 'leading') return;
    this.#standing = { kind: 'over' };
    this.#cancelExpiry();
    this.#options.onLost(why);
    this.#over.abort();
  }

  async #release(): Promise<void> {
    this.#standing = { kind: 'over' };
    try {
      await this.#giveBack().catch(async (error: unknown) => {
        if (!isRaced(error)) throw error;
        this.#stored = await this.#options.store.read({
          timeoutMs: leaseTimings.retryMs,
          signal: this.#over.signal,
        });
        await this.#giveBack();
      });
    } catch (error) {
      // No harm: what is not given back runs out by itself.
      this.#options.onTrouble?.(error);
    }
  }

  async #giveBack(): Promise<void> {
    const stored = this.#stored;
    if (stored?.record.holder !== this.#options.identity) return;
    const now = microTime(this.#clock.now());
    const record = { ...stored.record, holder: '', durationSeconds: 1, acquireTime: now, renewTime: now };
    await this.#options.store.write(record, stored, {
      timeoutMs: leaseTimings.retryMs,
      signal: this.#over.signal,
    });
  }
}

/** Another write came first. */
function isRaced(error: unknown): boolean {
  return isFailure(error, 'conflict', 'exists', 'missing');
}

/** RFC 3339 with six fraction digits; Go's reader of MicroTime refuses three. */
export function microTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '000Z');
}

function nextRecord(before: LeaseRecord | null, identity: string, atMs: number): LeaseRecord {
  const now = microTime(atMs);
  const durationSeconds = leaseTimings.durationMs / 1000;
  if (before?.holder === identity) return { ...before, durationSeconds, renewTime: now };
  const transitions = before === null ? 0 : before.transitions + 1;
  return { holder: identity, durationSeconds, acquireTime: now, renewTime: now, transitions };
}
