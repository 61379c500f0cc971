import type * as z from 'zod';
import type { Experiment } from '../api/experiment.ts';
import type { Json } from '../api/meta.ts';
import type { Job, Pod } from '../api/workload.ts';
import type { Comparison } from '../core/analysis/compare/comparison.ts';
import type { ReleaseSides } from '../core/analysis/compare/sides.ts';
import type { ExperimentDraft } from '../core/analysis/experiments.ts';
import type { Metadata, Reading } from '../core/analysis/reading.ts';
import type { VersionPods } from '../core/experiment/copies.ts';
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
  /** An outcome where it had ended already, an error where it could not be ended, null where it now is. */
  terminate?(query: Query, memo: Json, ask: Ask): Promise<Reading | null>;
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
  /** Which measurement this is. */
  readonly subject: Subject;
  readonly jobs: Jobs;
  /** Absent where nobody works on them: in a controller of analysis runs only, and without a cluster. */
  readonly experiments?: Experiments;
  /** The pods of the release's two versions; absent where the run has no Rollout. */
  readonly versions?: Versions;
  /** Where the metric compares canary and stable: what it knows already. */
  readonly comparison?: Comparison;
  /** The release that the run is about; absent where it has no Rollout. */
  readonly release?: ReleaseSides;
}

/** One measurement of one metric of an AnalysisRun. */
export interface Subject {
  readonly run: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly metric: string;
  /** From 1; one more with each measurement that has finished, errors too. */
  readonly number: number;
}

/** Jobs in the cluster of the AnalysisRun. What may help is tried again until the deadline; never rejects. */
export interface Jobs {
  /** Makes a Job. One of that name that is there already is the answer, whoever made it. */
  create(job: Job): Promise<Found<Job>>;
  /** Null where there is none. */
  get(place: JobPlace): Promise<Found<Job | null>>;
  /** The pods of a Job. */
  pods(place: JobPlace): Promise<Found<readonly Pod[]>>;
  /** Deletes this very Job, its pods first; one that is gone is deleted. */
  delete(job: Job): Promise<Found<null>>;
}

/** Where a Job is. */
export interface JobPlace {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Experiments that the run owns, in its namespace: they are ended when it ends, and go when it goes. What may
 * help is tried again until the deadline; never rejects.
 */
export interface Experiments {
  /**
   * Makes an Experiment. One of that name that the run owns already is the answer; one of anybody else is a
   * failure.
   */
  create(draft: ExperimentDraft): Promise<Found<Experiment>>;
  /** As it was last seen; null where the run has none of that name. */
  get(name: string): Promise<Found<Experiment | null>>;
  /** Why it did not succeed, as its analyses tell, with numbers; empty where they do not. */
  reasons(experiment: Experiment): readonly string[];
  /** Asks an Experiment to end; one that has ended, or is gone, is ended. */
  end(name: string): Promise<Found<null>>;
}

/** The pods of one version of the release; null where there is none, such as before the first release. */
export type Versions = (version: 'stable' | 'canary') => VersionPods | null;

/** What the API server answered, or why it did not, in words for the person on call. */
export type Found<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'failure'; readonly message: string; readonly retryable: boolean };

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
