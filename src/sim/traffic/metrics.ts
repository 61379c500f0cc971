import type { Manifest, StringMap } from '../../api/meta.ts';
import type { Backend, MeshRequest, Via } from '../mesh/data-plane.ts';
import { applicationOf } from './application.ts';
import { Counters, type Sample } from './counters.ts';
import type { Latencies } from './latency.ts';
import { versionOf } from './ledger.ts';

/** Something that Prometheus scrapes. */
export interface Target {
  /** `job` and `instance`, which are put on every sample that has none itself. */
  readonly labels: StringMap;
  readonly samples: readonly Sample[];
}

/** Takes what was scraped. A target or a series that is missing now has ended. */
export type Scraped = (targets: readonly Target[], nowMs: number) => void;

/** What a pod and the ingress before it count of answers. */
export interface Answers {
  readonly method: string;
  readonly status: number;
  readonly count: number;
}

/**
 * The metrics of one pod, from the start of its process on, as our test pods serve them:
 * `http_requests_total` by `code` and `method`, and `http_request_duration_seconds`. The hash stands there
 * twice: as the pods name it, and as Prometheus does that takes over the labels of pods.
 */
export class PodMetrics {
  readonly #labels: StringMap;
  readonly #counters = new Counters({
    requests: 'http_requests_total',
    duration: 'http_request_duration_seconds',
  });

  constructor(pod: Manifest) {
    const { name, namespace = '', labels = {} } = pod.metadata;
    const { hash } = versionOf(pod);
    this.#labels = {
      version: applicationOf(pod).version,
      pod: name,
      namespace,
      app: labels['app'] ?? '',
      pod_template_hash: hash,
      rollouts_pod_template_hash: hash,
    };
    // A rate needs to see where a counter began.
    this.count({ method: 'GET', status: 200, count: 0 });
  }

  count({ method, status, count }: Answers): void {
    this.#counters.count({ ...this.#labels, code: `${status}`, method }, count);
  }

  time(latencies: Latencies): void {
    this.#counters.time(this.#labels, latencies);
  }

  samples(): readonly Sample[] {
    return this.#counters.samples();
  }
}

/**
 * What ingress-nginx counts, with its labels as Prometheus renames them: `exported_namespace` and
 * `exported_service` are those of the Ingress, and `canary` names the backend of a canary Ingress
 * (`namespace-service-port`) where it got the request.
 * Source: https://kubernetes.github.io/ingress-nginx/user-guide/monitoring/
 */
export class IngressMetrics {
  readonly #counters = new Counters({
    requests: 'nginx_ingress_controller_requests',
    duration: 'nginx_ingress_controller_request_duration_seconds',
  });

  count(
    via: Via,
    backend: Backend | null,
    request: MeshRequest,
    answers: Answers & { latencies: Latencies },
  ): void {
    const labels = {
      controller_class: 'k8s.io/ingress-nginx',
      namespace: 'ingress-nginx',
      ingress: via.name,
      exported_namespace: via.namespace,
      exported_service: via.service,
      host: via.host,
      path: via.path,
      method: request.method,
      status: `${answers.status}`,
      ...canaryLabel(backend),
    };
    this.#counters.count(labels, answers.count);
    this.#counters.time(labels, answers.latencies);
  }

  target(): Target {
    return {
      labels: { job: 'ingress-nginx', instance: 'ingress-nginx:10254' },
      samples: this.#counters.samples(),
    };
  }
}

function canaryLabel(backend: Backend | null): StringMap {
  if (backend === null || !backend.isAlternative || backend.to.kind !== 'service') return {};
  const { namespace, name, port } = backend.to.service;
  return { canary: `${namespace}-${name}-${port ?? ''}` };
}
