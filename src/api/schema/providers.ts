import type {
  Authentication,
  BasicAuth,
  CloudWatchDimension,
  CloudWatchMetric,
  CloudWatchName,
  CloudWatchQuery,
  CloudWatchStat,
  DatadogMetric,
  DatadogSecretRef,
  GraphiteMetric,
  HttpHeader,
  InfluxdbMetric,
  JobMetric,
  KayentaMetric,
  KayentaScope,
  KayentaScopeDetail,
  KayentaThreshold,
  NewRelicMetric,
  OAuth2,
  PrometheusMetric,
  PrometheusRange,
  Provider,
  SigV4,
  SkyWalkingMetric,
  WavefrontMetric,
  WebMetric,
} from '../providers.ts';
import {
  flag,
  int64,
  intOrString,
  json,
  jsonObject,
  listOf,
  mapOf,
  object,
  oneOf,
  stringMap,
  text,
} from './build.ts';
import { extraMetadata } from './meta.ts';

/** Schema of `HttpHeader`. */
export const httpHeader = object<HttpHeader>('HttpHeader', { key: text, value: text });

/** Schema of `Authentication`. */
export const authentication = object<Authentication>('Authentication', {
  basicAuth: object<BasicAuth>('BasicAuth', {
    username: text.optional(),
    password: text.optional(),
  }).optional(),
  oauth2: object<OAuth2>('OAuth2', {
    tokenUrl: text.optional(),
    clientId: text.optional(),
    clientSecret: text.optional(),
    scopes: listOf(text).optional(),
  }).optional(),
  sigv4: object<SigV4>('SigV4', {
    region: text.optional(),
    profile: text.optional(),
    roleArn: text.optional(),
  }).optional(),
});

/** Schema of `PrometheusMetric`. */
export const prometheusMetric = object<PrometheusMetric>('PrometheusMetric', {
  address: text.optional(),
  query: text.optional(),
  timeout: int64().optional(),
  insecure: flag.optional(),
  headers: listOf(httpHeader).optional(),
  authentication: authentication.optional(),
  rangeQuery: object<PrometheusRange>('PrometheusRange', {
    start: text.optional(),
    end: text.optional(),
    step: text.optional(),
  }).optional(),
});

/** Schema of `WebMetric`. */
export const webMetric = object<WebMetric>('WebMetric', {
  method: oneOf('GET', 'POST', 'PUT').optional(),
  url: text,
  headers: listOf(httpHeader).optional(),
  body: text.optional(),
  jsonBody: json.optional(),
  timeoutSeconds: int64().optional(),
  jsonPath: text.optional(),
  insecure: flag.optional(),
  authentication: authentication.optional(),
});

/** Schema of `JobMetric`. */
export const jobMetric = object<JobMetric>('JobMetric', {
  metadata: extraMetadata.optional(),
  spec: jsonObject,
});

/** Schema of `DatadogMetric`. */
export const datadogMetric = object<DatadogMetric>('DatadogMetric', {
  apiVersion: oneOf('v1', 'v2').optional(),
  interval: text.optional(),
  query: text.optional(),
  queries: stringMap.optional(),
  formula: text.optional(),
  aggregator: oneOf('avg', 'min', 'max', 'sum', 'last', 'percentile', 'mean', 'l2norm', 'area').optional(),
  secretRef: object<DatadogSecretRef>('DatadogSecretRef', {
    name: text.optional(),
    namespaced: flag.optional(),
  }).optional(),
  requestTimeout: text.optional(),
});

/** Schema of `NewRelicMetric`. */
export const newRelicMetric = object<NewRelicMetric>('NewRelicMetric', {
  profile: text.optional(),
  query: text,
  timeout: int64().optional(),
});

/** Schema of `WavefrontMetric`. */
export const wavefrontMetric = object<WavefrontMetric>('WavefrontMetric', {
  address: text.optional(),
  query: text.optional(),
});

const cloudWatchStat = object<CloudWatchStat>('CloudWatchStat', {
  metric: object<CloudWatchName>('CloudWatchName', {
    namespace: text.optional(),
    metricName: text.optional(),
    dimensions: listOf(
      object<CloudWatchDimension>('CloudWatchDimension', { name: text.optional(), value: text.optional() }),
    ).optional(),
  }).optional(),
  period: intOrString.optional(),
  stat: text.optional(),
  unit: text.optional(),
});

/** Schema of `CloudWatchMetric`. */
export const cloudWatchMetric = object<CloudWatchMetric>('CloudWatchMetric', {
  interval: text.optional(),
  metricDataQueries: listOf(
    object<CloudWatchQuery>('CloudWatchQuery', {
      id: text.optional(),
      expression: text.optional(),
      label: text.optional(),
      metricStat: cloudWatchStat.optional(),
      period: intOrString.optional(),
      returnData: flag.optional(),
    }),
  ),
});

/** Schema of `GraphiteMetric`. */
export const graphiteMetric = object<GraphiteMetric>('GraphiteMetric', {
  address: text.optional(),
  query: text.optional(),
});

/** Schema of `InfluxdbMetric`. */
export const influxdbMetric = object<InfluxdbMetric>('InfluxdbMetric', {
  profile: text.optional(),
  query: text.optional(),
});

/** Schema of `SkyWalkingMetric`. */
export const skyWalkingMetric = object<SkyWalkingMetric>('SkyWalkingMetric', {
  address: text.optional(),
  query: text.optional(),
  interval: text.optional(),
});

const kayentaScopeDetail = object<KayentaScopeDetail>('KayentaScopeDetail', {
  scope: text,
  region: text,
  step: int64(),
  start: text.optional(),
  end: text.optional(),
});

/** Schema of `KayentaMetric`. */
export const kayentaMetric = object<KayentaMetric>('KayentaMetric', {
  address: text,
  application: text,
  canaryConfigName: text,
  metricsAccountName: text,
  configurationAccountName: text,
  storageAccountName: text,
  threshold: object<KayentaThreshold>('KayentaThreshold', { pass: int64(), marginal: int64() }),
  scopes: listOf(
    object<KayentaScope>('KayentaScope', {
      name: text,
      controlScope: kayentaScopeDetail,
      experimentScope: kayentaScopeDetail,
    }),
  ),
  lookback: flag.optional(),
});

/** Schema of `Provider`. That exactly one is set is checked with better words in `validate/metric.ts`. */
export const provider = object<Provider>('Provider', {
  prometheus: prometheusMetric.optional(),
  web: webMetric.optional(),
  job: jobMetric.optional(),
  datadog: datadogMetric.optional(),
  newRelic: newRelicMetric.optional(),
  wavefront: wavefrontMetric.optional(),
  cloudWatch: cloudWatchMetric.optional(),
  graphite: graphiteMetric.optional(),
  influxdb: influxdbMetric.optional(),
  skywalking: skyWalkingMetric.optional(),
  kayenta: kayentaMetric.optional(),
  plugin: mapOf(json).optional(),
});
