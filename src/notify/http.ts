/** One request that carries a message. */
export interface NotifyRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** May hold a secret in its path, as Slack's webhook addresses do: never to be logged. */
  readonly url: string;
  /** Names in lower case. May hold secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** True accepts any server certificate. */
  readonly insecure: boolean;
}

/** What came back. */
export interface NotifyAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an answer means: delivered, to be tried again, or never going to work. Reasons name no secret. */
export type Verdict =
  | { readonly kind: 'sent' }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number | null }
  | { readonly kind: 'refused'; readonly reason: string };

/** How often a message is tried, and how long to wait in between: doubling from `minMs` up to `maxMs`. */
export interface Patience {
  /** Tries after the first one. */
  readonly retries: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** What the HTTP status alone says: too busy and broken are worth another try, wrong is not. */
export function verdictOfStatus(answer: NotifyAnswer, hint: string): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const reason = `HTTP ${status}${hint === '' ? '' : `: ${hint}`}`;
  if (status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501))
    return { kind: 'retry', reason, afterMs: retryAfterMs(answer) };
  return { kind: 'refused', reason };
}

/** `Retry-After` in seconds; null when it is absent or a date, which these services do not send. */
export function retryAfterMs(answer: NotifyAnswer): number | null {
  const text = answer.headers['retry-after'] ?? '';
  return /^\d+$/.test(text) ? Number(text) * 1000 : null;
}

/** The start of an answer's text, on one line, as a hint for a log line. */
export function hintOf(body: string): string {
  return body.replace(/\s+/g, ' ').trim().slice(0, 200);
}
