import type { Duration, ExtraMetadata, Json, JsonObject, StringMap } from './meta.ts';

/** Where a metric's values come from: exactly one field is set. */
export interface Provider {
  readonly prometheus?: PrometheusMetric;
  readonly web?: WebMetric;
  readonly job?: JobMetric;
  readonly datadog?: DatadogMetric;
  readonly newRelic?: NewRelicMetric;
  readonly wavefront?: WavefrontMetric;
  readonly cloudWatch?: CloudWatchMetric;
  readonly graphite?: GraphiteMetric;
  readonly influxdb?: InfluxdbMetric;
  readonly skywalking?: SkyWalkingMetric;
  readonly kayenta?: KayentaMetric;
  /** Providers outside this list, by name. The value is the plugin's own configuration. */
  readonly plugin?: Readonly<Record<string, Json>>;
}

/** A query to a server that speaks the Prometheus HTTP API. */
export interface PrometheusMetric {
  /** Base URL. Default: the controller's environment variable `ARGO_ROLLOUTS_PROMETHEUS_ADDRESS`. */
  readonly address?: string;
  readonly query?: string;
  /** Seconds. Default 30. */
  readonly timeout?: number;
  /** Do not check the server's certificate. Default false. */
  readonly insecure?: boolean;
  readonly headers?: readonly HttpHeader[];
  readonly authentication?: Authentication;
  /** Set: a range query in place of an instant one. */
  readonly rangeQuery?: PrometheusRange;
}

/** The range of a range query. */
export interface PrometheusRange {
  /** An expression for a time, e.g. `now() - duration("1h")`. */
  readonly start?: string;
  /** An expression for a time. */
  readonly end?: string;
  /** Time between points. */
  readonly step?: Duration;
}

/** An HTTP header to send. */
export interface HttpHeader {
  readonly key: string;
  readonly value: string;
}

/** How to show who we are. */
export interface Authentication {
  readonly basicAuth?: BasicAuth;
  readonly oauth2?: OAuth2;
  /** Amazon's signature, for Amazon's managed Prometheus. */
  readonly sigv4?: SigV4;
}

/** Name and password. */
export interface BasicAuth {
  readonly username?: string;
  readonly password?: string;
}

/** OAuth 2.0 client credentials. */
export interface OAuth2 {
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly scopes?: readonly string[];
}

/** AWS signature, version 4. */
export interface SigV4 {
  readonly region?: string;
  readonly profile?: string;
  readonly roleArn?: string;
}

/** An HTTP request whose answer is the value. */
export interface WebMetric {
  /** Default GET. */
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: readonly HttpHeader[];
  /** Either this or `jsonBody`. */
  readonly body?: string;
  /** A body that is sent as JSON. */
  readonly jsonBody?: Json;
  /** Default 10. */
  readonly timeoutSeconds?: number;
  /** Takes a part of the answer. Default: all of it. */
  readonly jsonPath?: string;
  /** Do not check the server's certificate. Default false. */
  readonly insecure?: boolean;
  readonly authentication?: Authentication;
}

/** A Job: successful or failed, as it ends. */
export interface JobMetric {
  /** Put on the Job. */
  readonly metadata?: ExtraMetadata;
  /** A `batch/v1` JobSpec, passed on as it is. */
  readonly spec: JsonObject;
}

/** A query to Datadog. */
export interface DatadogMetric {
  /** Default `v1`. */
  readonly apiVersion?: 'v1' | 'v2';
  /** How far back to look. Default `5m`. */
  readonly interval?: Duration;
  readonly query?: string;
  /** Named queries for `formula` (v2). */
  readonly queries?: StringMap;
  /** Combines `queries` (v2). */
  readonly formula?: string;
  /** How to make one value of many (v2). Default `last`. */
  readonly aggregator?: 'avg' | 'min' | 'max' | 'sum' | 'last' | 'percentile' | 'mean' | 'l2norm' | 'area';
  readonly secretRef?: DatadogSecretRef;
  readonly requestTimeout?: Duration;
}

/** Where the keys for Datadog are. */
export interface DatadogSecretRef {
  readonly name?: string;
  /** In the run's namespace rather than the controller's. Default false. */
  readonly namespaced?: boolean;
}

/** A query (NRQL) to New Relic. */
export interface NewRelicMetric {
  /** Name of the Secret. Default `newrelic`. */
  readonly profile?: string;
  readonly query: string;
  /** Seconds. */
  readonly timeout?: number;
}

/** A query to Wavefront. */
export interface WavefrontMetric {
  readonly address?: string;
  readonly query?: string;
}

/** A query to Amazon CloudWatch. */
export interface CloudWatchMetric {
  /** How far back to look. Default `5m`. */
  readonly interval?: Duration;
  readonly metricDataQueries: readonly CloudWatchQuery[];
}

/** One query: `expression` or `metricStat`. */
export interface CloudWatchQuery {
  readonly id?: string;
  readonly expression?: string;
  readonly label?: string;
  readonly metricStat?: CloudWatchStat;
  /** Seconds, as number or text. */
  readonly period?: number | string;
  readonly returnData?: boolean;
}

/** A statistic of one metric. */
export interface CloudWatchStat {
  readonly metric?: CloudWatchName;
  /** Seconds, as number or text. */
  readonly period?: number | string;
  readonly stat?: string;
  readonly unit?: string;
}

/** Names a metric of CloudWatch. */
export interface CloudWatchName {
  readonly namespace?: string;
  readonly metricName?: string;
  readonly dimensions?: readonly CloudWatchDimension[];
}

/** Narrows a metric down. */
export interface CloudWatchDimension {
  readonly name?: string;
  readonly value?: string;
}

/** A query to Graphite. */
export interface GraphiteMetric {
  readonly address?: string;
  readonly query?: string;
}

/** A query (Flux) to InfluxDB. */
export interface InfluxdbMetric {
  /** Name of the Secret. Default `influxdb`. */
  readonly profile?: string;
  readonly query?: string;
}

/** A query (GraphQL) to SkyWalking. */
export interface SkyWalkingMetric {
  readonly address?: string;
  readonly query?: string;
  readonly interval?: Duration;
}

/** A canary judgement by Kayenta. */
export interface KayentaMetric {
  readonly address: string;
  readonly application: string;
  readonly canaryConfigName: string;
  readonly metricsAccountName: string;
  readonly configurationAccountName: string;
  readonly storageAccountName: string;
  /** Scores from 0 to 100. */
  readonly threshold: KayentaThreshold;
  readonly scopes: readonly KayentaScope[];
  readonly lookback?: boolean;
}

/** Scores from 0 to 100 that decide. */
export interface KayentaThreshold {
  /** From here on: successful. */
  readonly pass: number;
  /** From here on: inconclusive. Below: failed. */
  readonly marginal: number;
}

/** What is compared with what. */
export interface KayentaScope {
  readonly name: string;
  readonly controlScope: KayentaScopeDetail;
  readonly experimentScope: KayentaScopeDetail;
}

/** One side of the comparison. */
export interface KayentaScopeDetail {
  readonly scope: string;
  readonly region: string;
  readonly step: number;
  readonly start?: string;
  readonly end?: string;
}
