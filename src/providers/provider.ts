import type * as z from 'zod';
import type { Json } from '../api/meta.ts';
import type { Metadata, Reading } from '../core/analysis/reading.ts';
import type { Instant } from '../core/time.ts';
import type { HttpClient } from './http.ts';

/**
 * A metric provider turns a query into a value. It never judges, never logs, and gets deadline, secrets and
 * HTTP from outside. It does not throw: what the world does to it is an error reading.
 */
export interface MetricProvider<Query> {
  /** The key under `provider` in a metric. */
  readonly name: string;
  readonly schema: z.ZodType<Query>;
  start(query: Query, ask: Ask): Promise<Reading>;
  /** Only for providers whose `start` can answer `running`. */
  resume?(query: Query, memo: Json, ask: Ask): Promise<Reading>;
  terminate?(query: Query, memo: Json, ask: Ask): Promise<void>;
  /** Removes what earlier measurements left behind, such as old Jobs, and keeps the newest `keep`. */
  collect?(query: Query, keep: number, ask: Ask): Promise<void>;
  /** What `status.metricResults[].metadata` says about the metric as a whole. Pure. */
  describe?(query: Query): Metadata;
}

/** Everything that a provider gets from outside for one measurement. */
export interface Ask {
  readonly now: Instant;
  /** Aborts when the measurement is no longer wanted or has taken too long. */
  readonly deadline: AbortSignal;
  readonly fetch: HttpClient;
  readonly secret: (ref: SecretRef) => Promise<SecretValue>;
  /** The controller's namespace: credentials that belong to the controller are there. */
  readonly home: string;
  /** An environment variable of the controller; undefined when it is not set. */
  readonly env: (name: string) => string | undefined;
}

/** One key of one Secret. */
export interface SecretRef {
  /** Null means the namespace of the AnalysisRun; a name is for secrets that belong to the controller. */
  readonly namespace: string | null;
  readonly name: string;
  readonly key: string;
  /** The key holds an address or a name, which may be shown. Everything else is hidden from messages. */
  readonly isPublic?: true;
}

/**
 * What came of reading a secret. The message names the Secret and the key, never a value; `failed` says
 * nothing of what there is, because it could not be read.
 */
export type SecretValue =
  | { readonly kind: 'secret'; readonly value: string }
  | { readonly kind: 'error'; readonly code: 'no-secret' | 'no-key' | 'failed'; readonly message: string };
