import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Provider } from '../../src/api/providers.ts';
import { providerOf, providers } from '../../src/providers/index.ts';
import { ask, line } from './support/ask.ts';
import { json, nowhere, type Reply, serve, text } from './support/server.ts';

// What the network may do to any provider. Each row is run with every provider of the table; a new provider
// does not compile until it says here what it makes of each.

type Name = keyof typeof providers;

const secret = 'top-secret';

/** A metric that carries a secret wherever one can be put. The time-out is one second. */
const metrics: Readonly<Record<Name, (url: string, insecure: boolean) => Provider>> = {
  prometheus: (url, insecure) => ({
    prometheus: {
      address: `${url.replace('://', `://user:${secret}@`)}/base?tenant=${secret}`,
      query: `q{t="${secret}"}`,
      timeout: 1,
      insecure,
      headers: [{ key: 'X-Token', value: secret }],
    },
  }),
  web: (url, insecure) => ({
    web: {
      url: `${url.replace('://', `://user:${secret}@`)}/base?tenant=${secret}`,
      timeoutSeconds: 1,
      insecure,
      headers: [{ key: 'X-Token', value: secret }],
    },
  }),
};

interface Row {
  readonly name: string;
  readonly replies: readonly Reply[];
  readonly tls?: 'checked' | 'insecure';
  /** The line of the reading; `<at>` stands for method and address. */
  readonly want: Readonly<Record<Name, string>>;
}

const scalar = json({ status: 'success', data: { resultType: 'scalar', result: [1, '2.5'] } });
const whole = '{"data":{"result":[1,"2.5"],"resultType":"scalar"},"status":"success"}';
const other = { location: 'http://metrics.example.com/login' };
const huge = text(' '.repeat(10 * 1024 * 1024), 200);
const big = text(`"${'x'.repeat(4 * 1024 * 1024)}"`, 200);
const html = { 'content-type': 'text/html' };

function both(want: string): Row['want'] {
  return { prometheus: want, web: want };
}

function status(name: string, reply: Reply, prometheus: string, web: string): Row {
  return { name, replies: [reply], want: { prometheus, web } };
}

const tlsError = 'tls: failed to verify certificate: DEPTH_ZERO_SELF_SIGNED_CERT';
const page = 'bad_response: the answer is not JSON but text/html; is another service at <url>/base?';

