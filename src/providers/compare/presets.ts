import type { ComparePreset } from '../../api/compare.ts';
import type { ReleaseSides } from '../../core/analysis/compare/sides.ts';

/** A side as queries name it. */
export interface NamedSide {
  readonly hash: string;
  readonly service: string;
  readonly isCanary: boolean;
  /** With what the names of its pods begin, and a hyphen; absent: as those of the rollout's versions do. */
  readonly replicaSet?: string;
  /** Whose pods they are, where no Rollout has any. */
  readonly deployment?: string;
  /** Absent: that of the release. */
  readonly namespace?: string;
}

/** What the queries of a preset are made of. */
export interface PresetParts {
  readonly release: Pick<ReleaseSides, 'namespace' | 'rollout'>;
  readonly side: NamedSide;
  /** Both sides: some proxies count the canary as a part of the stable version. */
  readonly services: { readonly canary: string; readonly stable: string };
  readonly podLabel: string;
}

/** Counters of requests. */
export interface Preset {
  /** What it tells the sides apart by. */
  readonly by: 'service' | 'pod';
  /** Selectors of which one finds something, or several. */
  readonly total: (parts: PresetParts) => readonly string[];
  readonly bad: (parts: PresetParts) => readonly string[];
  readonly buckets: (parts: PresetParts) => readonly string[];
}

type Known = Exclude<ComparePreset, 'auto' | 'gateway-api'>;

/** Bad is what the server is to blame for: a status of 5xx. */
const FIVE = '5..';

/**
 * The counters of common proxies, meshes and libraries. Source: the pages that docs/analysis.md names for
 * each.
 */
export const PRESETS: Readonly<Record<Known, Preset>> = {
  nginx: preset('service', nginx, {
    requests: 'nginx_ingress_controller_requests',
    bad: { 'status=~': FIVE },
    buckets: 'nginx_ingress_controller_request_duration_seconds_bucket',
  }),
  istio: preset('pod', istio, {
    requests: 'istio_requests_total',
    // 0 is a connection that was lost.
    bad: { 'response_code=~': '0|5..' },
    buckets: 'istio_request_duration_milliseconds_bucket',
  }),
  linkerd: preset('pod', linkerd, {
    requests: 'response_total',
    bad: { 'classification=': 'failure' },
    buckets: 'response_latency_ms_bucket',
  }),
  envoy: preset('service', envoy, {
    requests: 'envoy_cluster_upstream_rq_xx',
    bad: { 'envoy_response_code_class=': '5' },
    buckets: 'envoy_cluster_upstream_rq_time_bucket',
  }),
  traefik: preset('service', traefik, {
    requests: 'traefik_service_requests_total',
    bad: { 'code=~': FIVE },
    buckets: 'traefik_service_request_duration_seconds_bucket',
  }),
  'otel-http': preset('pod', otelHttp, {
    requests: 'http_server_request_duration_seconds_count',
    bad: { 'http_response_status_code=~': FIVE },
    buckets: 'http_server_request_duration_seconds_bucket',
  }),
};

interface Names {
  readonly requests: string;
  readonly bad: Matchers;
  readonly buckets: string;
}

function preset(
  by: Preset['by'],
  matchers: (parts: PresetParts) => readonly Matchers[],
  { requests, bad, buckets }: Names,
): Preset {
  return {
    by,
    total: (parts) => matchers(parts).map((one) => selector(requests, one)),
    bad: (parts) => matchers(parts).map((one) => selector(requests, { ...one, ...bad })),
    buckets: (parts) => matchers(parts).map((one) => selector(buckets, one)),
  };
}

/** Which preset a Rollout with these traffic routers means; null: none can be told. */
export function presetFor(routers: readonly string[]): Known | null {
  const meant: Readonly<Record<string, Known>> = {
    nginx: 'nginx',
    istio: 'istio',
    traefik: 'traefik',
    smi: 'linkerd',
    'argoproj-labs/gatewayAPI': 'envoy',
  };
  const found = routers.flatMap((router) => (Object.hasOwn(meant, router) ? [meant[router]] : []));
  return found[0] ?? null;
}

type Matchers = Readonly<Record<string, string>>;

/** `name{label="value"}`; keys are labels with their operator. */
function selector(name: string, matchers: Matchers): string {
  const each = Object.entries(matchers).map(([label, value]) => `${label}${JSON.stringify(value)}`);
  return `${name}{${each.join(',')}}`;
}

/** What the text would match as itself, in a regular expression of Prometheus. */
function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * A canary Ingress is a part of the Ingress that it belongs to: its requests are counted there, with the name
 * of its backend in the label `canary`. Unless labels are honoured, Prometheus puts `exported_` before those
 * that the controller's pod has, too.
 */
function nginx({ release, side, services }: PresetParts): readonly Matchers[] {
  const { namespace = release.namespace } = side;
  if (side.isCanary) return [{ 'canary=~': `${literal(`${namespace}-${services.canary}-`)}[0-9a-z-]+` }];
  return [
    { 'canary=': '', 'exported_namespace=': namespace, 'exported_service=': services.stable },
    { 'canary=': '', 'exported_service=': '', 'namespace=': namespace, 'service=': services.stable },
  ];
}

function istio(parts: PresetParts): readonly Matchers[] {
  return [{ 'reporter=': 'destination', ...pods(parts) }];
}

function linkerd(parts: PresetParts): readonly Matchers[] {
  return [{ 'direction=': 'inbound', ...pods(parts) }];
}

function otelHttp(parts: PresetParts): readonly Matchers[] {
  return [pods(parts)];
}

/** Contour and others call a cluster `namespace/service/port` or `namespace_service_port`. */
function envoy({ release, side }: PresetParts): readonly Matchers[] {
  const { namespace = release.namespace } = side;
  const [space, service] = [literal(namespace), literal(side.service)];
  return [{ 'envoy_cluster_name=~': `(.+[_/|.])?${space}[_/]${service}[_/].+` }];
}

/** `namespace-service-port@provider`. */
function traefik({ release, side }: PresetParts): readonly Matchers[] {
  const { namespace = release.namespace } = side;
  return [{ 'service=~': `${literal(`${namespace}-${side.service}-`)}[0-9a-z]+@.+` }];
}

/**
 * Pods of a version are called after its ReplicaSet. That of a Deployment has a hash without vowels behind
 * its name, so that `web` is not taken for `web-canary`.
 * Source: https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go
 */
function pods({ release, side, podLabel }: PresetParts): Matchers {
  const { namespace = release.namespace, replicaSet = `${release.rollout}-${side.hash}`, deployment } = side;
  const names =
    deployment === undefined
      ? `${literal(`${replicaSet}-`)}[0-9a-z]+`
      : `${literal(`${deployment}-`)}[b-df-hj-np-tv-xz24-9]+-[0-9a-z]{5}`;
  return { 'namespace=': namespace, [`${podLabel}=~`]: names };
}
