import type { HttpAnswer, HttpFailure, HttpRequest } from './http.ts';
import { failureOf } from './http-failure.ts';

/**
 * Where an answer sends us. Only to the same host and port, or from port 80 to 443 of the same host:
 * credentials and arguments in headers and body are meant for the host that the user named, and for no other.
 * As browsers do, 303 always becomes a GET, and 301 and 302 turn a POST into one.
 */
export function redirect(
  request: HttpRequest,
  answer: HttpAnswer,
): HttpAnswer | HttpFailure | { readonly kind: 'follow'; readonly request: HttpRequest } {
  const location = answer.headers['location'];
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
  const from = new URL(request.url);
  const to = URL.parse(location, from);
  if (to === null)
    return failureOf(request, { kind: 'redirect', reason: 'redirected to an address that cannot be read' });
  if (!isSameHost(from, to)) {
    return failureOf(request, {
      kind: 'redirect',
      reason: `refused to follow the redirect to another host (${to.host})`,
    });
  }
  to.username = from.username;
  to.password = from.password;
  return { kind: 'follow', request: { ...rewritten(request, answer.status), url: to.href } };
}

function isSameHost(from: URL, to: URL): boolean {
  if (from.hostname !== to.hostname) return false;
  if (from.protocol === to.protocol) return from.port === to.port;
  return from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === '';
}

function rewritten(request: HttpRequest, status: number): HttpRequest {
  const becomesGet = status === 303 || (request.method === 'POST' && status < 303);
  if (!becomesGet) return request;
  const headers = Object.entries(request.headers).filter(([name]) => name !== 'content-type');
  return { ...request, method: 'GET', body: null, headers: Object.fromEntries(headers) };
}
