import { type Dispatcher, request as undiciRequest } from 'undici';
import { type HttpOutcome, type HttpRequest, maxAnswerBytes } from './http.ts';
import { failureOf } from './http-failure.ts';

/** One request, one answer: no redirect, no repetition. Never rejects. */
export async function exchange(
  request: HttpRequest,
  url: URL,
  signal: AbortSignal,
  dispatcher: Dispatcher,
): Promise<HttpOutcome> {
  try {
    const answer = await undiciRequest(withoutUser(url), {
      method: request.method,
      headers: headersOf(request, url),
      body: request.body,
      signal,
      dispatcher,
    });
    const body = await read(answer.body);
    if (body === null) return failureOf(request, { kind: 'too-large' });
    return { kind: 'answer', status: answer.statusCode, headers: joined(answer.headers), body };
  } catch (error) {
    if (request.deadline.aborted) return failureOf(request, { kind: 'cancelled' });
    if (signal.aborted) return failureOf(request, { kind: 'timeout' });
    return failureOf(request, { kind: 'error', error });
  }
}

/** The body as text; null when it is larger than allowed. Leaving the loop early destroys the stream. */
async function read(body: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxAnswerBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function withoutUser(url: URL): URL {
  const clean = new URL(url);
  clean.username = '';
  clean.password = '';
  return clean;
}

function headersOf(request: HttpRequest, url: URL): Record<string, string> {
  // Compressed answers could unfold to any size, and nothing here would unpack them.
  const headers: Record<string, string> = {
    'user-agent': 'sluice',
    ...request.headers,
    'accept-encoding': 'identity',
  };
  if (url.username !== '' && headers['authorization'] === undefined) {
    const user = decoded(url.username);
    const password = decoded(url.password);
    headers['authorization'] = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }
  return headers;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}
