import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHttpClient } from '../../src/providers/http-client.ts';
import { type Environment, proxyFor } from '../../src/providers/proxy.ts';
import { json, serve } from './support/server.ts';

const proxies = { HTTP_PROXY: 'http://proxy:3128', HTTPS_PROXY: 'http://secure-proxy:3128' };

function except(list: string): Environment {
  return { ...proxies, NO_PROXY: list };
}

// address, environment, proxy
const rows: readonly (readonly [string, Environment, string | null])[] = [
  ['http://metrics.example.com', {}, null],
  ['http://metrics.example.com', proxies, 'http://proxy:3128'],
  ['https://metrics.example.com', proxies, 'http://secure-proxy:3128'],
  ['http://metrics.example.com', { http_proxy: 'http://lower:1' }, 'http://lower:1'],
  ['http://metrics.example.com', { HTTP_PROXY: 'bare:3128' }, 'http://bare:3128'],
  ['http://metrics.example.com', { HTTPS_PROXY: 'http://secure-proxy:3128' }, null],
  // inside the cluster: never
  ['http://prometheus:9090', proxies, null],
  ['http://prometheus.monitoring.svc:9090', proxies, null],
  ['http://prometheus.monitoring.svc.cluster.local:9090', proxies, null],
  ['http://prometheus.monitoring.svc.corp.example:9090', proxies, null],
  ['https://something.cluster.local', proxies, null],
  ['http://prometheus.monitoring.svc.:9090', proxies, null],
  ['http://127.0.0.1:9090', proxies, null],
  ['http://[::1]:9090', proxies, null],
  ['http://localhost:9090', proxies, null],
  // what hands out credentials: never
  ['http://169.254.169.254', proxies, null],
  ['http://169.254.170.23', proxies, null],
  ['http://[fd00:ec2::23]', proxies, null],
  ['http://metadata.google.internal', proxies, null],
  // NO_PROXY
  ['http://metrics.example.com', except('*'), null],
  ['http://metrics.example.com', except('example.com'), null],
  ['http://example.com', except('example.com'), null],
  ['http://notexample.com', except('example.com'), 'http://proxy:3128'],
  ['http://metrics.example.com', except('.example.com'), null],
  ['http://metrics.example.com', except('*.example.com'), null],
  ['http://example.com', except('.example.com'), 'http://proxy:3128'],
  ['http://METRICS.example.com', except('Metrics.Example.Com'), null],
  ['http://metrics.example.com:9090', except('metrics.example.com:9090'), null],
  ['http://metrics.example.com', except('metrics.example.com:80'), null],
  ['http://metrics.example.com:9091', except('metrics.example.com:9090'), 'http://proxy:3128'],
  ['http://10.1.2.3:9090', except('10.1.2.3'), null],
  ['http://10.1.2.3:9090', except('other.example, 10.0.0.0/8'), null],
  ['http://11.1.2.3:9090', except('10.0.0.0/8'), 'http://proxy:3128'],
  ['http://[fd00::5]:9090', except('fd00::/8'), null],
  ['http://10.1.2.3:9090', except('10.0.0.0/99'), 'http://proxy:3128'],
  ['http://metrics.example.com', except('10.0.0.0/8'), 'http://proxy:3128'],
  ['http://metrics.example.com', { ...proxies, no_proxy: 'metrics.example.com' }, null],
];

for (const [address, environment, want] of rows) {
  void test(`${address} with ${JSON.stringify(environment)} goes ${want ?? 'directly'}`, () => {
    assert.equal(proxyFor(new URL(address), environment), want);
  });
}

const get = {
  method: 'GET',
  headers: {},
  body: null,
  insecure: false,
  repeatable: true,
  timeoutSeconds: 5,
} as const;

void test('a request outside goes through the proxy', async () => {
  await using proxy = await serve([json('from the proxy')]);
  const send = createHttpClient({ HTTP_PROXY: proxy.url });
  const deadline = new AbortController().signal;
  const answer = await send({ ...get, url: 'http://metrics.example.com/a?b=c', deadline });
  assert.equal(answer.kind === 'answer' && answer.body, '"from the proxy"');
  assert.equal(proxy.received[0]?.url, 'http://metrics.example.com/a?b=c');
});

void test('a request to this machine does not, whatever the environment says', async () => {
  await using proxy = await serve([json('from the proxy')]);
  await using server = await serve([json('from the server')]);
  const send = createHttpClient({ HTTP_PROXY: proxy.url, http_proxy: proxy.url });
  const deadline = new AbortController().signal;
  const answer = await send({ ...get, url: server.url, deadline });
  assert.equal(answer.kind === 'answer' && answer.body, '"from the server"');
  assert.equal(proxy.received.length, 0);
});

for (const HTTP_PROXY of ['http://', 'socks5://proxy:1080', 'a b']) {
  void test(`a proxy at ${HTTP_PROXY} is said to be wrong`, async () => {
    const deadline = new AbortController().signal;
    const outcome = await createHttpClient({ HTTP_PROXY })({ ...get, url: 'http://m.example', deadline });
    assert.equal(
      outcome.kind === 'failure' && outcome.message,
      'Get "http://m.example": the proxy in HTTP_PROXY or HTTPS_PROXY is not an http address',
    );
  });
}
