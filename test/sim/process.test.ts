import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpRequest } from '../../src/providers/http.ts';
import { failureOf } from '../../src/providers/http-failure.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { Process, type Site } from '../../src/sim/process.ts';
import { fairWeather } from '../../src/sim/wire.ts';

const sites = new Map<string, Site>([
  ['up.example', ({ method, url, body }) => ({ status: 200, body: `${method} ${url} ${body ?? ''}` })],
  ['down.example', () => null],
]);

async function fetched(url: string, deadline = new AbortController().signal): Promise<string> {
  const clock = new VirtualClock(0);
  const server = { handle: () => ({ status: 404, headers: {}, body: '' }) };
  const site = (host: string): Site | null => sites.get(host) ?? null;
  const options = { name: 'p', seed: 's', weather: fairWeather, onCrash: () => {} };
  const process = new Process({ clock, server, site }, options);
  const request: HttpRequest = {
    method: 'POST',
    url,
    headers: {},
    body: 'b',
    insecure: false,
    repeatable: true,
    timeoutSeconds: 30,
    deadline,
  };
  const outcome = process.fetch(request);
  await clock.run(60_000);
  const told = await outcome;
  return told.kind === 'answer' ? `${told.status} ${told.body}` : `${told.code}: ${told.message}`;
}

// What is asked, and what comes of it.
const rows: readonly (readonly [string, string, string])[] = [
  ['a site', 'http://up.example/a?b=c', '200 POST http://up.example/a?b=c b'],
  [
    'a site that is down',
    'http://down.example:9090/a?token=secret',
    'refused: Post "http://down.example:9090/a": dial tcp down.example:9090: connect: connection refused',
  ],
  [
    'a name that nobody has',
    'http://user:secret@none.example/a',
    'name: Post "http://none.example/a": dial tcp: lookup none.example: no such host',
  ],
  [
    'an address where nobody listens',
    'http://127.0.0.1:9/a',
    'refused: Post "http://127.0.0.1:9/a": dial tcp 127.0.0.1:9: connect: connection refused',
  ],
  [
    'one of version 6',
    'http://[::1]:9/a',
    'refused: Post "http://[::1]:9/a": dial tcp [::1]:9: connect: connection refused',
  ],
];

for (const [what, url, outcome] of rows)
  void test(`HTTP from a simulated process: ${what}`, async () => {
    assert.equal(await fetched(url), outcome);
  });

void test('HTTP from a simulated process: one that is given up fails in the words of the real client', async () => {
  const stop = new AbortController();
  const told = fetched('http://up.example/', stop.signal);
  stop.abort();
  const request = { method: 'POST', url: 'http://up.example/' } as HttpRequest;
  const { code, message } = failureOf(request, { kind: 'cancelled' });
  assert.equal(await told, `${code}: ${message}`);
});
