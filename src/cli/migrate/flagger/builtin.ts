import type { Canary } from './canary.ts';

/** Metrics that Flagger brings along. */
export type BuiltIn = 'request-success-rate' | 'request-duration';

/** Whether a metric of this name is one that Flagger brings along. */
export function isBuiltIn(name: string): name is BuiltIn {
  return name === 'request-success-rate' || name === 'request-duration';
}

/**
 * What Flagger asks Prometheus for a metric of its own, in percent or in milliseconds, told for a version of
 * a Rollout: by the canary's Service, or by the hash in the names of its pods. Null where its data plane's
 * figures cannot be told apart that way.
 * Source: https://docs.flagger.app/usage/metrics#builtin-metrics
 */
export function builtInQuery(
  metric: BuiltIn,
  { provider, service, target }: Canary,
  window: string,
): string | null {
  switch (provider.kind) {
    case 'nginx': {
      const only = `canary=~"{{args.namespace}}-${service.canary}-.+"`;
      return metric === 'request-success-rate'
        ? share('nginx_ingress_controller_requests', only, 'status!~"5.*"', window)
        : mean('nginx_ingress_controller_request_duration_seconds', only, window);
    }
    // Flagger has nothing of its own for the Gateway API and takes Istio's.
    case 'gatewayapi':
    case 'istio': {
      const only = `reporter="source",destination_service_namespace="{{args.namespace}}",destination_service_name="${service.canary}"`;
      return metric === 'request-success-rate'
        ? share('istio_requests_total', only, 'response_code!~"5.*"', window)
        : quantile('istio_request_duration_milliseconds_bucket', only, window);
    }
    case 'kubernetes': {
      const pods = `kubernetes_namespace="{{args.namespace}}",kubernetes_pod_name=~"${target}-{{args.canary-hash}}-[0-9a-zA-Z]+"`;
      return metric === 'request-success-rate'
        ? share('http_request_duration_seconds_count', pods, 'status!~"5.*"', window)
        : `${quantile('http_request_duration_seconds_bucket', pods, window)} * 1000`;
    }
    case 'other':
      if (provider.name !== 'contour') return null;
      return contour(metric, service.canary, window);
    default:
      return provider satisfies never;
  }
}

function contour(metric: BuiltIn, service: string, window: string): string {
  const only = `envoy_cluster_name=~"{{args.namespace}}_${service}_[0-9a-zA-Z-]+"`;
  return metric === 'request-success-rate'
    ? share('envoy_cluster_upstream_rq', only, 'envoy_response_code!~"5.*"', window)
    : quantile('envoy_cluster_upstream_rq_time_bucket', only, window);
}

/** Percent of the requests that are good. */
function share(counter: string, only: string, good: string, window: string): string {
  return `sum(rate(${counter}{${only},${good}}[${window}])) / sum(rate(${counter}{${only}}[${window}])) * 100`;
}

/** The time within which 99 % are answered, in the histogram's unit. */
function quantile(histogram: string, only: string, window: string): string {
  return `histogram_quantile(0.99, sum by (le) (rate(${histogram}{${only}}[${window}])))`;
}

/** The mean of a summary in seconds, in milliseconds. */
function mean(summary: string, only: string, window: string): string {
  return `sum(rate(${summary}_sum{${only}}[${window}])) / sum(rate(${summary}_count{${only}}[${window}])) * 1000`;
}
