import type { Json } from '../../../src/api/meta.ts';
import type { Provider } from '../../../src/api/providers.ts';
import type { HttpClient } from '../../../src/providers/http.ts';
import type { providers } from '../../../src/providers/index.ts';
import type { plugins } from '../../../src/providers/plugins.ts';
import type { TestSecrets } from './ask.ts';
import { json, type Reply, text } from './server.ts';

/** Stands wherever a provider takes a secret, and in no message. */
export const secret = 'top-secret';

/** What a test needs to know of one provider. */
export interface Kit {
  /** A metric with a time-out of one second, where it has one. */
  readonly metric: (url: string, insecure: boolean) => Provider;
  readonly secrets: (url: string) => TestSecrets;
  /** What the controller's environment has to say. */
  readonly environment?: (url: string) => Readonly<Record<string, string>>;
  /** It asks by `service.ts`, and reads JSON or CSV. */
  readonly service: 'JSON' | 'CSV' | null;
  /** Answers what is asked beside the service, such as for a token. */
  readonly beside?: (fetch: HttpClient) => HttpClient;
  /** What the measurement that is gone on with noted; absent where it is done at once. */
  readonly memo?: Json;
  /** How messages name what was asked: `Get`, and the path. */
  readonly method: 'Get' | 'Post';
  readonly path: string;
  /** An answer with a value in the format of the service, and the reading's line. */
  readonly value: Reply;
  readonly line: string;
  /** Answers without data, with NaN and with infinity, as the service may give them, with their lines. */
  readonly odd: Readonly<Record<'empty' | 'NaN' | 'infinity', readonly [Reply, string]>>;
}

/** Providers that ask by HTTP, plugins too. */
export type Asking =
  | Exclude<keyof typeof providers, 'job'>
  | Exclude<keyof typeof plugins, 'sluice/compare' | 'sluice/experiment'>;

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

const csv = (body: string) => text(body, 200, { 'content-type': 'text/csv; charset=utf-8' });
const datadogValue = (value: unknown) => {
  const columns = [{ name: 'query', type: 'number', values: [value] }];
  return json({ data: { type: 'scalar_response', attributes: { columns } } });
};
const nrql = (...results: readonly unknown[]) =>
  json({ data: { actor: { account: { nrql: { results } } } } });
const cloudWatchValues = (...Values: readonly unknown[]) =>
  json({ MetricDataResults: [{ Id: 'rate', Label: 'rate', StatusCode: 'Complete', Values }], Messages: [] });
const wavefrontValue = (value: unknown) =>
  json({ timeseries: [{ label: 'up', data: [[1_795_247_970, value]] }] });
const large = (body: string) => text(body, 200, { 'content-type': 'application/json' });
const tooLarge =
  'error <at>: the answer cannot be read as JSON (application/json); is another service at <place>?';
const vector = (...samples: readonly string[]) =>
  json({
    status: 'success',
    data: { resultType: 'vector', result: samples.map((sample) => ({ metric: {}, value: [1, sample] })) },
  });
const samples = {
  empty: [vector(), '[]'],
  NaN: [vector('NaN'), '[NaN]'],
  infinity: [vector('+Inf', '-Inf'), '[+Inf,-Inf]'],
} as const;

const aggregation = (value: unknown) =>
  json({ timed_out: false, _shards: { total: 1, failed: 0 }, aggregations: { rate: { value } } });
const dynatraceValues = (...values: readonly unknown[]) =>
  json({ totalCount: 1, resolution: 'Inf', result: [{ metricId: 'm', data: [{ dimensions: [], values }] }] });
const kayentaScore = (score: unknown) =>
  json({ complete: true, status: 'succeeded', result: { judgeResult: { score: { score } } } });
const kayentaMetric = {
  application: 'shop',
  canaryConfigName: 'errors',
  metricsAccountName: 'prometheus',
  configurationAccountName: 'configs',
  storageAccountName: 'minio',
  threshold: { pass: 90, marginal: 75 },
  scopes: [],
};

