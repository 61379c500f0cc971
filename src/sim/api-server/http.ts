import { ApiError } from './api.ts';
import { badRequest } from './errors.ts';
import { failure } from './http/answers.ts';
import { answerDiscovery } from './http/discovery.ts';
import type { HttpMeans } from './http/means.ts';
import { answerOpenApi } from './http/openapi.ts';
import { answerPlain } from './http/plain.ts';
import { answerResource } from './http/resource.ts';
import { answerReview } from './http/reviews.ts';

/** A request as it comes from the wire. */
export interface ApiRequest {
  readonly method: string;
  /** With its query: `/api/v1/pods?limit=5`. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | null;
  /** Who asks; default `system:admin`. Everybody may do everything. */
  readonly user?: string;
}

/** What is sent back. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Stream;
}

/** A watch: lines until its end. Each function is called once, by the one who reads. */
export interface Stream {
  /** Lines with their line feed, the ones that are there at once, the others as they come. */
  onLine(listener: (line: string) => void): void;
  /** The server ended it: time is up, it restarts, or it cannot go on. */
  onEnd(listener: () => void): void;
  /** The reader ends it: no line comes after that. */
  cancel(): void;
}

/** Largest body of a request, in bytes. */
export const MOST_BYTES = 3 * 1024 * 1024;

/**
 * Answers one request at once, whatever it may be: an error becomes a Status. Only watches go on.
 */
export function handle(means: HttpMeans, request: ApiRequest): ApiAnswer {
  try {
    return answer(means, request);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const told = failure(error);
    return request.method === 'HEAD' ? { ...told, body: '' } : told;
  }
}

function answer(means: HttpMeans, request: ApiRequest): ApiAnswer {
  if (request.body !== null && Buffer.byteLength(request.body) > MOST_BYTES) throw tooLarge();
  const mark = request.path.indexOf('?');
  const path = mark < 0 ? request.path : request.path.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : request.path.slice(mark + 1));
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  const asked = { request, parts, query };
  return (
    answerPlain(means, asked) ??
    answerOpenApi(means, asked) ??
    answerDiscovery(means, asked) ??
    answerReview(means, asked) ??
    answerResource(means, asked)
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(part)}`);
  }
}

function tooLarge(): ApiError {
  const message = `Request entity too large: limit is ${MOST_BYTES}`;
  return new ApiError(413, 'RequestEntityTooLarge', message);
}
