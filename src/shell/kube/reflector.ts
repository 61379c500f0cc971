import type { Resource } from '../../api/resources.ts';
import { type Clock, sleep, systemClock } from '../clock.ts';
import type { Sink } from './cache.ts';
import { Failure, isFailure } from './failure.ts';
import type { Selection, WatchEvent } from './options.ts';
import { type Effect, type Health, type Input, initialState, type State, step } from './reflection.ts';
import type { RestClient } from './rest.ts';

/** What to keep up to date, and how. */
export interface ReflectorOptions<T> {
  readonly client: Pick<RestClient, 'list' | 'watch'>;
  readonly resource: Resource;
  readonly selection?: Selection;
  readonly sink: Sink<T>;
  readonly clock?: Clock;
  /** Chance, 0 up to but not including 1, so that many watches do not end at one moment. */
  readonly rng?: () => number;
  /** A watch without event or bookmark for this long is given up and begun again. Default 120 s. */
  readonly silenceMs?: number;
  /** Told when the health becomes another one, and again when its reason does. Must not throw. */
  readonly onHealth?: (health: Health) => void;
}

/**
 * Keeps a sink equal to what the API server has: lists, then watches, for ever. Whatever goes wrong is
 * reported and tried again, with growing waits. All decisions are in `reflection.ts`; here are the sockets
 * and timers.
 */
export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  readonly #rng: () => number;
  readonly #silenceMs: number;
  #state: State = initialState;
  #health: Health | null = null;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#rng = options.rng ?? Math.random;
    this.#silenceMs = options.silenceMs ?? 120_000;
  }

  get resource(): Resource {
    return this.#options.resource;
  }

  /** The last report; null until the first answer. */
  get health(): Health | null {
    return this.#health;
  }

  /** Runs until `signal` aborts. Call it once. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let next = this.#take({ kind: 'started' });
    while (next !== null && !signal.aborted) next = await this.#act(next, signal);
  }

  /** Steps the machine, does at once what can be done at once, and returns what takes time. */
  #take(input: Input): Effect | null {
    const [state, effects] = step(this.#state, input);
    this.#state = state;
    let slow: Effect | null = null;
    for (const effect of effects) {
      if (effect.kind === 'report') this.#report(effect.health);
      else slow = effect;
    }
    return slow;
  }

  async #act(effect: Effect, signal: AbortSignal): Promise<Effect | null> {
    switch (effect.kind) {
      case 'list':
        return this.#take(await this.#list(signal));
      case 'watch':
        return this.#take(await this.#watch(effect.version, signal));
      case 'rest':
        await sleep(this.#clock, effect.delayMs * (0.5 + this.#rng()), signal);
        return this.#take({ kind: 'rested' });
      case 'report':
        return null;
      default:
        return effect satisfies never;
    }
  }

  async #list(signal: AbortSignal): Promise<Input> {
    const { client, resource, selection, sink } = this.#options;
    try {
      const { items, resourceVersion } = await client.list(resource, selection ?? {}, sink.project, {
        signal,
      });
      sink.replace(items, resourceVersion);
      return { kind: 'listed', version: resourceVersion };
    } catch (cause) {
      return { kind: 'failed', failure: this.#failureOf('list', cause), lastedMs: 0 };
    }
  }

  async #watch(version: string, signal: AbortSignal): Promise<Input> {
    const { client, resource, selection } = this.#options;
    const startedAt = this.#clock.elapsed();
    using guard = new Watchdog(this.#clock, this.#silenceMs, signal);
    const events = client.watch(resource, selection ?? {}, {
      resourceVersion: version,
      timeoutSeconds: Math.floor(290 + 300 * this.#rng()),
      silenceMs: this.#silenceMs,
      signal: guard.signal,
    });
    try {
      for await (const event of events) {
        guard.reset();
        this.#deliver(event);
        this.#take({ kind: 'heard', version: event.object.metadata.resourceVersion ?? version });
      }
      return { kind: 'ended', lastedMs: this.#clock.elapsed() - startedAt };
    } catch (cause) {
      const failure = guard.hasBitten
        ? new Failure('transient', `kube: watch ${resource.resource}: silent`, { reason: 'Timeout' }, cause)
        : this.#failureOf('watch', cause);
      return { kind: 'failed', failure, lastedMs: this.#clock.elapsed() - startedAt };
    }
  }

  #deliver(event: WatchEvent): void {
    const { sink } = this.#options;
    if (event.type === 'BOOKMARK') return;
    const object = sink.project(event.object);
    if (event.type === 'DELETED') sink.remove(object);
    else sink.upsert(object);
  }

  #report(health: Health): void {
    const old = this.#health;
    this.#health = health;
    const isNews = old?.kind !== health.kind || reasonOf(old) !== reasonOf(health);
    if (isNews) this.#options.onHealth?.(health);
  }

  /** A projection that throws is our own mistake: this resource stands still and says why, over and over. */
  #failureOf(verb: string, cause: unknown): Failure {
    if (isFailure(cause)) return cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    return new Failure('transient', `kube: ${verb} ${this.resource.resource}: ${text}`, {}, cause);
  }
}

function reasonOf(health: Health): string {
  return health.kind === 'watching' ? '' : health.failure.message;
}

/**
 * Aborts when nobody calls `reset` for a quarter longer than `silenceMs`: the transport should have noticed
 * by then, and a watch that hangs unnoticed would leave us blind.
 */
class Watchdog implements Disposable {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #outer: AbortSignal;
  readonly #controller = new AbortController();
  readonly #stop = (): void => this.#controller.abort();
  #heardAt: number;
  #cancel: () => void;
  #hasBitten = false;

  constructor(clock: Clock, silenceMs: number, outer: AbortSignal) {
    this.#clock = clock;
    this.#patienceMs = silenceMs * 1.25;
    this.#outer = outer;
    this.#heardAt = clock.elapsed();
    this.#cancel = clock.after(this.#patienceMs, () => this.#look());
    if (outer.aborted) this.#stop();
    outer.addEventListener('abort', this.#stop, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get hasBitten(): boolean {
    return this.#hasBitten;
  }

  reset(): void {
    this.#heardAt = this.#clock.elapsed();
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#outer.removeEventListener('abort', this.#stop);
  }

  #look(): void {
    const leftMs = this.#heardAt + this.#patienceMs - this.#clock.elapsed();
    if (leftMs > 0) {
      this.#cancel = this.#clock.after(leftMs, () => this.#look());
      return;
    }
    this.#hasBitten = true;
    this.#controller.abort();
  }
}
