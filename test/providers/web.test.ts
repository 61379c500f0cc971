import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WebMetric } from '../../src/api/providers.ts';
import { web } from '../../src/providers/web.ts';
import { ask, line, valueIn } from './support/ask.ts';
import { json, serve, text } from './support/server.ts';

// What stands in the golden files is not repeated here.

// The body of the answer, the path, the reading in a line.
const bodies: readonly (readonly [string, string, string])[] = [
  ['{"b":1,"a":"<x>"}', '{$}', '{"a":"\\u003cx\\u003e","b":1}'],
  ['{"a":1e400}', '{.a}', '{"a":1e400}'],
  ['plain', '{.a}', 'plain'],
  ['[1,2,3]', '{[1]}', '2'],
  ['[]', '{[0]}', 'error Could not find JSONPath in body: array index out of bounds: index 0, length 0'],
  ['{"a":{"b":-0}}', '{.a.b}', '-0'],
];

for (const [body, jsonPath, want] of bodies) {
  void test(`web: ${jsonPath} of ${body}`, async () => {
    await using server = await serve([text(body)]);
    assert.equal(line(await web.start({ url: server.url, jsonPath }, ask())), want);
  });
}

void test('web: a list of JSON is not a list of samples', async () => {
  await using server = await serve([json([1, 2])]);
  assert.deepEqual(valueIn(await web.start({ url: server.url }, ask())), [1, 2]);
});

void test('web: a JSON body sets the content type, whatever the headers say', async () => {
  await using server = await serve([json(true)]);
  const headers = [{ key: 'content-type', value: 'text/plain' }];
  await web.start({ url: server.url, method: 'PUT', jsonBody: { a: 1 }, headers }, ask());
  const [request] = server.received;
  assert.equal(
    `${request?.method} ${request?.headers['content-type']} ${request?.body}`,
    'PUT application/json {"a":1}',
  );
});

for (const method of ['POST', 'PUT'] as const) {
  void test(`web: a ${method} is not sent twice when the connection is lost`, async () => {
    await using server = await serve([{ kind: 'hang-up' }, json(true)]);
    const got = line(await web.start({ url: server.url, method, body: 'b' }, ask()));
    assert.match(got, /^error .* closed the connection/);
    assert.equal(server.received.length, 1);
  });
}

const refused: readonly (readonly [WebMetric, string])[] = [
  [
    { url: '' },
    'error! Get "an address that cannot be read": the address must begin with http:// or https://',
  ],
  [{ url: 'ftp://x' }, 'error! Get "ftp://x": the address must begin with http:// or https://'],
  [
    { url: 'http://127.0.0.1:1', headers: [{ key: 'a b', value: 'c' }] },
    'error! Get "http://127.0.0.1:1": a header has a name or a value that cannot be sent',
  ],
  [
    { url: 'http://127.0.0.1:1', headers: [{ key: 'Transfer-Encoding', value: 'chunked' }] },
    'error! Get "http://127.0.0.1:1": a header has a name or a value that cannot be sent',
  ],
];

for (const [metric, want] of refused) {
  void test(`web: ${want}`, async () => assert.equal(line(await web.start(metric, ask())), want));
}
