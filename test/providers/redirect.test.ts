import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpRequest } from '../../src/providers/http.ts';
import { redirect } from '../../src/providers/redirect.ts';

const request: HttpRequest = {
  method: 'POST',
  url: 'http://user:pw@m.example/api/query?x=1',
  headers: { 'content-type': 'text/plain', 'x-token': 't' },
  body: 'b',
  insecure: false,
  repeatable: true,
  timeoutSeconds: 1,
  deadline: new AbortController().signal,
};

const kept = 'POST b content-type,x-token';
const refused = (host: string) =>
  `Post "http://m.example/api/query": refused to follow the redirect to another host (${host})`;

// status, Location, what is sent then
const rows: readonly (readonly [number, string | undefined, string])[] = [
  [307, '/b', `${kept} http://user:pw@m.example/b`],
  [308, 'c?y=2', `${kept} http://user:pw@m.example/api/c?y=2`],
  [307, 'http://m.example:80/b', `${kept} http://user:pw@m.example/b`],
  [308, 'https://m.example/b', `${kept} https://user:pw@m.example/b`],
  [301, '/b', 'GET null x-token http://user:pw@m.example/b'],
  [302, '/b', 'GET null x-token http://user:pw@m.example/b'],
  [303, '/b', 'GET null x-token http://user:pw@m.example/b'],
  [307, 'http://other.example/b', refused('other.example')],
  [307, '//other.example/b', refused('other.example')],
  [307, 'http://m.example:8080/b', refused('m.example:8080')],
  [307, 'https://m.example:8443/b', refused('m.example:8443')],
  [307, 'http://sub.m.example/b', refused('sub.m.example')],
  [307, 'http://m.example.evil.example/b', refused('m.example.evil.example')],
  [307, 'file:///etc/passwd', refused('')],
  [307, 'http://[', 'Post "http://m.example/api/query": redirected to an address that cannot be read'],
  [307, undefined, 'the answer itself'],
  [304, '/b', 'the answer itself'],
  [200, '/b', 'the answer itself'],
];

for (const [status, location, want] of rows) {
  void test(`${status} to ${location ?? 'nowhere'}`, () => {
    const headers: Record<string, string> = location === undefined ? {} : { location };
    const next = redirect(request, { kind: 'answer', status, headers, body: '' });
    assert.equal(described(next), want);
  });
}

void test('TLS is never given up on the way', () => {
  const answer = {
    kind: 'answer',
    status: 307,
    headers: { location: 'http://m.example/' },
    body: '',
  } as const;
  const next = redirect({ ...request, url: 'https://m.example/' }, answer);
  assert.equal(next.kind, 'failure');
});

void test('a PUT stays a PUT after 302', () => {
  const answer = { kind: 'answer', status: 302, headers: { location: '/b' }, body: '' } as const;
  const next = redirect({ ...request, method: 'PUT' }, answer);
  assert.equal(next.kind === 'follow' && next.request.method, 'PUT');
});

function described(next: ReturnType<typeof redirect>): string {
  if (next.kind === 'answer') return 'the answer itself';
  if (next.kind === 'failure') return next.message;
  const { method, body, headers, url } = next.request;
  return `${method} ${body} ${Object.keys(headers).join(',')} ${url}`;
}
