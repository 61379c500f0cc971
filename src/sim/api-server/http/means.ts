import type { Clock } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { Catalog } from '../catalog.ts';
import type { Deleter } from '../deleter.ts';
import type { ApiRequest } from '../http.ts';
import type { Store } from '../store.ts';
import type { Writer } from '../writer.ts';
import type { Watches } from './watches.ts';

/** What answers to requests are made with. */
export interface HttpMeans {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly writer: Writer;
  readonly deleter: Deleter;
  readonly watches: Watches;
  readonly clock: Clock;
  readonly random: Random;
}

/** A request taken apart. */
export interface Asked {
  readonly request: ApiRequest;
  /** The path between its slashes, unescaped. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}
