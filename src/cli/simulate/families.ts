import type { StringMap } from '../../api/meta.ts';
import type { Target } from '../../sim/traffic/metrics.ts';

/** A sample as the simulated pods tell it. */
type Sample = Target['samples'][number];

/** What a sample is told about beside its own labels. */
export interface Teller {
  readonly namespace: string;
  /** The Service through which it is known. */
  readonly service: string;
  /** The Rollout whose pod it is. */
  readonly workload: string;
}

/** A metric under a name that applications, proxies or meshes give it. */
interface Family {
  readonly name: string;
  /** A counter of requests by status, or a histogram of how long they took. */
  readonly kind: 'counter' | 'histogram';
  /** How many of its unit a second has. */
  readonly perSecond: number;
  /** Its labels; the status is empty where it is not known. */
  readonly labels: (
    of: { readonly status: string; readonly method: string } & Teller,
  ) => readonly StringMap[];
}

/** The same status under all of its usual names, so that any of them can be asked for. */
const plain: Family['labels'] = ({ status, method, service, workload }) => [
  {
    ...(status === '' ? {} : { code: status, status, status_code: status, status_class: `${status[0]}xx` }),
    method: method || 'GET',
    service,
    container: workload,
    handler: '/',
    path: '/',
    route: '/',
  },
];

const spring: Family['labels'] = ({ status, method, service }) => [
  {
    ...(status === '' ? {} : { status, outcome: status < '500' ? 'SUCCESS' : 'SERVER_ERROR' }),
    method: method || 'GET',
    uri: '/',
    service,
  },
];

const openTelemetry: Family['labels'] = ({ status, method, service }) => [
  {
    ...(status === '' ? {} : { http_response_status_code: status, http_status_code: status }),
    http_request_method: method || 'GET',
    http_route: '/',
    service,
    service_name: service,
  },
];

/** Told by both sides of a request, as Istio does. */
const istio: Family['labels'] = ({ status, namespace, service, workload }) =>
  ['source', 'destination'].map((reporter) => ({
    ...(status === '' ? {} : { response_code: status }),
    reporter,
    request_protocol: 'http',
    destination_service: `${service}.${namespace}.svc.cluster.local`,
    destination_service_name: service,
    destination_service_namespace: namespace,
    destination_workload: workload,
    destination_workload_namespace: namespace,
    destination_app: workload,
    destination_canonical_service: workload,
  }));

const linkerd: Family['labels'] = ({ status, service, workload }) => [
  {
    ...(status === '' ? {} : { status_code: status, classification: status < '500' ? 'success' : 'failure' }),
    direction: 'inbound',
    deployment: workload,
    service,
  },
];

const counter = (name: string, labels: Family['labels']): Family => ({
  name,
  kind: 'counter',
  perSecond: 1,
  labels,
});
const histogram = (name: string, labels: Family['labels'], perSecond = 1): Family => ({
  name,
  kind: 'histogram',
  perSecond,
  labels,
});

/** Every name under which the requests to pods can be asked for. Histograms are without their endings. */
const FAMILIES: readonly Family[] = [
  counter('http_requests_total', plain),
  counter('http_request_total', plain),
  counter('http_server_requests_total', plain),
  counter('istio_requests_total', istio),
  counter('response_total', linkerd),
  histogram('http_request_duration_seconds', plain),
  histogram('http_requests_duration_seconds', plain),
  histogram('http_request_duration_milliseconds', plain, 1_000),
  histogram('http_server_requests_seconds', spring),
  histogram('http_server_request_duration_seconds', openTelemetry),
  histogram('http_server_duration_milliseconds', openTelemetry, 1_000),
  histogram('istio_request_duration_milliseconds', istio, 1_000),
  histogram('response_latency_ms', linkerd, 1_000),
];

/** Names of metrics that pods have, for whoever asks for another one. */
export const POD_METRICS = FAMILIES.map(({ name, kind }) => (kind === 'counter' ? name : `${name}_bucket`));

/** What a pod tells, under all names that are `wanted`. */
export function told(
  samples: readonly Sample[],
  teller: Teller,
  wanted: (name: string) => boolean,
): readonly Sample[] {
  const families = FAMILIES.filter(({ name }) => wanted(name));
  return families.flatMap((family) => samples.flatMap((sample) => inFamily(sample, family, teller)));
}

const COUNTER = 'http_requests_total';
const HISTOGRAM = 'http_request_duration_seconds';

function inFamily({ labels, value }: Sample, family: Family, teller: Teller): readonly Sample[] {
  const { __name__: name = '', code = '', method = '', le, ...own } = labels;
  const isCounter = name === COUNTER;
  if (family.kind === 'counter' && !isCounter) return [];
  // What a histogram has counted is told by status, which the counter knows.
  if (family.kind === 'histogram' && name === `${HISTOGRAM}_count`) return [];
  const ending = isCounter ? '_count' : name.slice(HISTOGRAM.length);
  const isTime = ending === '_sum';
  const bound = le === undefined || le === '+Inf' ? le : String(Number(le) * family.perSecond);
  return family.labels({ status: code, method, ...teller }).map((more) => ({
    labels: {
      __name__: family.kind === 'counter' ? family.name : `${family.name}${ending}`,
      ...own,
      ...more,
      ...(bound === undefined ? {} : { le: bound }),
    },
    value: isTime ? value * family.perSecond : value,
  }));
}
