import type { Duration } from './meta.ts';
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
