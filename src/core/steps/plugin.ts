import type { AnalysisRun } from '../../api/analysis.ts';
import type { Issue, Json, JsonObject, Manifest } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { WebhookHeader } from '../../api/step-plugins.ts';
import type { Job } from '../../api/workload.ts';
import type { Instant } from '../time.ts';

/**
 * A kind of step that ships with Sluice. It looks and says what it wants: no I/O, no clock, nothing to wait
 * for. Everything that it must know in the next pass is in its memo, which is stored in the status.
 *
 * Laws, tested for each: looking twice at the same things with the memo of the first look says the same as
 * the first (*settled*); a finished step wants nothing (*quiet*).
 */
export interface StepPlugin<Config> {
  /** The `name` of the step's `plugin`. */
  readonly name: string;
  /** The configuration, or everything that is wrong with it, with paths from the root of the Rollout. */
  read(config: unknown, path: string): StepConfig<Config>;
  run(config: Config, memo: JsonObject, sees: Sees): Turn;
}

/** A configuration that was read, or every mistake in it. */
export type StepConfig<Config> =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

/** What a step may look at. */
export interface Sees {
  readonly now: Instant;
  readonly rollout: Rollout;
  /** Index of the step. */
  readonly index: number;
  /** Pod-template hash of the release. */
  readonly hash: string;
  /** When the step began. */
  readonly startedAt: Instant;
  /** All Jobs of steps of this rollout, those of other releases too. */
  readonly jobs: readonly Job[];
  /** Analysis runs of this rollout, those of other releases too. */
  readonly runs: readonly AnalysisRun[];
  /** Answers to requests, by the request's id. */
  readonly replies: Replies;
}

/** What has come in for requests that are wanted, by their ids. */
export type Replies = Readonly<Record<string, StepReply>>;

/** What a step concludes from one look. */
export interface Turn {
  /** `Failed` gives the release up. `Error` may pass: it is tried again until the progress deadline. */
  readonly phase: 'Running' | 'Successful' | 'Failed' | 'Error';
  /** For people. */
  readonly message: string;
  /** Without null, which a merge patch cannot write. Small: it is part of the status. */
  readonly memo: JsonObject;
  /** When to look again though nothing changes; null: never. */
  readonly wakeAt: Instant | null;
  readonly wants: StepWants;
  /** True once the release can no longer go back by itself. */
  readonly isPointOfNoReturn?: boolean;
}

/** What must be done outside for a step to go on. */
export interface StepWants {
  readonly create: readonly Job[];
  readonly remove: readonly Job[];
  /** Requests that should be under way, each until its answer is no longer wanted. */
  readonly requests: readonly StepRequest[];
}

export const NO_WANTS: StepWants = { create: [], remove: [], requests: [] };

/** Something to ask outside. The id stands for one question and is never used for another. */
export type StepRequest = WebhookRequest | ObjectRequest;

/** An HTTP request. */
export interface WebhookRequest {
  readonly kind: 'webhook';
  readonly id: string;
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: readonly WebhookHeader[];
  readonly body: string | null;
  readonly timeoutSeconds: number;
  readonly insecure: boolean;
}

/** An object of the rollout's namespace that is too rarely needed to be watched. */
export interface ObjectRequest {
  readonly kind: 'cronJob';
  readonly id: string;
  readonly name: string;
}

/** What came of a request. */
export type StepReply =
  /** The JSON of an answer with a status of 2xx. */
  | { readonly kind: 'json'; readonly value: Json }
  /** The object; null: there is none. */
  | { readonly kind: 'object'; readonly object: Manifest | null }
  /** Nothing that could be used. Trying again may help. */
  | { readonly kind: 'failure'; readonly message: string };

/** A step that goes on, with nothing to do. */
export function waiting(message: string, memo: JsonObject, wakeAt: Instant | null): Turn {
  return { phase: 'Running', message, memo, wakeAt, wants: NO_WANTS };
}

/** A step that has ended. */
export function ended(phase: 'Successful' | 'Failed', message: string, memo: JsonObject): Turn {
  return { phase, message, memo, wakeAt: null, wants: NO_WANTS };
}