/** A kit for every provider that asks by HTTP: a new one does not compile without. */
export const kits: Readonly<Record<Asking, Kit>> = {
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
    odd: samples,
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
    odd: {
      empty: [text(''), ''],
      NaN: [text('{"a":NaN}'), '{"a":NaN}'],
      infinity: [large('1e999'), '1e999'],
    },
  },
  datadog: {
    metric: () => ({ datadog: { apiVersion: 'v2', query: 'avg:up{*}' } }),
    secrets: (url) => ({
      'sluice/datadog': { address: withSecrets(url), 'api-key': `${secret}-1\n`, 'app-key': `${secret}-2` },
    }),
    service: 'JSON',
    method: 'Post',
    path: '/base/api/v2/query/scalar',
    value: datadogValue(2.5),
    line: '2.5',
    odd: {
      empty: [json({ data: { attributes: { columns: [] } } }), '[]'],
      NaN: [datadogValue('NaN'), 'error <at>: a value is not a number, in row 0'],
      infinity: [datadogValue('Infinity'), 'error <at>: a value is not a number, in row 0'],
    },
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
    value: nrql({ rate: 2.5 }),
    line: '{"rate":2.5}',
    odd: {
      empty: [nrql(), 'error <at>: no results returned from NRQL query'],
      NaN: [nrql({ rate: 'NaN' }), '{"rate":"NaN"}'],
      infinity: [large('{"data":1e999}'), tooLarge],
    },
  },
  wavefront: {
    metric: (url) => ({ wavefront: { address: new URL(url).host, query: 'ts(up)' } }),
    secrets: (url) => ({ 'sluice/wavefront-api-tokens': { [new URL(url).host]: secret } }),
    service: 'JSON',
    method: 'Get',
    path: '/api/v2/chart/api',
    value: wavefrontValue(2.5),
    line: '2.50 {timestamps: 1795247970} {drift: -30}',
    odd: {
      empty: [json({ timeseries: [] }), 'error <at>: No TimeSeries found in response from Wavefront'],
      NaN: [wavefrontValue('NaN'), 'NaN {timestamps: 1795247970} {drift: -30}'],
      infinity: [wavefrontValue('Infinity'), '+Inf {timestamps: 1795247970} {drift: -30}'],
    },
  },
  cloudWatch: {
    metric: () => ({ cloudWatch: { metricDataQueries: [{ id: 'rate', expression: 'errors / requests' }] } }),
    secrets: none,
    environment: (url) => ({
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_ENDPOINT_URL_CLOUDWATCH: `${url}/base`,
    }),
    service: 'JSON',
    method: 'Post',
    path: '/base/',
    value: cloudWatchValues(2.5),
    line: '[[2.5]]',
    odd: {
      empty: [cloudWatchValues(), '[[]]'],
      NaN: [cloudWatchValues('NaN'), '[[NaN]]'],
      infinity: [cloudWatchValues('Infinity', '-Infinity'), '[[+Inf -Inf]]'],
    },
  },
  graphite: {
    metric: (url) => ({ graphite: { address: withSecrets(url), query: `target=up&x=${secret}` } }),
    secrets: none,
    service: 'JSON',
    method: 'Get',
    path: '/base/render',
    value: json([{ target: 'up', datapoints: [[2.5, 1_795_247_970]] }]),
    line: '[2.500000]',
    odd: {
      empty: [json([]), 'error <at>: no values found'],
      NaN: [json([{ datapoints: [['NaN', 1]] }]), '[NaN]'],
      infinity: [large('[{"datapoints":[[1e9999,1]]}]'), '[+Inf]'],
    },
  },
  influxdb: {
    metric: () => ({ influxdb: { query: 'from(bucket: "b")' } }),
    secrets: (url) => ({
      'sluice/influxdb': { address: withSecrets(url), org: 'shop', authToken: secret },
    }),
    service: 'CSV',
    method: 'Post',
    path: '/base/api/v2/query',
    value: csv(table('double', '2.5')),
    line: '[2.5]',
    odd: {
      empty: [csv(''), 'error <at>: no results returned from flux query'],
      NaN: [csv(table('double', 'NaN')), '[NaN]'],
      infinity: [csv(table('double', '+Inf', '-Inf')), '[+Inf -Inf]'],
    },
  },
  skywalking: {
    metric: (url) => ({ skywalking: { address: withSecrets(url), query: `query { ${secret} }` } }),
    secrets: none,
    service: 'JSON',
    method: 'Post',
    path: '/base/graphql',
    value: json({ data: { apdex: { values: [{ value: 2.5 }] } } }),
    line: '{"apdex":{"values":[{"value":2.5}]}}',
    odd: {
      empty: [json({ data: {} }), '{}'],
      NaN: [json({ data: { apdex: 'NaN' } }), '{"apdex":"NaN"}'],
      infinity: [large('{"data":1e999}'), tooLarge],
    },
  },
  kayenta: {
    metric: (url) => ({ kayenta: { ...kayentaMetric, address: withSecrets(url) } }),
    secrets: none,
    memo: { canaryExecutionId: '01HZ' },
    service: 'JSON',
    method: 'Get',
    path: '/base/canary/01HZ',
    value: kayentaScore(95.9),
    line: 'Successful 95',
    odd: {
      empty: [json({}), 'error <at>: Missing Complete Status'],
      NaN: [kayentaScore('NaN'), 'error <at>: Missing Score: succeeded'],
      infinity: [large('{"complete":true,"result":1e999}'), tooLarge],
    },
  },
  'sluice/loki': {
    metric: () => ({
      plugin: {
        'sluice/loki': { query: `count_over_time({t="${secret}"}[5m])`, secretRef: { name: 'loki' } },
      },
    }),
    secrets: (url) => ({ 'sluice/loki': { address: withSecrets(url), token: `${secret}-1\n` } }),
    service: 'JSON',
    method: 'Get',
    path: '/base/loki/api/v1/query',
    value: vector('2.5'),
    line: '[2.5]',
    odd: samples,
  },
  'sluice/elasticsearch': {
    metric: () => ({
      plugin: {
        'sluice/elasticsearch': {
          index: 'logs-*',
          search: { query: { match: { t: secret } } },
          jsonPath: '{.aggregations.rate.value}',
          secretRef: { name: 'elastic' },
        },
      },
    }),
    secrets: (url) => ({ 'sluice/elastic': { address: withSecrets(url), apiKey: `${secret}-1\n` } }),
    service: 'JSON',
    method: 'Post',
    path: '/base/logs-*/_search',
    value: aggregation(2.5),
    line: '2.5',
    odd: {
      empty: [aggregation(null), 'null'],
      NaN: [aggregation('NaN'), 'NaN'],
      infinity: [aggregation('-Infinity'), '-Inf'],
    },
  },
  'sluice/dynatrace': {
    metric: () => ({
      plugin: { 'sluice/dynatrace': { query: `m:filter(${secret})`, secretRef: { name: 'dynatrace' } } },
    }),
    secrets: (url) => ({ 'sluice/dynatrace': { address: withSecrets(url), token: `${secret}-1\n` } }),
    service: 'JSON',
    method: 'Get',
    path: '/base/api/v2/metrics/query',
    value: dynatraceValues(2.5),
    line: '[2.5]',
    odd: {
      empty: [json({ result: [{ data: [] }] }), '[]'],
      NaN: [dynatraceValues('NaN'), '[NaN]'],
      infinity: [large('{"result":[{"data":[{"values":[1e999]}]}]}'), tooLarge],
    },
  },
  'sluice/splunk': {
    metric: () => ({
      plugin: { 'sluice/splunk': { query: `index=${secret} | stats count`, secretRef: { name: 'splunk' } } },
    }),
    secrets: (url) => ({ 'sluice/splunk': { address: withSecrets(url), token: `${secret}-1\n` } }),
    service: 'JSON',
    method: 'Post',
    path: '/base/services/search/jobs',
    value: json({ results: [{ count: '2.5' }], messages: [] }),
    line: '[{"count":2.5}]',
    odd: {
      empty: [json({ results: [], messages: [] }), '[]'],
      NaN: [json({ results: [{ rate: 'nan' }] }), '[{"rate":NaN}]'],
      infinity: [json({ results: [{ rate: '-inf' }] }), '[{"rate":-Inf}]'],
    },
  },
  'sluice/google-cloud-monitoring': {
    metric: () => ({ plugin: { 'sluice/google-cloud-monitoring': { project: 'shop', query: asked } } }),
    secrets: none,
    environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_MONITORING: `${url}/base/` }),
    beside: (fetch) => async (request) => {
      if (!request.url.startsWith('http://metadata.google.internal/')) return await fetch(request);
      const body = JSON.stringify({ access_token: secret, expires_in: 3599, token_type: 'Bearer' });
      return { kind: 'answer', status: 200, headers: {}, body };
    },
    service: 'JSON',
    method: 'Get',
    path: '/base/v1/projects/shop/location/global/prometheus/api/v1/query',
    value: vector('2.5'),
    line: '[2.5]',
    odd: samples,
  },
};
