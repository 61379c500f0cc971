import type { Provider } from '../../../src/api/providers.ts';
import type { providers } from '../../../src/providers/index.ts';
import type { TestSecrets } from './ask.ts';
import { json, type Reply, text } from './server.ts';

/** Stands wherever a provider takes a secret, and in no message. */
export const secret = 'top-secret';

/** What a test needs to know of one provider. */
export interface Kit {
  /** A metric with a time-out of one second, where it has one. */
  readonly metric: (url: string, insecure: boolean) => Provider;
  readonly secrets: (url: string) => TestSecrets;
  /** It asks by `service.ts`, and reads JSON or CSV. */
  readonly service: 'JSON' | 'CSV' | null;
  /** How messages name what was asked: `Get`, and the path. */
  readonly method: 'Get' | 'Post';
  readonly path: string;
  /** An answer with a value in the format of the service, and the reading's line. */
  readonly value: Reply;
  readonly line: string;
}

function withSecrets(url: string): string {
  return `${url.replace('://', `://user:${secret}@`)}/base?tenant=${secret}`;
}

const asked = `q{t="${secret}"}`;
const scalar = { status: 'success', data: { resultType: 'scalar', result: [1, '2.5'] } };
const none = () => ({});

/** InfluxDB's answer with one table; rows are given without the columns that do not matter. */
export function table(type: string, ...values: readonly string[]): string {
  const rows = values.map((value) => `,,0,${value},requests\r\n`).join('');
  return (
    `#datatype,string,long,${type},string\r\n#group,false,false,false,true\r\n#default,_result,,,\r\n` +
    `,result,table,_value,_measurement\r\n${rows}\r\n`
  );
}

/** A kit for every provider that asks by HTTP: a new one does not compile without. */
export const kits: Readonly<Record<Exclude<keyof typeof providers, 'job'>, Kit>> = {
  prometheus: {
    metric: (url, insecure) => {
      const headers = [{ key: 'X-Token', value: secret }];
      return { prometheus: { address: withSecrets(url), query: asked, timeout: 1, insecure, headers } };
    },
    secrets: none,
    service: null,
    method: 'Post',
    path: '/base/api/v1/query',
    value: json(scalar),
    line: '2.5',
  },
  web: {
    metric: (url, insecure) => {
      const headers = [{ key: 'X-Token', value: secret }];
      return { web: { url: withSecrets(url), timeoutSeconds: 1, insecure, headers } };
    },
    secrets: none,
    service: null,
    method: 'Get',
    path: '/base',
    value: json(scalar),
    line: '{"data":{"result":[1,"2.5"],"resultType":"scalar"},"status":"success"}',
  },
  datadog: {
    metric: () => ({ datadog: { apiVersion: 'v2', query: 'avg:up{*}' } }),
    secrets: (url) => ({
      'sluice/datadog': { address: withSecrets(url), 'api-key': `${secret}-1\n`, 'app-key': `${secret}-2` },
    }),
    service: 'JSON',
    method: 'Post',
    path: '/base/api/v2/query/scalar',
    value: json({
      data: {
        type: 'scalar_response',
        attributes: { columns: [{ name: 'query', type: 'number', values: [2.5] }] },
      },
    }),
    line: '2.5',
  },
  newRelic: {
    metric: () => ({ newRelic: { query: 'FROM Transaction SELECT rate' } }),
    secrets: (url) => ({
      'sluice/newrelic': {
        'personal-api-key': secret,
        'account-id': '1',
        'base-url-nerdgraph': withSecrets(url),
      },
    }),
    service: 'JSON',
    method: 'Post',
    path: '/base',
    value: json({ data: { actor: { account: { nrql: { results: [{ rate: 2.5 }] } } } } }),
    line: '{"rate":2.5}',
  },
  wavefront: {
    metric: (url) => ({ wavefront: { address: new URL(url).host, query: 'ts(up)' } }),
    secrets: (url) => ({ 'sluice/wavefront-api-tokens': { [new URL(url).host]: secret } }),
    service: 'JSON',
    method: 'Get',
    path: '/api/v2/chart/api',
    value: json({ timeseries: [{ label: 'up', data: [[1_795_247_970, 2.5]] }] }),
    line: '2.50 {timestamps: 1795247970} {drift: -30}',
  },
  graphite: {
    metric: (url) => ({ graphite: { address: withSecrets(url), query: `target=up&x=${secret}` } }),
    secrets: none,
    service: 'JSON',
    method: 'Get',
    path: '/base/render',
    value: json([{ target: 'up', datapoints: [[2.5, 1_795_247_970]] }]),
    line: '[2.500000]',
  },
  influxdb: {
    metric: () => ({ influxdb: { query: 'from(bucket: "b")' } }),
    secrets: (url) => ({
      'sluice/influxdb': { address: withSecrets(url), org: 'shop', authToken: secret },
    }),
    service: 'CSV',
    method: 'Post',
    path: '/base/api/v2/query',
    value: text(table('double', '2.5'), 200, { 'content-type': 'text/csv; charset=utf-8' }),
    line: '[2.5]',
  },
  skywalking: {
    metric: (url) => ({ skywalking: { address: withSecrets(url), query: `query { ${secret} }` } }),
    secrets: none,
    service: 'JSON',
    method: 'Post',
    path: '/base/graphql',
    value: json({ data: { apdex: { values: [{ value: 2.5 }] } } }),
    line: '{"apdex":{"values":[{"value":2.5}]}}',
  },
};
