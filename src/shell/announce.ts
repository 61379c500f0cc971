import { createHash } from 'node:crypto';
import type { Manifest } from '../api/meta.ts';
import { resources } from '../api/resources.ts';
import type { Note } from '../core/plan.ts';
import { formatInstant } from '../core/time.ts';
import type { Clock } from './clock.ts';
import { isFailure } from './kube/failure.ts';
import type { RestClient } from './kube/rest.ts';

/** What it takes to write Events. */
export interface RecorderOptions {
  readonly client: Pick<RestClient, 'createUnseen' | 'patchUnseen'>;
  readonly clock: Clock;
  /** Told of an Event that could not be written. Must not throw. */
  readonly onLost: (error: unknown) => void;
}

interface Written {
  readonly name: string;
  readonly count: number;
}

/** Events known well enough to count a repetition; the oldest are forgotten. */
const MOST_REMEMBERED = 4096;
/** Events waiting to be written; beyond it the newest are lost rather than memory. */
const MOST_WAITING = 10_000;
/** Objects whose Events are written at the same time; those about one object keep their order. */
const LANES = 16;

/**
 * Writes Kubernetes Events in the background: a pass never waits for them. A repeated message counts up its
 * Event instead of making another one. Events are a courtesy: one that cannot be written in two tries is
 * given up.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #written = new Map<string, Written>();
  readonly #lanes: Promise<void>[] = Array.from({ length: LANES }, () => Promise.resolve());
  #waiting = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Writes the notes as Events about an object, in order, as soon as may be. */
  record(object: Manifest, notes: readonly Note[]): void {
    // What waits must not keep whole objects of a version that is over alive.
    const about = outlineOf(object);
    for (const note of notes) {
      if (this.#waiting >= MOST_WAITING) {
        this.#options.onLost(new Error(`sluice: too many events at once, lost ${note.reason}`));
        continue;
      }
      this.#waiting++;
      const lane = laneOf(about);
      this.#lanes[lane] = (this.#lanes[lane] ?? Promise.resolve())
        .then(() => this.#writeOne(about, note))
        .catch((error: unknown) => this.#options.onLost(error))
        .finally(() => this.#waiting--);
    }
  }

  /** Resolves when everything recorded so far is written or given up. */
  async flush(): Promise<void> {
    await Promise.all(this.#lanes);
  }

  async #writeOne(about: Manifest, note: Note): Promise<void> {
    const id = [about.metadata.uid, note.type, note.reason, note.message].join('\n');
    const known = this.#written.get(id);
    if (known !== undefined && (await this.#countUp(about, known))) {
      this.#remember(id, { name: known.name, count: known.count + 1 });
      return;
    }
    const event = eventOf(about, note, this.#options.clock.now());
    const place = { namespace: event.metadata.namespace };
    this.#remember(id, { name: event.metadata.name, count: 1 });
    await this.#options.client.createUnseen(resources.events, place, event);
  }

  async #countUp(about: Manifest, known: Written): Promise<boolean> {
    const place = { namespace: namespaceOf(about), name: known.name };
    const body = { count: known.count + 1, lastTimestamp: formatInstant(this.#options.clock.now()) };
    try {
      await this.#options.client.patchUnseen(resources.events, place, { type: 'merge', body });
      return true;
    } catch (failure) {
      // The API server forgets Events after an hour.
      if (isFailure(failure, 'missing')) return false;
      throw failure;
    }
  }

  #remember(id: string, written: Written): void {
    this.#written.delete(id);
    this.#written.set(id, written);
    const [oldest] = this.#written.keys();
    if (this.#written.size > MOST_REMEMBERED && oldest !== undefined) this.#written.delete(oldest);
  }
}

function outlineOf({ apiVersion, kind, metadata }: Manifest): Manifest {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
  };
}

function laneOf({ metadata: { uid, name } }: Manifest): number {
  return Buffer.from(uid ?? name).reduce((sum, byte) => sum + byte, 0) % LANES;
}

function namespaceOf(about: Manifest): string {
  return about.metadata.namespace ?? 'default';
}

let serial = 0;

function eventOf(about: Manifest, note: Note, now: number) {
  const at = formatInstant(now);
  const unique = createHash('sha256')
    .update(`${about.metadata.uid ?? ''}/${now}/${serial++}`)
    .digest('hex')
    .slice(0, 16);
  const { name, uid, resourceVersion } = about.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 230)}.${unique}`, namespace: namespaceOf(about) },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      namespace: namespaceOf(about),
      name,
      uid: uid ?? '',
      resourceVersion: resourceVersion ?? '',
    },
    type: note.type,
    reason: note.reason,
    message: note.message.slice(0, 1024),
    source: { component: 'rollouts-controller' },
    reportingComponent: 'rollouts-controller',
    reportingInstance: '',
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}
