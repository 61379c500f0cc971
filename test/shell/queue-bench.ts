import assert from 'node:assert/strict';
import { type Pass, Queue, type QueueOptions } from '../../src/shell/queue.ts';
import { FakeClock } from './kube/fake-clock.ts';

/** A queue on fake time whose passes end when the test says so, or at once. */
export class Bench {
  readonly clock = new FakeClock();
  readonly stop = new AbortController();
  readonly kill = new AbortController();
  readonly passes: Pass[] = [];
  readonly started: string[] = [];
  readonly open = new Map<
    string,
    { done: (wakeAt: number | null) => void; fail: (error: unknown) => void }
  >();
  /** Answers of passes that need not wait for the test: a moment, null, or an error to throw. */
  answer: ((key: string) => number | null) | null = () => null;
  ended = false;
  readonly queue: Queue;

  constructor(options: Partial<QueueOptions> = {}) {
    this.queue = new Queue({
      workers: 2,
      clock: this.clock,
      handle: (key) => this.#handle(key),
      onPass: (pass) => this.passes.push(pass),
      ...options,
    });
  }

  run(): void {
    void this.queue.run(this.stop.signal, this.kill.signal).then(() => {
      this.ended = true;
    });
  }

  async tick(ms = 1): Promise<void> {
    await this.clock.pass(ms);
  }

  /** What started since the last call. */
  async news(ms = 1): Promise<readonly string[]> {
    await this.tick(ms);
    return this.started.splice(0);
  }

  async #handle(key: string): Promise<number | null> {
    assert.ok(!this.open.has(key), `${key} is in two hands`);
    this.started.push(key);
    if (this.answer !== null) return this.answer(key);
    return new Promise((resolve, reject) => {
      this.open.set(key, {
        done: (wakeAt) => {
          this.open.delete(key);
          resolve(wakeAt);
        },
        fail: (error) => {
          this.open.delete(key);
          reject(error);
        },
      });
    });
  }
}

/** A bench whose queue works already. */
export function running(options: Partial<QueueOptions> = {}): Bench {
  const bench = new Bench(options);
  bench.run();
  return bench;
}