const rows: readonly Row[] = [
  { name: 'a value', replies: [scalar], want: { prometheus: '2.5', web: whole } },
  status(
    'wrong credentials',
    text('no', 401),
    'error! client_error: client error: 401',
    'error! received non 2xx response code: 401',
  ),
  status(
    'forbidden',
    text('no', 403),
    'error! client_error: client error: 403',
    'error! received non 2xx response code: 403',
  ),
  status(
    'not found',
    text('no', 404),
    'error! client_error: client error: 404',
    'error! received non 2xx response code: 404',
  ),
  status(
    'too many requests',
    text('no', 429, { 'retry-after': '30' }),
    'error client_error: client error: 429 +30s',
    'error received non 2xx response code: 429 +30s',
  ),
  status(
    'come back at a time',
    text('no', 503, { 'retry-after': 'Sat, 21 Nov 2026 08:01:00 GMT' }),
    'error server_error: server error: 503 +59.75s',
    'error received non 2xx response code: 503 +59.75s',
  ),
  status(
    'come back tomorrow',
    text('no', 503, { 'retry-after': '86400' }),
    'error server_error: server error: 503 +300s',
    'error received non 2xx response code: 503 +300s',
  ),
  status(
    'a server error',
    text('oops', 500),
    'error server_error: server error: 500',
    'error received non 2xx response code: 500',
  ),
  status(
    'HTML with 502',
    text('<html>', 502, html),
    'error server_error: server error: 502',
    'error received non 2xx response code: 502',
  ),
  status('HTML with 200', text('<html>', 200, html), `error ${page}`, '<html>'),
  status(
    'a redirect without an address',
    text('', 302),
    'error! bad_response: bad response code 302',
    'error! received non 2xx response code: 302',
  ),
  {
    name: 'a redirect to another host',
    replies: [text('', 302, other)],
    want: both('error! <at>: refused to follow the redirect to another host (metrics.example.com)'),
  },
  {
    name: 'a redirect that keeps the method',
    replies: [text('', 307, { location: '/there' }), scalar],
    want: { prometheus: '2.5', web: whole },
  },
  {
    name: 'a redirect for ever',
    replies: [text('', 307, { location: '/again' })],
    want: both('error! <at>: stopped after 5 redirects'),
  },
  { name: 'a body of 10 MiB', replies: [huge], want: both('error! <at>: the answer is larger than 5 MiB') },
  {
    name: 'no answer',
    replies: [{ kind: 'silence' }],
    want: both('error <at>: context deadline exceeded: no answer within 1s'),
  },
  {
    name: 'a body without end',
    replies: [{ kind: 'drip' }],
    want: both('error <at>: context deadline exceeded: no answer within 1s'),
  },
  {
    name: 'a body that is cut off',
    replies: [{ kind: 'cut' }],
    want: both('error <at>: EOF: the other side closed the connection in the middle'),
  },
  {
    name: 'a connection that is closed',
    replies: [{ kind: 'hang-up' }],
    want: both('error <at>: EOF: the other side closed the connection in the middle'),
  },
  {
    name: 'a connection that is closed once',
    replies: [{ kind: 'hang-up' }, scalar],
    want: { prometheus: '2.5', web: whole },
  },
  {
    name: 'an unknown certificate',
    replies: [scalar],
    tls: 'checked',
    want: both(`error <at>: ${tlsError}`),
  },
  {
    name: 'an unknown certificate that does not matter',
    replies: [scalar],
    tls: 'insecure',
    want: { prometheus: '2.5', web: whole },
  },
];

const methods: Readonly<Record<Name, string>> = { prometheus: 'Post', web: 'Get' };
const paths: Readonly<Record<Name, string>> = { prometheus: '/base/api/v1/query', web: '/base' };

for (const name of Object.keys(providers) as Name[]) {
  for (const row of rows) {
    void test(`${name}: ${row.name}`, async () => {
      await using server = await serve(row.replies, { tls: row.tls !== undefined });
      const got = await measure(metrics[name](server.url, row.tls === 'insecure'));
      assert.equal(got, filled(row.want[name], name, server.url));
    });
  }

  void test(`${name}: nothing listens`, async () => {
    const url = await nowhere();
    const got = await measure(metrics[name](url, false));
    const { host } = new URL(url);
    assert.equal(got, filled(`error <at>: dial tcp ${host}: connect: connection refused`, name, url));
  });

  void test(`${name}: TLS to a server without`, async () => {
    await using server = await serve([scalar]);
    const url = server.url.replace('http:', 'https:');
    const got = await measure(metrics[name](url, false));
    assert.equal(got, filled('error <at>: tls: the other side does not speak TLS on this port', name, url));
  });

  void test(`${name}: the measurement is cancelled`, async () => {
    await using server = await serve([{ kind: 'silence' }]);
    const got = await measure(metrics[name](server.url, false), AbortSignal.abort());
    assert.equal(got, filled('error <at>: the measurement was cancelled', name, server.url));
  });

  void test(`${name}: a long answer is not stored in full`, async () => {
    await using server = await serve([big]);
    const got = await measure(metrics[name](server.url, false));
    assert.ok(got.length < 17_000, `${got.length} characters`);
  });
}

async function measure(metric: Provider, deadline?: AbortSignal): Promise<string> {
  const provider = providerOf(metric);
  assert.ok(provider.kind === 'provider');
  const got = line(await provider.start(ask({}, deadline)));
  assert.ok(!got.includes(secret), `the message tells a secret: ${got}`);
  return got;
}

function filled(want: string, name: Name, url: string): string {
  return want.replace('<at>', `${methods[name]} "${url}${paths[name]}"`).replace('<url>', url);
}
