import type { Cancel, Clock } from '../../src/shell/clock.ts';
import type { Hub, Sighting } from './hub.ts';
import { asText, dig, type JsonObject } from './json.ts';
import type { Written } from './requests.ts';
import type { Symbols } from './symbols.ts';
import type { SeenEvent } from './waiting.ts';

/** How long a write may take to show in our own watch; seconds. */
const showsWithin = 20;

/** What one namespace looks like now, by our own watches, and everything that happened there. */
export class Stage {
  readonly sightings: Sighting[] = [];
  readonly #objects = new Map<string, JsonObject>();
  readonly #events = new Map<string, SeenEvent>();
  readonly #versions = new Map<string, number>();
  readonly #kinds: ReadonlySet<string>;
  readonly #symbols: Symbols;
  readonly #clock: Clock;
  readonly #unfollow: () => void;
  readonly #waiters = new Set<() => void>();

  constructor(place: { readonly hub: Hub; readonly clock: Clock }, namespace: string, symbols: Symbols) {
    const { hub, clock } = place;
    this.#clock = clock;
    this.#kinds = hub.kinds;
    this.#symbols = symbols;
    this.#unfollow = hub.follow(namespace, (sighting) => this.#see(sighting));
  }

  /** `Kind/name` to object, with real names. */
  get objects(): ReadonlyMap<string, JsonObject> {
    return this.#objects;
  }

  get events(): readonly SeenEvent[] {
    return [...this.#events.values()];
  }

  #see(sighting: Sighting): void {
    const { kind, type, object, version } = sighting;
    const name = `${kind}/${asText(dig(object, 'metadata', 'name'))}`;
    this.sightings.push(sighting);
    this.#versions.set(name, version);
    if (kind === 'Event') this.#events.set(name, eventOf(object));
    else if (type === 'DELETED') this.#objects.delete(name);
    else this.#objects.set(name, object);
    this.#symbols.meet(sighting);
    for (const wake of this.#waiters) wake();
  }

  /**
   * Waits until a claim is true; false when it is not after so many seconds. Also looks at the time `after`.
   */
  async until(
    claim: () => boolean,
    limit: { readonly seconds: number; readonly after: number | null },
  ): Promise<boolean> {
    if (claim()) return true;
    return new Promise((resolve) => {
      const timers: Cancel[] = [];
      const end = (reached: boolean): void => {
        this.#waiters.delete(look);
        for (const cancel of timers) cancel();
        resolve(reached);
      };
      const look = (): void => {
        if (claim()) end(true);
      };
      this.#waiters.add(look);
      // A timer may fire a little early: a few milliseconds later the time has certainly passed.
      if (limit.after !== null) timers.push(this.#clock.after(limit.after * 1000 + 5, look));
      timers.push(this.#clock.after(limit.seconds * 1000 + 10, () => end(claim())));
    });
  }

  /** Waits until our watch shows these writes; else the next wait would be true of the past. */
  async shows(written: readonly Written[]): Promise<void> {
    const watched = written.filter(({ object }) => this.#kinds.has(object.slice(0, object.indexOf('/'))));
    const reached = await this.until(() => watched.every((one) => this.#showsOne(one)), {
      seconds: showsWithin,
      after: null,
    });
    if (!reached)
      throw new Error(`the watch never showed the writes of ${watched.map((one) => one.object).join(', ')}`);
  }

  #showsOne({ object, version }: Written): boolean {
    if (version !== null) return (this.#versions.get(object) ?? 0) >= version;
    const state = this.#objects.get(object);
    return state === undefined || dig(state, 'metadata', 'deletionTimestamp') !== undefined;
  }

  close(): void {
    this.#unfollow();
  }
}

function eventOf(object: JsonObject): SeenEvent {
  const about = object['involvedObject'];
  return {
    object: `${asText(dig(about, 'kind'))}/${asText(dig(about, 'name'))}`,
    reason: asText(object['reason']),
    message: asText(object['message']),
    count: Number(object['count'] ?? 1),
  };
}
