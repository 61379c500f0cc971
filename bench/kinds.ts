import type { Api } from '../test/cluster/bed/api.ts';

/** The kinds of rollouts that are measured. */
export const KINDS = ['plain', 'nginx', 'analysis'] as const;

/** One of them. */
export type Kind = (typeof KINDS)[number];

/** What each kind is, for the reader of the numbers. All have 2 replicas that are Ready after 0.7 s. */
export const MEANING: Readonly<Record<Kind, string>> = {
  plain: 'steps [setWeight 50, pause 1s], no traffic routing',
  nginx: 'steps [setWeight 50, pause 1s], NGINX Ingress, canary and stable Service, default delays',
  analysis: 'steps [setWeight 50, inline analysis of one prometheus measurement], no traffic routing',
};

/** The API group and version of Rollouts. */
export const ROLLOUTS = 'argoproj.io/v1alpha1';

/** The AnalysisTemplate that rollouts of a namespace share. */
export const TEMPLATE = 'success-rate';

/** The Rollout `name` and what it needs besides, which is to be created first. */
export function manifestsOf(kind: Kind, { namespace, name }: { namespace: string; name: string }) {
  const rollout = rolloutOf(namespace, name, strategyOf(kind, name));
  if (kind !== 'nginx') return { needs: [], rollout };
  const needs = [
    ...['stable', 'canary'].map((role) => serviceOf(namespace, name, role)),
    ingressOf(namespace, name),
  ];
  return { needs, rollout };
}

/** A Rollout of 2 replicas with a canary strategy. */
export function rolloutOf(namespace: string, name: string, canary: object) {
  return {
    apiVersion: ROLLOUTS,
    kind: 'Rollout',
    metadata: { name, namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: 'app',
              image: imageOf(1),
              ports: [{ name: 'http', containerPort: 8080 }],
              resources: { requests: { cpu: '5m', memory: '16Mi' } },
            },
          ],
        },
      },
      strategy: { canary },
    },
  };
}

/** The image of a release. */
export function imageOf(release: number): string {
  return `demo/app:${release}`;
}

/** Releases another image of a rollout. */
export async function release(
  api: Api,
  place: { readonly namespace: string; readonly name: string },
  number: number,
): Promise<void> {
  const ref = { apiVersion: ROLLOUTS, kind: 'Rollout', ...place };
  const path = '/spec/template/spec/containers/0/image';
  await api.patch(ref, 'json', [{ op: 'replace', path, value: imageOf(number) }]);
}

/** Traffic routing by the Ingress `name`, and the two Services that it needs. */
export function nginxRouting(name: string) {
  return {
    canaryService: `${name}-canary`,
    stableService: `${name}-stable`,
    trafficRouting: { nginx: { stableIngress: name } },
  };
}

/** An AnalysisTemplate that asks a metric server like Prometheus for the rate named by its argument. */
export function templateOf(namespace: string, address: string, timing: object) {
  return {
    apiVersion: ROLLOUTS,
    kind: 'AnalysisTemplate',
    metadata: { name: TEMPLATE, namespace },
    spec: {
      args: [{ name: 'service' }],
      metrics: [
        {
          name: 'success-rate',
          ...timing,
          successCondition: 'result[0] >= 0.95',
          provider: { prometheus: { address, query: '{{args.service}}' } },
        },
      ],
    },
  };
}

/** Refers to that template. */
export function analysisOf(service: string) {
  return { templates: [{ templateName: TEMPLATE }], args: [{ name: 'service', value: service }] };
}

function strategyOf(kind: Kind, name: string): object {
  const first = { setWeight: 50 };
  const wait = { pause: { duration: '1s' } };
  switch (kind) {
    case 'plain':
      return { steps: [first, wait] };
    case 'nginx':
      return { ...nginxRouting(name), steps: [first, wait] };
    case 'analysis':
      return { steps: [first, { analysis: analysisOf('good') }] };
    default:
      return kind satisfies never;
  }
}

/** The Service `NAME-ROLE` of a rollout. */
export function serviceOf(namespace: string, name: string, role: string) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}-${role}`, namespace },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
}

/** The Ingress of a rollout, which sends everything to its stable Service. */
export function ingressOf(namespace: string, name: string) {
  const service = { name: `${name}-stable`, port: { number: 80 } };
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace },
    spec: { ingressClassName: 'nginx', rules: [{ host: `${name}.example.com`, http: { paths } }] },
  };
}
