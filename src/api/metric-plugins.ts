import type { Duration, JsonObject } from './meta.ts';
import type { HttpHeader } from './providers.ts';

/** The Secret with the credentials of a metric. */
export interface MetricSecretRef {
  readonly name: string;
  /**
   * True: in the namespace of the AnalysisRun. False: in the controller's, and then the Secret's key
   * `address` says for which service it is, so that no metric can send it elsewhere. Default false.
   */
  readonly namespaced?: boolean;
}

/** Configuration of the metric provider plugin `sluice/loki`: LogQL, asked of Grafana Loki. */
export interface LokiConfig {
  /** Base URL. Default: the key `address` of the Secret. */
  readonly address?: string;
  /** A metric query, such as `sum(count_over_time({app="shop"} |= "error" [5m]))`. */
  readonly query: string;
  /** The tenant, sent as `X-Scope-OrgID`. */
  readonly tenant?: string;
  readonly headers?: readonly HttpHeader[];
  /** Its keys: `token`, or `username` and `password`. */
  readonly secretRef?: MetricSecretRef;
  /** Default `30s`. */
  readonly timeout?: Duration;
}

/**
 * Configuration of the metric provider plugin `sluice/elasticsearch`: a search, asked of Elasticsearch or
 * OpenSearch.
 */
export interface ElasticsearchConfig {
  /** Base URL. Default: the key `address` of the Secret. */
  readonly address?: string;
  /** Names of indices, aliases or data streams: `logs-shop-*`, `a,b`. */
  readonly index: string;
  /** The body of the search. Where it does not say otherwise no hits are returned, and all are counted. */
  readonly search: JsonObject;
  /** Takes the value out of the answer. Default `{.hits.total.value}`, the number of hits. */
  readonly jsonPath?: string;
  readonly headers?: readonly HttpHeader[];
  /** Its keys: `apiKey` (encoded, as Kibana shows it), `token`, or `username` and `password`. */
  readonly secretRef?: MetricSecretRef;
  /** Default `30s`. */
  readonly timeout?: Duration;
}

/** Configuration of the metric provider plugin `sluice/dynatrace`: a metric selector, asked of Dynatrace. */
export interface DynatraceConfig {
  /** Base URL, such as `https://abc12345.live.dynatrace.com`. Default: the key `address` of the Secret. */
  readonly address?: string;
  /** A metric selector, such as `builtin:service.errors.total.rate:avg`. */
  readonly query: string;
  readonly entitySelector?: string;
  /** A selector of management zones. */
  readonly mzSelector?: string;
  /** How far back to look. Default `5m`. */
  readonly interval?: Duration;
  /** Time between points; `Inf` is one point for all of the interval. Default `Inf`. */
  readonly resolution?: string;
  /** Its key: `token`, which may read metrics (`metrics.read`). */
  readonly secretRef: MetricSecretRef;
  /** Default `30s`. */
  readonly timeout?: Duration;
}

/**
 * Configuration of the metric provider plugin `sluice/splunk`: a search (SPL), asked of Splunk Enterprise or
 * Splunk Cloud, or a program (SignalFlow), asked of Splunk Observability. Exactly one of `query` and
 * `signalFlow` is set.
 */
export interface SplunkConfig {
  /**
   * Base URL of the management port (`https://splunk:8089`), or of the stream
   * (`https://stream.eu0.signalfx.com`). Default: the key `address` of the Secret.
   */
  readonly address?: string;
  /** A search that ends in few rows, such as `index=web | stats count by status`. */
  readonly query?: string;
  /** A program that publishes streams. */
  readonly signalFlow?: string;
  /** How far back to look. Default `5m`. */
  readonly interval?: Duration;
  /** Its keys: `token`, or for a search `username` and `password`. */
  readonly secretRef: MetricSecretRef;
  /** Default `30s`. */
  readonly timeout?: Duration;
}

/**
 * Configuration of the metric provider plugin `sluice/google-cloud-monitoring`: PromQL, asked of Google Cloud
 * Monitoring.
 */
export interface GoogleCloudMonitoringConfig {
  /** The project whose metrics are read. */
  readonly project: string;
  readonly query: string;
  /**
   * Its key: `serviceAccountKey`, a key of a service account as JSON. Default: the controller's own identity.
   */
  readonly secretRef?: MetricSecretRef;
  /** Default `30s`. */
  readonly timeout?: Duration;
}
