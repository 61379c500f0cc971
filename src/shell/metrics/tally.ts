import type { Labels, Sample } from './text.ts';

/** After an object is gone, its counts are shown this long: a scrape must not miss the last of them. */
const LINGER_MS = 65_000;

/**
 * Counts by object, forgotten when the object has been gone for a while. Nothing is done when an object goes:
 * who is gone is looked at when somebody asks for the counts.
 */
export class Tally {
  readonly #objects = new Map<string, { readonly counts: Map<string, number>; goneAtMs: number | null }>();

  /** Counts once more. `labels` are those besides namespace and name. */
  count(key: string, labels: Labels): void {
    const object = this.#objects.get(key) ?? { counts: new Map<string, number>(), goneAtMs: null };
    this.#objects.set(key, object);
    const id = JSON.stringify(labels);
    object.counts.set(id, (object.counts.get(id) ?? 0) + 1);
  }

  /** All counts of objects that exist or are gone only now. */
  *samples(exists: (key: string) => boolean, nowMs: number): Generator<Sample> {
    for (const [key, object] of this.#objects) {
      object.goneAtMs = exists(key) ? null : (object.goneAtMs ?? nowMs);
      if (object.goneAtMs !== null && nowMs - object.goneAtMs >= LINGER_MS) {
        this.#objects.delete(key);
        continue;
      }
      const [namespace = '', name = ''] = key.split('/');
      for (const [id, value] of object.counts)
        yield { labels: { namespace, name, ...(JSON.parse(id) as Labels) }, value };
    }
  }
}
