import type { Json } from '../../api/meta.ts';
import type { Instant } from '../time.ts';

/**
 * What a condition sees as `result`: JSON, whose numbers are floats, or a list of samples, which are floats
 * and may be NaN or infinite. A bigint is an integer of 64 bits, where a service tells the two apart. The two
 * kinds of list are kept apart because conditions can tell them apart: samples are the original's
 * `[]float64`, JSON lists its `[]interface {}`.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Value[]
  | Float64Array
  | { readonly [key: string]: Value };

/** Short texts about one measurement; they end up in `status.metricResults[].measurements[].metadata`. */
export type Metadata = Readonly<Record<string, string>>;

/** A measurement that has its value. A provider never says whether the value is good. */
export interface ValueReading {
  readonly kind: 'value';
  readonly value: Value;
  /** What `measurements[].value` shows. Printed by the provider, because each one prints in its own way. */
  readonly text: string;
  /** The same for the person on call, where the value does not say it. */
  readonly message?: string;
  readonly metadata?: Metadata;
}

/** A measurement that takes longer than one call, such as a Job. */
export interface RunningReading {
  readonly kind: 'running';
  /** Handed back unchanged to `resume` and `terminate`. Kept in the AnalysisRun, so keep it small. */
  readonly memo: Json;
  /** Do not ask again before. */
  readonly resumeAt: Instant;
  /** What it waits for, for the person on call. */
  readonly message?: string;
  readonly metadata?: Metadata;
}

/** No value could be had. This is about the measurement, never about the version that is measured. */
export interface ErrorReading {
  readonly kind: 'error';
  /** For the person on call. Holds no secret that the provider knows of. */
  readonly message: string;
  /** False when only a change of the spec, of a Secret or of the other side can help. */
  readonly retryable: boolean;
  /** The other side asked to be left alone until then (`Retry-After`). Absent when it said nothing. */
  readonly retryAt?: Instant;
  readonly metadata?: Metadata;
}

/** A measurement that is a verdict by itself, such as a Job, which succeeds or fails: nothing is judged. */
export interface OutcomeReading {
  readonly kind: 'outcome';
  readonly phase: 'Successful' | 'Failed' | 'Inconclusive';
  /** What `measurements[].value` shows. Absent where there is nothing to show. */
  readonly text?: string;
  /** Why, for the person on call; null where the phase says it all. */
  readonly message: string | null;
  readonly metadata?: Metadata;
}

/** What a metric provider answers. */
export type Reading = ValueReading | OutcomeReading | RunningReading | ErrorReading;
