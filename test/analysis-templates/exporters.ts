import { buckets, type Condition, requests, sample, type Version } from './exposition.ts';

/** What is scraped, with the names and labels of the product. */
export interface Exporter {
  /** What a scrape configuration adds, as that of the product or that which the template asks for. */
  readonly target?: (condition: Condition) => Readonly<Record<string, string>>;
  readonly text: (version: Version) => readonly string[];
  /** What is there of the stable version, which is well, since before the release. */
  readonly stable?: (namespace: string, seconds: number) => readonly string[];
}

/** Labels of pods that are given to their series. */
const ofPod = (condition: Condition) => ({
  namespace: condition,
  pod: `web-${HASH}-abcde`,
  app: 'web',
  rollouts_pod_template_hash: HASH,
});

/** The same of a pod of the stable version, where that is a Deployment of its own. */
const ofStablePod = (namespace: string) => ({
  namespace,
  pod: 'web-stable-5d4c7b8f66-x2k4z',
  app: 'web',
  rollouts_pod_template_hash: '5d4c7b8f66',
});

/** Of the version that is looked at. */
export const HASH = '6f7d8c9b5d';

/** Edges of buckets, as the products come with them. */
const SECONDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10'];
const MILLISECONDS = [
  '0.5',
  '1',
  '5',
  '10',
  '25',
  '50',
  '100',
  '250',
  '500',
  '1000',
  '2500',
  '5000',
  '10000',
];
const LINKERD = ['1', '2', '3', '4', '5', '10', '20', '50', '100', '200', '500', '1000', '2000', '5000'];
const TRAEFIK = ['0.1', '0.3', '1.2', '5'];

const isWell = ({ condition }: Version) => condition === 'healthy' || condition === 'idle';

