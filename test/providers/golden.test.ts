import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Json } from '../../src/api/meta.ts';
import type { Provider } from '../../src/api/providers.ts';
import type { Reading, Value } from '../../src/core/analysis/reading.ts';
import { providerOf, providers } from '../../src/providers/index.ts';
import { plugins } from '../../src/providers/plugins.ts';
import { printFloat } from '../../src/providers/print.ts';
import { ask, type TestSecrets, withoutTls } from './support/ask.ts';
import { json, type Received, type Reply, serve, text } from './support/server.ts';

// For each provider a folder of exchanges: the metric as written, the request as sent, the answer, the
// reading. UPDATE=1 rewrites `requests` and `reading`. `<url>` is the server of the test.

const folder = join(import.meta.dirname, '../golden/providers');

interface Golden {
  readonly about: string;
  /** What stands under `provider.<name>` in the metric. */
  readonly query: object;
  /** Secrets in plain text, by `namespace/name`, and variables of the controller's environment. */
  readonly secrets?: TestSecrets;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the measurement noted that is gone on with; absent: a new one. */
  readonly memo?: Json;
  /** In turn: a status and a body, which is sent as JSON unless it is text. */
  readonly answers: readonly {
    readonly status: number;
    readonly headers?: Headers;
    readonly body: unknown;
  }[];
  readonly requests?: readonly unknown[];
  readonly reading?: unknown;
}

type Headers = Readonly<Record<string, string>>;

/** Those that ask by HTTP. A plugin's folder has its name without `sluice/`. */
const names = [...Object.keys(providers), ...Object.keys(plugins)].filter(
  (name) => name !== 'job' && name !== 'sluice/compare',
);
const folderOf = (name: string) => name.replace('sluice/', '');

for (const name of names) {
  for (const file of readdirSync(join(folder, folderOf(name))).sort()) {
    void test(`golden ${name}/${file}`, () => check(name, join(folder, folderOf(name), file)));
  }
}

void test('each folder of golden files belongs to a provider', () => {
  assert.deepEqual(readdirSync(folder).sort(), names.map(folderOf).toSorted());
});

async function check(name: string, path: string): Promise<void> {
  const golden: Golden = JSON.parse(readFileSync(path, 'utf8'));
  await using server = await serve(golden.answers.map(replyOf));
  const { host } = new URL(server.url);
  const { query, secrets, environment, memo }: Golden = JSON.parse(
    JSON.stringify(golden).replaceAll('<url>', server.url).replaceAll('<host>', host),
  );
  const provider = providerOf(
    (name in providers ? { [name]: query } : { plugin: { [name]: query } }) as Provider,
  );
  assert.ok(provider.kind === 'provider');
  const given = secrets === undefined ? {} : { secrets, fetch: withoutTls() };
  const asked = ask(environment, undefined, given);
  const reading = plain(await (memo === undefined ? provider.start(asked) : provider.resume(memo, asked)));
  const { requests: _, reading: __, ...written } = golden;
  const found = { ...written, requests: server.received.map(requestOf), reading };
  // A signature holds the host, which here is another one each time; signatures have a test of their own.
  const text = JSON.stringify(found, null, 2)
    .replaceAll(server.url, '<url>')
    .replaceAll(host, '<host>')
    .replaceAll(/Signature=[0-9a-f]{64}/g, 'Signature=<signature>');
  const shown = `${text}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(path, shown);
  else assert.equal(shown, readFileSync(path, 'utf8'));
}

function replyOf({ status, headers, body }: Golden['answers'][number]): Reply {
  return typeof body === 'string' ? text(body, status, headers) : json(body, status, headers);
}

const headersOfTheConnection = new Set([
  'host',
  'connection',
  'content-length',
  'accept-encoding',
  'user-agent',
]);

function requestOf({ method, url, headers, body }: Received): object {
  const ours = Object.entries(headers).filter(([name]) => !headersOfTheConnection.has(name));
  return { method, url, headers: Object.fromEntries(ours), ...(body === '' ? {} : { body }) };
}

function plain(reading: Reading): object {
  return reading.kind === 'value' ? { ...reading, value: writable(reading.value) } : reading;
}

/** JSON has no NaN, no integers of 64 bits, and no list of floats that differs from a list. */
function writable(value: Value): unknown {
  if (value instanceof Float64Array) return { floats: Array.from(value, printFloat) };
  if (Array.isArray(value)) return (value as readonly Value[]).map(writable);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, writable(one)]));
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return { float: printFloat(value) };
  return typeof value === 'bigint' ? { integer: String(value) } : value;
}
