import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHttpClient } from '../../src/providers/http-client.ts';
import { providerOf } from '../../src/providers/index.ts';
import { ask, impatient, line, withoutTls } from './support/ask.ts';
import { kits, secret } from './support/kits.ts';
import { nowhere, type Reply, serve, text } from './support/server.ts';

// What the network may do to any provider. Each row is run with every provider of the table; a new provider
// does not compile until it says here what it makes of each.

/** What those that ask a service by `service.ts` say is the same, but for their name. */
type Kind = 'prometheus' | 'web' | 'service';

interface Row {
  readonly name: string;
  /** `value` is an answer that holds a value, as the provider's service writes it. */
  readonly replies: readonly (Reply | 'value')[];
  readonly tls?: 'checked' | 'insecure';
  /** The line of the reading; `<value>` stands for that value, `<at>` for method and address. */
  readonly want: Readonly<Record<Kind, string>>;
}

const other = { location: 'http://metrics.example.com/login' };
const huge = text(' '.repeat(10 * 1024 * 1024), 200);
const big = text(`"${'x'.repeat(4 * 1024 * 1024)}"`, 200);
const html = { 'content-type': 'text/html' };

function all(want: string): Row['want'] {
  return { prometheus: want, web: want, service: want.replace(/^error(!?) /, 'error$1 <who>: ') };
}

/** Services say of a status what `web` says, and where. */
function status(name: string, reply: Reply, prometheus: string, web: string, service?: string): Row {
  const same = web.replace(/^(error!?) /, '$1 <who>: <at>: ');
  return { name, replies: [reply], want: { prometheus, web, service: service ?? same } };
}

const tlsError = 'tls: failed to verify certificate: DEPTH_ZERO_SELF_SIGNED_CERT';
const page = 'bad_response: the answer is not JSON but text/html; is another service at <url>/base?';

