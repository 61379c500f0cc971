import type { Taken } from '../../core/analysis/record.ts';
import { type Clock, sleep } from '../clock.ts';

/** What a measurement on its way was asked for. */
export type Act = 'start' | 'resume' | 'terminate';

/** Measures; never rejects. `signal` aborts when the outcome is not wanted any more. */
export type Work<Outcome = Taken> = (signal: AbortSignal) => Promise<Outcome>;

interface Flight<Outcome> {
  readonly act: Act;
  readonly abort: AbortController;
  readonly done: Promise<void>;
  /** What came of it; null while it is on its way. */
  taken: Outcome | null;
}

interface Journey<Outcome> {
  readonly uid: string;
  readonly flights: Map<string, Flight<Outcome>>;
}

/**
 * Measurements, or other things that were asked for, on their way, by run. They outlive the pass that began
 * them, so that a slow service holds up neither a worker of the queue nor the other metrics of its run. What
 * has come in is kept until it is stored.
 */
export class Flights<Outcome = Taken> {
  readonly #clock: Clock;
  readonly #journeys = new Map<string, Journey<Outcome>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Drops everything that was begun for another run of this name; a null uid is no run. */
  keepOnly(key: string, uid: string | null): void {
    if (this.#journeys.get(key)?.uid !== uid) this.drop(key);
  }

  /** Begins a measurement, unless one of this metric is on its way or waits to be stored. */
  start(
    key: string,
    uid: string,
    one: { readonly metric: string; readonly act: Act },
    work: Work<Outcome>,
  ): void {
    const journey = this.#journeys.get(key) ?? { uid, flights: new Map<string, Flight<Outcome>>() };
    this.#journeys.set(key, journey);
    if (journey.flights.has(one.metric)) return;
    const abort = new AbortController();
    const done = work(abort.signal).then((taken) => {
      flight.taken = taken;
    });
    const flight: Flight<Outcome> = { act: one.act, abort, done, taken: null };
    journey.flights.set(one.metric, flight);
  }

  /** Whether a measurement of this metric is on its way or waits to be stored. */
  has(key: string, metric: string): boolean {
    return this.#journeys.get(key)?.flights.has(metric) ?? false;
  }

  /** What has come in and is not stored yet. */
  settled(key: string): readonly Outcome[] {
    return this.#flights(key).flatMap(([, { taken }]) => (taken === null ? [] : [taken]));
  }

  /** Whether something is on its way. */
  isBusy(key: string): boolean {
    return this.#flights(key).some(([, { taken }]) => taken === null);
  }

  /** Waits until everything has come in, until `waitMs` have passed, or until `signal` aborts. */
  async settle(key: string, waitMs: number, signal: AbortSignal): Promise<void> {
    const pending = this.#flights(key).flatMap(([, { taken, done }]) => (taken === null ? [done] : []));
    if (pending.length === 0) return;
    const enough = new AbortController();
    const waiting = sleep(this.#clock, waitMs, AbortSignal.any([signal, enough.signal]));
    await Promise.race([Promise.all(pending), waiting]);
    enough.abort();
  }

  /** Forgets what is stored now. */
  land(key: string, stored: readonly Outcome[]): void {
    this.#drop(key, ({ taken }) => taken !== null && stored.includes(taken));
  }

  /**
   * Ends and forgets what is on its way, but for calls that themselves end a measurement. What has come in
   * stays.
   */
  cancel(key: string): void {
    this.#drop(key, ({ act, taken, abort }) => {
      if (act === 'terminate' || taken !== null) return false;
      abort.abort();
      return true;
    });
  }

  /** Ends and forgets all but these. */
  keep(key: string, wanted: ReadonlySet<string>): void {
    this.#drop(key, ({ abort }, metric) => {
      if (wanted.has(metric)) return false;
      abort.abort();
      return true;
    });
  }

  /** Ends and forgets everything. */
  drop(key: string): void {
    this.#drop(key, ({ abort }) => {
      abort.abort();
      return true;
    });
  }

  #drop(key: string, isUnwanted: (flight: Flight<Outcome>, metric: string) => boolean): void {
    const journey = this.#journeys.get(key);
    if (journey === undefined) return;
    for (const [metric, flight] of journey.flights)
      if (isUnwanted(flight, metric)) journey.flights.delete(metric);
    if (journey.flights.size === 0) this.#journeys.delete(key);
  }

  #flights(key: string): readonly (readonly [string, Flight<Outcome>])[] {
    return [...(this.#journeys.get(key)?.flights ?? [])];
  }
}
