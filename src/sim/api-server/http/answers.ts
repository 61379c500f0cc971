import type { ApiError } from '../api.ts';
import { statusOf } from '../errors.ts';
import type { ApiAnswer } from '../http.ts';

/** An answer in JSON. */
export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer {
  return jsonText(status, JSON.stringify(body), headers);
}

/** An answer whose JSON is there already. */
export function jsonText(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: `${body}\n` };
}

/** An answer that is no object of the API. */
export function text(status: number, body: string): ApiAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** An error as a client sees it. */
export function failure(error: ApiError): ApiAnswer {
  const retryAfter = error.details?.['retryAfterSeconds'];
  const headers = typeof retryAfter === 'number' ? { 'retry-after': String(retryAfter) } : {};
  return json(error.code, statusOf(error), headers);
}

/** Paths that nobody serves, as the real one says it. */
export function noSuchPath(): ApiAnswer {
  return text(404, '404 page not found\n');
}
