import type { Duration, ExtraMetadata, Json, JsonObject } from './meta.ts';

/**
 * `config` of a step `plugin: {name: sluice/gate}`. All that is named must be there, unless `require: any`.
 */
export interface GateConfig {
  /** What people call it: small letters, digits and hyphens. Default: `step-` and the number of the step. */
  readonly name?: string;
  /** Default where neither `annotation` nor `webhook` is set: one approval, of anybody. */
  readonly approvals?: GateApprovals;
  /** Key of an annotation of the Rollout whose value must be the hash of this release's pod template. */
  readonly annotation?: string;
  readonly webhook?: GateWebhook;
  /** Whether all of the above must be there, or one is enough. Default `all`. */
  readonly require?: 'all' | 'any';
  /** How long the gate may stay shut. Absent: for ever. */
  readonly timeout?: Duration;
  /**
   * What happens then. `abort`: the release is given up. `proceed`: it goes on. `pause`: the webhook is
   * asked no more, and people decide. Default `abort`.
   */
  readonly onTimeout?: 'abort' | 'proceed' | 'pause';
}

/** How many people must agree, and who may. */
export interface GateApprovals {
  /** 1 to 50. Default 1. */
  readonly required?: number;
  /** Who may approve and reject. Absent: everybody who may write annotations of the Rollout. */
  readonly from?: readonly string[];
}

/** Who approves: what can be part of an annotation's key, with an @ that is written as `_at_` there. */
export const PERSON = /^[A-Za-z0-9](?:[A-Za-z0-9._@-]*[A-Za-z0-9])?$/;

/** A service that is asked again and again until it says yes or no. */
export interface GateWebhook {
  readonly url: string;
  /** Default `GET`. */
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: readonly WebhookHeader[];
  /**
   * Sent as JSON with POST and PUT. Default: what the release is (rollout, namespace, revision, gate, step).
   */
  readonly jsonBody?: Json;
  /** Time between an answer and the next question: 1s to 1h. Default `30s`. */
  readonly interval?: Duration;
  /** Time for one answer: 1s to 60s. Default `10s`. */
  readonly timeout?: Duration;
  /** Do not check the server's certificate. Default false. */
  readonly insecure?: boolean;
  /** A condition on `result`, the JSON of the answer: true opens the gate. */
  readonly successCondition: string;
  /** A condition on `result`: true gives the release up. */
  readonly failureCondition?: string;
}

/** A header: exactly one of `value` and `valueFrom` is set. */
export interface WebhookHeader {
  readonly key: string;
  readonly value?: string;
  /** A key of a Secret in the Rollout's namespace. It is never shown. */
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

/** `config` of a step `plugin: {name: sluice/job}`. Exactly one of `template` and `from` is set. */
export interface JobStepConfig {
  readonly template?: JobTemplate;
  readonly from?: { readonly cronJob: string };
  /**
   * Once this Job has succeeded there is no way back by itself: what would abort the release pauses it, and a
   * person decides. For migrations of a schema that the old version cannot live with.
   */
  readonly pointOfNoReturn?: boolean;
  /** How long a finished Job is kept: 1m or longer. Default `24h`, unless the template says otherwise. */
  readonly ttl?: Duration;
}

/** A Job to make. */
export interface JobTemplate {
  readonly metadata?: ExtraMetadata;
  /** A `batch/v1` JobSpec, passed on as it is. */
  readonly spec: JsonObject;
}

/** `config` of a step `plugin: {name: sluice/window}`. */
export interface WindowConfig {
  /** Name of a time zone of the IANA database. Default `UTC`. */
  readonly timeZone?: string;
  /** When releases may go on: in any of these. */
  readonly open: readonly OpenHours[];
  /** Days on which they may not: `2026-12-24`, or first and last day, `2026-12-24/2027-01-01`. */
  readonly closed?: readonly string[];
}

/** `config` of a step `plugin: {name: sluice/prove}`. */
export interface ProveConfig {
  /** How long to wait for the proof: up to a year. Default `30m`. */
  readonly max?: Duration;
  /**
   * What happens then. `pause`: people decide, or a proof that comes late. `abort`: the release is given up.
   * `continue`: it goes on all the same. Default `pause`.
   */
  readonly otherwise?: 'continue' | 'abort' | 'pause';
}

/** Hours on some days of the week, by the clock on the wall. */
export interface OpenHours {
  /** `Mon`, `Mon-Thu`. Absent: every day. */
  readonly days?: readonly string[];
  /** `HH:MM`. Default `00:00`. */
  readonly from?: string;
  /** `HH:MM`, up to `24:00`. Not after `from`: on the next day. Default `24:00`. */
  readonly to?: string;
}
