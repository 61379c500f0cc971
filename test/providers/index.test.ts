import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Provider } from '../../src/api/providers.ts';
import { providerOf, providers } from '../../src/providers/index.ts';
import { plugins } from '../../src/providers/plugins.ts';
import { ask, line } from './support/ask.ts';

const web = { url: 'http://x' };
const all = [...Object.keys(providers), 'plugin'].join(', ');
const prometheus = { address: 'http://x', query: 'up' };

// What a metric may have under `provider`, and the provider or the reason that there is none.
const rows: readonly (readonly [string, unknown, string])[] = [
  ['one', { prometheus }, 'prometheus'],
  ['another', { web }, 'web'],
  ['nothing', {}, 'no provider specified'],
  ['null', { web: null }, 'no provider specified'],
  ['two', { web, prometheus }, 'multiple providers specified'],
  ['a stranger', { oracle: {} }, `the provider "oracle" is not supported; there are ${all}`],
  [
    'a name of JavaScript',
    { constructor: {} },
    `the provider "constructor" is not supported; there are ${all}`,
  ],
  ['a plugin', { plugin: { 'sluice/loki': { address: 'http://x', query: 'q' } } }, 'sluice/loki'],
  ['no plugin', { plugin: {} }, 'no provider specified'],
  ['two plugins', { plugin: { 'sluice/loki': {}, 'team/x': {} } }, 'multiple providers specified'],
  [
    'a plugin that nobody knows',
    { plugin: { 'team/x': {} } },
    `unknown metric plugin "team/x"; known are ${Object.keys(plugins).join(', ')}`,
  ],
  [
    'a plugin without what it needs',
    { plugin: { 'sluice/loki': null } },
    'sluice/loki.query: Invalid input: expected string, received undefined',
  ],
  [
    'all fields',
    { prometheus: { ...prometheus, timeout: 5, insecure: true, headers: [{ key: 'a', value: 'b' }] } },
    'prometheus',
  ],
  ['fields of tomorrow', { web: { ...web, later: 1 } }, 'web'],
  ['any JSON body', { web: { ...web, jsonBody: { a: [1, null, 'x'] } } }, 'web'],
  ['a missing field', { web: {} }, 'web.url: Invalid input: expected string, received undefined'],
  [
    'a wrong method',
    { web: { ...web, method: 'DELETE' } },
    'web.method: Invalid option: expected one of "GET"|"POST"|"PUT"',
  ],
  [
    'two wrong fields',
    { prometheus: { query: 1, timeout: 1.5 } },
    'prometheus.query: Invalid input: expected string, received number; ' +
      'prometheus.timeout: Invalid input: expected int, received number',
  ],
];

for (const [name, provider, want] of rows) {
  void test(`a metric with ${name}`, () => {
    const found = providerOf(provider as Provider);
    assert.equal(found.kind === 'provider' ? found.name : found.message, want);
  });
}

void test('each provider is in the table under its own name', () => {
  assert.deepEqual(
    Object.values(providers).map(({ name }) => name),
    Object.keys(providers),
  );
  assert.deepEqual(
    Object.values(plugins).map(({ name }) => name),
    Object.keys(plugins),
  );
});

void test('the query is shown with the metric', () => {
  const found = providerOf({ prometheus });
  assert.deepEqual(found.kind === 'provider' && found.metadata, { ResolvedPrometheusQuery: 'up' });
});

void test('what was never left running cannot be resumed, and there is nothing to clear away', async () => {
  for (const provider of [providerOf({ web }), providerOf({ prometheus })]) {
    assert.ok(provider.kind === 'provider');
    const reading = await provider.resume(null, ask());
    assert.equal(line(reading), `error! ${provider.name}: a measurement cannot be resumed`);
    assert.equal(await provider.terminate(null, ask()), null);
  }
});
