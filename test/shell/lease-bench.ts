import type { Cancel, Clock } from '../../src/shell/clock.ts';
import { Failure } from '../../src/shell/kube/failure.ts';
import {
  Election,
  type ElectionOptions,
  type LeaseRecord,
  type LeaseStore,
  type StoredLease,
} from '../../src/shell/lease.ts';
import type { FakeClock } from './kube/fake-clock.ts';

/** What the way to the store does to one request. */
export interface Way {
  /** Until the store acts on it, and from there until the answer arrives. */
  readonly thereMs: number;
  readonly backMs: number;
  readonly lost: 'nothing' | 'request' | 'answer';
}

/** The one Lease, with optimistic locking, as the API server keeps it. */
export class FakeLease {
  stored: StoredLease | null = null;
  readonly history: LeaseRecord[] = [];
  #version = 0;

  write(record: LeaseRecord, over: StoredLease | null): StoredLease {
    if (over?.version !== this.stored?.version) {
      throw new Failure(over === null ? 'exists' : 'conflict', 'kube: update leases: somebody was first');
    }
    this.history.push(record);
    this.stored = { record, version: String(++this.#version) };
    return this.stored;
  }
}

/**
 * The clock of one process: its own wall time, and spells in which nothing of it runs (swapping, suspended).
 */
export class ProcessClock implements Clock {
  readonly #base: FakeClock;
  readonly #stalls: readonly { readonly fromMs: number; readonly toMs: number }[];
  wallOffsetMs = 0;

  constructor(base: FakeClock, stalls: readonly { readonly fromMs: number; readonly toMs: number }[] = []) {
    this.#base = base;
    this.#stalls = stalls;
  }

  now(): number {
    return this.#base.now() + this.wallOffsetMs;
  }

  elapsed(): number {
    return this.#base.elapsed();
  }

  after(delayMs: number, work: () => void): Cancel {
    let cancel: Cancel = () => {};
    const wait = (ms: number): void => {
      cancel = this.#base.after(ms, () => {
        const at = this.#base.elapsed();
        const stall = this.#stalls.find(({ fromMs, toMs }) => fromMs <= at && at < toMs);
        if (stall === undefined) work();
        else wait(stall.toMs - at);
      });
    };
    wait(delayMs);
    return () => cancel();
  }
}

/** One process that stands for election over a bad network. */
export class Candidate {
  readonly clock: ProcessClock;
  readonly election: Election;
  readonly stop = new AbortController();
  readonly said: string[] = [];
  ended = false;
  /** The way of the next request; by default it is a good one. */
  way: () => Way = () => ({ thereMs: 1, backMs: 1, lost: 'nothing' });

  constructor(
    world: { readonly base: FakeClock; readonly lease: FakeLease; readonly clock?: ProcessClock },
    identity: string,
    options: Partial<ElectionOptions> = {},
  ) {
    this.clock = world.clock ?? new ProcessClock(world.base);
    this.election = new Election({
      store: this.#storeOf(world.base, world.lease),
      identity,
      clock: this.clock,
      rng: () => 0.5,
      onLeading: () => this.said.push('leading'),
      onLost: (why) => this.said.push(`lost: ${why}`),
      ...options,
    });
  }

  run(): void {
    void this.election.run(this.stop.signal).then(() => {
      this.ended = true;
    });
  }

  #storeOf(base: FakeClock, lease: FakeLease): LeaseStore {
    return {
      read: (options) => this.#send(base, options, () => lease.stored),
      write: (record, over, options) => this.#send(base, options, () => lease.write(record, over)),
    };
  }

  #send<T>(
    base: FakeClock,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
    act: () => T,
  ): Promise<T> {
    const { thereMs, backMs, lost } = this.way();
    return new Promise((resolve, reject) => {
      const fail = (code: 'transient' | 'cancelled'): void =>
        reject(new Failure(code, `kube: leases: ${code}`));
      this.clock.after(options.timeoutMs, () => fail('transient'));
      options.signal.addEventListener('abort', () => fail('cancelled'), { once: true });
      if (options.signal.aborted || lost === 'request') return;
      base.after(thereMs, () => {
        const answer = Promise.try(act);
        answer.catch(() => {});
        if (lost !== 'answer') this.clock.after(backMs, () => resolve(answer));
      });
    });
  }
}
