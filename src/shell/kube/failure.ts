/**
 * What the API server, or the way to it, may do to us.
 *
 * conflict: somebody wrote first (409), or a precondition or field owner is in the way
 * exists: create of a name that is taken (409 AlreadyExists)
 * missing: no such object, or no such kind (404, see `isUnknownKind`)
 * invalid: the request is wrong and will stay wrong (400, 405, 406, 413, 415, 422, answer too large)
 * forbidden: RBAC, quota or admission said no (403)
 * unauthorized: credentials were refused, also after reading them again (401)
 * throttled: too many requests (429), `retryAfterSeconds` says when to come back
 * expired: the resourceVersion or continue token is too old (410)
 * transient: server error, no connection, deadline passed, answer not JSON; trying again is right
 * cancelled: our own side gave up (shutdown, lost lease)
 */
export type FailureCode =
  | 'conflict'
  | 'exists'
  | 'missing'
  | 'invalid'
  | 'forbidden'
  | 'unauthorized'
  | 'throttled'
  | 'expired'
  | 'transient'
  | 'cancelled';

/** One line of a Status object's `details.causes`: which field, what about it. */
export interface FailureCause {
  readonly field: string;
  readonly message: string;
  readonly reason: string;
}

/** What a failure says beyond its code and message. Null and empty where the server said nothing. */
export interface FailureFacts {
  /** HTTP status, null when no answer came. */
  readonly status: number | null;
  /** `reason` of the Status object (`AlreadyExists`, `Expired`), or our own word (`Timeout`, `NotJson`). */
  readonly reason: string;
  /** From the Retry-After header or `details.retryAfterSeconds`. */
  readonly retryAfterSeconds: number | null;
  readonly causes: readonly FailureCause[];
  /** Name of the object that the server speaks of; null also when it knows no such kind. */
  readonly object: string | null;
}

/**
 * An API call that did not work. `message` begins with who (`kube: update rollouts a/b: ...`),
 * carries the server's own words, and is meant for the person on call.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly facts: FailureFacts;

  constructor(code: FailureCode, message: string, facts: Partial<FailureFacts> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = { status: null, reason: '', retryAfterSeconds: null, causes: [], object: null, ...facts };
  }
}

/** Whether `error` is a Failure with one of these codes; with none given, any Failure. */
export function isFailure(error: unknown, ...codes: readonly FailureCode[]): error is Failure {
  return error instanceof Failure && (codes.length === 0 || codes.includes(error.code));
}

/** Whether the server does not serve this kind at all: its CustomResourceDefinition is not installed. */
export function isUnknownKind(error: unknown): boolean {
  return isFailure(error, 'missing') && error.facts.object === null;
}

/** A non-2xx answer as a Failure. `who` names the call, `body` is whatever came, parsed if it was JSON. */
export function failureOf(answer: {
  readonly who: string;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: unknown;
}): Failure {
  const said = statusOf(answer.body);
  const reason = said.reason ?? '';
  const text = said.message ?? (typeof answer.body === 'string' ? firstLine(answer.body) : '');
  const details = said.details ?? {};
  return new Failure(
    codeOf(answer.status, reason),
    `kube: ${answer.who}: ${text === '' ? 'no explanation' : text} (HTTP ${answer.status})`,
    {
      status: answer.status,
      reason,
      retryAfterSeconds: secondsOf(answer.retryAfter) ?? details.retryAfterSeconds ?? null,
      causes: (details.causes ?? []).map((cause) => ({
        field: cause.field ?? '',
        message: cause.message ?? '',
        reason: cause.reason ?? '',
      })),
      object: details.name ?? null,
    },
  );
}

/** The Status object in an ERROR event of a watch as a Failure. */
export function failureOfEvent(who: string, status: unknown): Failure {
  const code = statusOf(status).code ?? 500;
  return failureOf({ who, status: code, retryAfter: null, body: status });
}

interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly name?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { field?: string; message?: string; reason?: string }[];
  };
}

function statusOf(body: unknown): Status {
  return typeof body === 'object' && body !== null ? body : {};
}

function codeOf(status: number, reason: string): FailureCode {
  if (reason === 'Expired' || reason === 'Gone') return 'expired';
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'missing';
    case 409:
      return reason === 'AlreadyExists' ? 'exists' : 'conflict';
    case 410:
      return 'expired';
    case 429:
      return 'throttled';
    case 408:
      return 'transient';
    default:
      return status >= 400 && status < 500 ? 'invalid' : 'transient';
  }
}

/** Retry-After is seconds here; API servers send no dates. */
function secondsOf(header: string | null): number | null {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 200);
}
