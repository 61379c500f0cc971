import type { ErrorReading, Metadata } from '../core/analysis/reading.ts';
import type { Instant } from '../core/time.ts';
import type { HttpAnswer, HttpFailure } from './http.ts';

// No service may hold an analysis up for longer than this.
const maxRetryAfterMilliseconds = 5 * 60 * 1000;

/** The reading for a request without answer. */
export function failed(failure: HttpFailure, who: '' | `${string}: `): ErrorReading {
  const isFinal = failure.code === 'invalid' || failure.code === 'redirect' || failure.code === 'too-large';
  return { kind: 'error', message: `${who}${failure.message}`, retryable: !isFinal };
}

/** The reading for an answer with a status that means failure; `Retry-After` is kept in `retryAt`. */
export function refusal(
  answer: HttpAnswer,
  message: string,
  now: Instant,
  metadata?: Metadata,
): ErrorReading {
  const retryAt = retryAtOf(answer, now);
  return {
    kind: 'error',
    message,
    retryable: isTransient(answer.status),
    ...(retryAt === null ? {} : { retryAt }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/**
 * Whether the same request may fare better later. 408, 425 and 429 say so themselves, as do all 5xx but 501.
 */
export function isTransient(status: number): boolean {
  if (status >= 500) return status !== 501;
  return status === 408 || status === 425 || status === 429;
}

/** `Retry-After` in its two forms: seconds, or a date. At most five minutes ahead. */
function retryAtOf(answer: HttpAnswer, now: Instant): Instant | null {
  const text = answer.headers['retry-after'];
  if (text === undefined) return null;
  const at = /^\d{1,9}$/.test(text) ? now + Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(at) || at <= now) return null;
  return Math.min(at, now + maxRetryAfterMilliseconds);
}