/** Every exporter that a template needs. */
export const exporters: Readonly<Record<string, Exporter>> = {
  application: {
    target: ofPod,
    text: (version) => [
      ...requests('http_requests_total', version, {
        all: { handler: '/', method: 'get' },
        good: { code: '200' },
        bad: { code: '503' },
      }),
      ...requests('grpc_server_handled_total', version, {
        all: { grpc_service: 'shop.Cart', grpc_method: 'Add', grpc_type: 'unary' },
        good: { grpc_code: 'NotFound' },
        bad: { grpc_code: 'Unavailable' },
      }),
      ...buckets('http_request_duration_seconds', version, { handler: '/', method: 'get' }, SECONDS),
    ],
  },
  'ingress-nginx': {
    text: (version) => nginx(version, version.condition, `${version.condition}-web-canary-80`),
    stable: (namespace, seconds) => nginx({ condition: 'healthy', seconds }, namespace, ''),
  },
  istio: {
    text: (version) => {
      const all = {
        reporter: 'source',
        source_workload: 'gateway-istio',
        destination_service: `web-canary.${version.condition}.svc.cluster.local`,
        destination_service_name: 'web-canary',
        destination_service_namespace: version.condition,
        destination_workload: `web-${HASH}`,
        request_protocol: 'http',
      };
      return [
        ...requests('istio_requests_total', version, {
          all,
          good: { response_code: '200', response_flags: '-' },
          bad: { response_code: '503', response_flags: 'UF' },
        }),
        ...requests('istio_requests_total', version, {
          all: { ...all, request_protocol: 'grpc', response_code: '200' },
          good: { grpc_response_status: '5' },
          bad: { grpc_response_status: '14' },
        }),
        ...buckets('istio_request_duration_milliseconds', version, all, MILLISECONDS),
      ];
    },
  },
  'linkerd-proxy': {
    target: ofPod,
    text: (version) => [
      ...linkerd(version, {}),
      // What the pods themselves ask for.
      sample('response_total', { direction: 'outbound', classification: 'failure' }, 70_000),
    ],
    stable: (namespace, seconds) => linkerd({ condition: 'healthy', seconds }, ofStablePod(namespace)),
  },
  'envoy-gateway': {
    text: (version) => {
      const all = { envoy_cluster_name: `httproute/${version.condition}/web/rule/0` };
      return [
        ...requests('envoy_cluster_upstream_rq_xx', version, {
          all,
          good: { envoy_response_code_class: '2' },
          bad: { envoy_response_code_class: '5' },
        }),
        ...buckets('envoy_cluster_upstream_rq_time', version, all, MILLISECONDS),
      ];
    },
  },
  traefik: {
    text: (version) => {
      const service = `${version.condition}-web-canary-80@kubernetescrd`;
      const all = { method: 'GET', protocol: 'http', service };
      return [
        ...requests('traefik_service_requests_total', version, {
          all,
          good: { code: '200' },
          bad: { code: '500' },
        }),
        ...buckets('traefik_service_request_duration_seconds', version, { ...all, code: '200' }, TRAEFIK),
      ];
    },
  },
  cadvisor: {
    text: (version) => {
      const pod = { namespace: version.condition, pod: `web-${HASH}-abcde` };
      const container = { ...pod, container: 'web', id: '/kubepods/burstable/pod1/1', image: 'demo/web:2' };
      const cpu = (isWell(version) ? 0.1 : 0.49) * version.seconds;
      const memory = (isWell(version) ? 100 : 125) * 2 ** 20;
      const periods = 10 * version.seconds;
      const throttled = periods * (isWell(version) ? 0.01 : 0.6);
      return [
        sample('container_cpu_usage_seconds_total', { ...container, cpu: 'total' }, cpu),
        sample('container_memory_working_set_bytes', container, memory),
        sample('container_cpu_cfs_periods_total', container, periods),
        sample('container_cpu_cfs_throttled_periods_total', container, throttled),
        // The pod as a whole, and what holds its network.
        sample('container_cpu_usage_seconds_total', { ...pod, container: '', cpu: 'total' }, cpu),
        sample('container_memory_working_set_bytes', { ...pod, container: '' }, memory * 2),
        sample('container_cpu_usage_seconds_total', { ...pod, container: 'POD', cpu: 'total' }, 0),
      ];
    },
  },
  'kube-state-metrics': {
    text: (version) => {
      const { condition } = version;
      const container = { namespace: condition, pod: `web-${HASH}-abcde`, uid: 'u1', container: 'web' };
      const limit = (resource: string, unit: string, value: number) =>
        sample('kube_pod_container_resource_limits', { ...container, node: 'n1', resource, unit }, value);
      return [
        limit('cpu', 'core', 0.5),
        limit('memory', 'byte', 128 * 2 ** 20),
        sample('kube_pod_container_status_restarts_total', container, isWell(version) ? 0 : 3),
      ];
    },
  },
  'kafka-exporter': {
    text: (version) => {
      const group = { consumergroup: `orders-${version.condition}`, topic: 'orders' };
      const lags = isWell(version) ? [0, 12, -1] : [4000, 0, -1];
      return lags.map((lag, partition) =>
        sample('kafka_consumergroup_lag', { ...group, partition: `${partition}` }, lag),
      );
    },
  },
  rabbitmq: {
    text: (version) => {
      const depth = isWell(version) ? 7 : 25_000;
      const queue = (name: string, value: number) =>
        sample('rabbitmq_queue_messages_ready', { vhost: '/', queue: name }, value);
      return [queue(`orders-${version.condition}`, depth), queue('others', 90_000)];
    },
  },
};

/** What the proxy of a pod counts. */
function linkerd(version: Version, pod: Readonly<Record<string, string>>): readonly string[] {
  const all = { ...pod, direction: 'inbound', target_addr: '10.0.0.7:8080', tls: 'true' };
  return [
    ...requests('response_total', version, {
      all,
      good: { status_code: '200', classification: 'success', error: '' },
      bad: { status_code: '500', classification: 'failure', error: '' },
    }),
    ...buckets('response_latency_ms', version, all, LINKERD),
  ];
}

/** ingress-nginx counts a canary under the Ingress and the Service of the stable version. */
function nginx(version: Version, namespace: string, canary: string): readonly string[] {
  const controller = { controller_class: 'k8s.io/ingress-nginx', controller_namespace: 'ingress-nginx' };
  const route = { host: 'web.example.com', ingress: 'web', method: 'GET', path: '/' };
  const all = { ...controller, ...route, namespace, service: 'web-stable', canary };
  return [
    ...requests('nginx_ingress_controller_requests', version, {
      all,
      good: { status: '200' },
      bad: { status: '502' },
    }),
    ...buckets('nginx_ingress_controller_request_duration_seconds', version, all, SECONDS),
  ];
}
