import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import type { Reading, Value } from '../../src/core/analysis/reading.ts';
import { providers } from '../../src/providers/index.ts';
import { plugins } from '../../src/providers/plugins.ts';
import { printFloat } from '../../src/providers/print.ts';
import { folderOf, goldenFolder, play } from './support/golden.ts';
import type { Received } from './support/server.ts';

// For each provider a folder of exchanges: the metric as written, the request as sent, the answer, the
// reading. UPDATE=1 rewrites `requests` and `reading`. `<url>` is the server of the test.

/** Those that ask by HTTP. */
const names = [...Object.keys(providers), ...Object.keys(plugins)].filter(
  (name) => !['job', 'sluice/compare', 'sluice/experiment'].includes(name),
);

for (const name of names) {
  for (const file of readdirSync(folderOf(name)).sort()) {
    void test(`golden ${name}/${file}`, () => check(name, join(folderOf(name), file)));
  }
}

void test('each folder of golden files belongs to a provider', () => {
  const folders = names.map((name) => basename(folderOf(name)));
  assert.deepEqual(readdirSync(goldenFolder).sort(), folders.toSorted());
});

async function check(name: string, path: string): Promise<void> {
  const { golden, reading, received, url } = await play(name, path);
  const { requests: _, reading: __, ...written } = golden;
  const found = { ...written, requests: received.map(requestOf), reading: plain(reading) };
  // A signature holds the host, which here is another one each time; signatures have a test of their own.
  const text = JSON.stringify(found, null, 2)
    .replaceAll(url, '<url>')
    .replaceAll(new URL(url).host, '<host>')
    .replaceAll(/Signature=[0-9a-f]{64}/g, 'Signature=<signature>');
  const shown = `${text}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(path, shown);
  else assert.equal(shown, readFileSync(path, 'utf8'));
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