const rows: readonly Row[] = [
  { name: 'a value', replies: ['value'], want: all('<value>') },
  status(
    'wrong credentials',
    text('no', 401),
    'error! client_error: client error: 401',
    'error! received non 2xx response code: 401',
    'error! <who>: <at>: received authentication error response code: 401',
  ),
  status(
    'forbidden',
    text('no', 403),
    'error! client_error: client error: 403',
    'error! received non 2xx response code: 403',
    'error! <who>: <at>: received authentication error response code: 403',
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
  status(
    'HTML with 200',
    text('<html>', 200, html),
    `error ${page}`,
    '<html>',
    'error <who>: <at>: the answer cannot be read as <format> (text/html); is another service at <place>?',
  ),
  status(
    'a redirect without an address',
    text('', 302),
    'error! bad_response: bad response code 302',
    'error! received non 2xx response code: 302',
  ),
  {
    name: 'a redirect to another host',
    replies: [text('', 302, other)],
    want: all('error! <at>: refused to follow the redirect to another host (metrics.example.com)'),
  },
  {
    name: 'a redirect that keeps the method',
    replies: [text('', 307, { location: '/there' }), 'value'],
    want: all('<value>'),
  },
  {
    name: 'a redirect for ever',
    replies: [text('', 307, { location: '/again' })],
    want: all('error! <at>: stopped after 5 redirects'),
  },
  { name: 'a body of 10 MiB', replies: [huge], want: all('error! <at>: the answer is larger than 5 MiB') },
  {
    name: 'no answer',
    replies: [{ kind: 'silence' }],
    want: all('error <at>: context deadline exceeded: no answer within 1s'),
  },
  {
    name: 'a body without end',
    replies: [{ kind: 'drip' }],
    want: all('error <at>: context deadline exceeded: no answer within 1s'),
  },
  {
    name: 'a body that is cut off',
    replies: [{ kind: 'cut' }],
    want: all('error <at>: EOF: the other side closed the connection in the middle'),
  },
  {
    name: 'a connection that is closed',
    replies: [{ kind: 'hang-up' }],
    want: all('error <at>: EOF: the other side closed the connection in the middle'),
  },
  {
    name: 'a connection that is closed once',
    replies: [{ kind: 'hang-up' }, 'value'],
    want: all('<value>'),
  },
  {
    name: 'an unknown certificate',
    replies: ['value'],
    tls: 'checked',
    want: all(`error <at>: ${tlsError}`),
  },
  {
    name: 'an unknown certificate that does not matter, where that can be said',
    replies: ['value'],
    tls: 'insecure',
    want: { ...all('<value>'), service: `error <who>: <at>: ${tlsError}` },
  },
];

const names = Object.keys(kits) as (keyof typeof kits)[];

for (const name of names) {
  const kit = kits[name];

  for (const row of rows) {
    void test(`${name}: ${row.name}`, async () => {
      const replies = row.replies.map((reply) => (reply === 'value' ? kit.value : reply));
      await using server = await serve(replies, { tls: row.tls !== undefined });
      const want = row.want[kindOf(name)];
      const got = await measure(name, server.url, { insecure: row.tls === 'insecure' });
      assert.equal(got, filled(want, name, server.url));
    });
  }

  for (const [what, [reply, want]] of Object.entries(kit.odd)) {
    void test(`${name}: ${what}`, async () => {
      await using server = await serve([reply]);
      const service = want.replace(/^error(!?) /, 'error$1 <who>: ');
      assert.equal(await measure(name, server.url), filled(service, name, server.url));
    });
  }

  void test(`${name}: another host to which it is sent gets nothing`, async () => {
    await using stranger = await serve([kit.value]);
    await using server = await serve([text('', 307, { location: `${stranger.url}/take` })]);
    const { host } = new URL(stranger.url);
    const want = all(`error! <at>: refused to follow the redirect to another host (${host})`);
    assert.equal(await measure(name, server.url), filled(want[kindOf(name)], name, server.url));
    assert.deepEqual(stranger.received, []);
  });

  void test(`${name}: nothing listens`, async () => {
    const url = await nowhere();
    const { host } = new URL(url);
    const want = all(`error <at>: dial tcp ${host}: connect: connection refused`);
    assert.equal(await measure(name, url), filled(want[kindOf(name)], name, url));
  });

  void test(`${name}: TLS to a server without`, async () => {
    await using server = await serve([kit.value]);
    const url = server.url.replace('http:', 'https:');
    const want = all('error <at>: tls: the other side does not speak TLS on this port');
    assert.equal(await measure(name, url), filled(want[kindOf(name)], name, url));
  });

  void test(`${name}: the measurement is cancelled`, async () => {
    await using server = await serve([{ kind: 'silence' }]);
    const want = all('error <at>: the measurement was cancelled');
    const got = await measure(name, server.url, { deadline: AbortSignal.abort() });
    assert.equal(got, filled(want[kindOf(name)], name, server.url));
  });

  void test(`${name}: a long answer is not stored in full`, async () => {
    await using server = await serve([big]);
    const got = await measure(name, server.url);
    assert.ok(got.length < 17_000, `${got.length} characters`);
  });
}

function kindOf(name: keyof typeof kits): Kind {
  return name === 'prometheus' || name === 'web' ? name : 'service';
}

/** Services have time-outs of their own, longer than a test should wait; one of them speaks only TLS. */
async function measure(
  name: keyof typeof kits,
  url: string,
  { insecure = false, deadline }: { readonly insecure?: boolean; readonly deadline?: AbortSignal } = {},
): Promise<string> {
  const { metric, secrets, environment, beside, service, memo } = kits[name];
  const provider = providerOf(metric(url, insecure));
  assert.ok(provider.kind === 'provider');
  const client = createHttpClient({});
  const asked = service === null ? client : impatient(1, client);
  const plain = url.startsWith('http:') ? withoutTls(asked) : asked;
  const fetch = beside?.(plain) ?? plain;
  const given = ask(environment?.(url) ?? {}, deadline, { secrets: secrets(url), fetch });
  const reading = await (memo === undefined ? provider.start(given) : provider.resume(memo, given));
  const got = line(reading).replaceAll(`https://${new URL(url).host}`, url);
  assert.ok(!got.includes(secret), `the message tells a secret: ${got}`);
  return got;
}

function filled(want: string, name: keyof typeof kits, url: string): string {
  const { method, path, line: value, service } = kits[name];
  return want
    .replace('<value>', value)
    .replace('<who>', name)
    .replace('<at>', `${method} "${url}${path}"`)
    .replace('<format>', String(service))
    .replace('<place>', `${url}${path}`)
    .replace('<url>', url);
}
