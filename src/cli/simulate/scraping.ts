import { LABEL } from '../../api/keys.ts';
import type { Manifest, StringMap } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import { fieldsOf, textOf } from '../../routers/fields.ts';
import type { LocalApi } from '../../sim/api-server/api.ts';
import { kinds } from '../../sim/kinds.ts';
import { matcherOf } from '../../sim/metrics/matchers.ts';
import { parse } from '../../sim/metrics/promql/parse.ts';
import type { Target } from '../../sim/traffic/metrics.ts';
import { POD_METRICS, told } from './families.ts';
import { servicesOf } from './neighbours.ts';

/** What ingress-nginx counts has these names. */
const INGRESS_METRICS = [
  'nginx_ingress_controller_requests',
  'nginx_ingress_controller_request_duration_seconds',
];
/** More values of a label are not remembered. */
const MOST_VALUES = 50;

/**
 * What Prometheus makes of what it scrapes: metrics under all names that some query asks for, with the labels
 * that a Prometheus Operator gives to the pods behind a Service. Remembers what there was.
 */
export class Scraping {
  readonly #queries: readonly string[];
  readonly #rollouts: readonly Rollout[];
  /** Values of labels, by name of the metric and of the label. */
  readonly #seen = new Map<string, Map<string, Set<string>>>();

  constructor(queries: readonly string[], rollouts: readonly Rollout[]) {
    this.#queries = queries;
    this.#rollouts = rollouts;
  }

  relabel(api: LocalApi, targets: readonly Target[]): readonly Target[] {
    if (this.#queries.length === 0) return [];
    const made = targets.flatMap((target) => this.#target(api, target));
    for (const { samples } of made) for (const { labels } of samples) this.#remember(labels);
    return made;
  }

  /** Why a query has found nothing at all; empty where nobody knows. */
  whyEmpty(query: string): readonly string[] {
    return selectorsIn(query).flatMap((matchers) => {
      const name = matchers.find((one) => one.name === '__name__')?.value ?? '';
      const labels = this.#seen.get(name);
      if (labels === undefined) return [this.#unknown(name)];
      return matchers.flatMap(({ name: label, operator, value }) => {
        if (label === '__name__') return [];
        const values = [...(labels.get(label) ?? new Set(['']))];
        const { matches } = matcherOf(label, operator, value);
        if (values.some(matches)) return [];
        const known = values.join(', ') || 'no value at all';
        return [`no ${name} has ${label}${operator}"${value}": ${label} has ${known}`];
      });
    });
  }

  #unknown(name: string): string {
    const all = [...POD_METRICS, ...INGRESS_METRICS];
    if (all.some((known) => name.startsWith(known.replace(/_bucket$/, ''))))
      return `nothing was counted in ${name}`;
    const known = [...this.#seen.keys()].filter((one) => one !== name);
    return `the simulation has no metric ${name} (it has ${(known.length === 0 ? all : known).slice(0, 8).join(', ')}, ...)`;
  }

  #wanted = (name: string): boolean => this.#queries.some((query) => query.includes(name));

  #target(api: LocalApi, target: Target): readonly Target[] {
    const [namespace = '', name = ''] = (target.labels['instance'] ?? '').split('/');
    const pod = target.labels['job'] === 'pods' ? api.get(kinds.pods, { namespace, name }) : null;
    if (pod === null) return target.labels['job'] === 'pods' ? [] : [this.#ingress(target)];
    const { labels = {} } = pod.metadata;
    const service = this.#serviceOf(api, pod, labels);
    const workload = labels['app'] ?? labels['app.kubernetes.io/name'] ?? service;
    const address = textOf(fieldsOf(pod['status'])['podIP']) ?? `${namespace}/${name}`;
    return [
      {
        labels: { job: service, instance: `${address}:8080`, service, namespace, pod: name },
        samples: told(target.samples, { namespace, service, workload }, this.#wanted),
      },
    ];
  }

  #ingress({ labels, samples }: Target): Target {
    const renamed = samples
      .filter((sample) => this.#wanted((sample.labels['__name__'] ?? '').replace(/_(bucket|sum|count)$/, '')))
      .map((sample) => ({
        ...sample,
        labels: {
          ...sample.labels,
          namespace: sample.labels['exported_namespace'] ?? '',
          service: sample.labels['exported_service'] ?? '',
        },
      }));
    return { labels, samples: renamed };
  }

  /** The one that says most about a pod: that of its version, else that of all. */
  #serviceOf(api: LocalApi, pod: Manifest, labels: StringMap): string {
    const { namespace = '' } = pod.metadata;
    const names = api
      .list(kinds.services, { namespace })
      .filter((service) => {
        const selector = Object.entries(fieldsOf(fieldsOf(service['spec'])['selector']));
        return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
      })
      .map(({ metadata }) => metadata.name);
    const [first = labels[LABEL.podTemplateHash] ?? ''] = names;
    return this.#rollouts.flatMap(servicesOf).find((name) => names.includes(name)) ?? first;
  }

  #remember({ __name__: name = '', ...labels }: StringMap): void {
    const known = this.#seen.get(name) ?? new Map<string, Set<string>>();
    this.#seen.set(name, known);
    for (const [label, value] of Object.entries(labels)) {
      const values = known.get(label) ?? new Set();
      known.set(label, values);
      if (values.size < MOST_VALUES) values.add(value);
    }
  }
}

interface Matched {
  readonly name: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** The matchers of every selector of a query; none where it cannot be read. */
function selectorsIn(query: string): readonly (readonly Matched[])[] {
  const found: (readonly Matched[])[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('kind' in node && node.kind === 'selector' && 'matchers' in node)
      found.push(node.matchers as Matched[]);
    else for (const child of Object.values(node)) walk(child);
  };
  try {
    walk(parse(query));
  } catch {
    // Why it cannot be read is told where it was asked.
    return [];
  }
  return found;
}
