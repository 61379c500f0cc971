import type { KubeObject } from '../../cluster/bed/client.ts';
import { row, type Topic } from '../case.ts';
import { budget, deployment, type Fields, idle, job, replicaSet, service, template } from '../objects.ts';

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' };
const backend = { service: { name: 'x', port: { number: 80 } } };
const paths = (path: Fields) => ({
  rules: [{ http: { paths: [{ backend, pathType: 'Prefix', path: '/', ...path }] } }],
});
const named = (spec: Fields): Fields => ({ metadata: { name: 'x' }, spec });

/** Objects of built-in kinds that are refused or completed, by resource. */
const objects: Readonly<Record<string, Readonly<Record<string, Fields>>>> = {
  deployments: {
    'no selector': deployment('x', { selector: undefined }),
    'an empty selector': deployment('x', { selector: {} }),
    'a selector that misses the template': deployment('x', { selector: { matchLabels: { app: 'y' } } }),
    'a selector whose operator nobody knows': deployment('x', {
      selector: { matchExpressions: [{ key: 'app', operator: 'Near', values: ['x'] }] },
    }),
    'less than no replicas': deployment('x', { replicas: -1 }),
    'neither surge nor unavailable': deployment('x', {
      strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
    }),
    'more than all unavailable': deployment('x', { strategy: { rollingUpdate: { maxUnavailable: '150%' } } }),
    'a share that is none': deployment('x', { strategy: { rollingUpdate: { maxSurge: 'many' } } }),
    'a strategy that nobody knows': deployment('x', { strategy: { type: 'Sudden' } }),
    'both strategies': deployment('x', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
    'a deadline before readiness': deployment('x', { progressDeadlineSeconds: 5, minReadySeconds: 10 }),
    'pods that end': deployment('x', { template: template('x', 'i', { restartPolicy: 'Never' }) }),
    'no containers': deployment('x', { template: template('x', 'i', { containers: [] }) }),
    'no template': deployment('x', { template: undefined }),
    'labels that are none': deployment('x', {
      template: { ...template('x'), metadata: { labels: { app: 'x', 'a b': 'c' } } },
    }),
  },
  replicasets: {
    'no selector': replicaSet('x', { selector: undefined }),
    'a selector that misses the template': replicaSet('x', { selector: { matchLabels: { app: 'y' } } }),
    'no template': { ...replicaSet('x'), spec: { replicas: 1, selector: { matchLabels: { app: 'x' } } } },
  },
  jobs: {
    defaults: job('x', { suspend: true }),
    'a restart policy that keeps going': named({
      template: { spec: { containers: [{ name: 'a', image: 'i' }], restartPolicy: 'Always' } },
    }),
    'no restart policy': named({ template: { spec: { containers: [{ name: 'a', image: 'i' }] } } }),
    'less than nothing': job('x', {
      completions: -1,
      parallelism: -1,
      backoffLimit: -1,
      activeDeadlineSeconds: -1,
    }),
    'indexed without a number': job('x', { completionMode: 'Indexed' }),
    'a selector of its own': job('x', { selector: { matchLabels: { a: 'b' } } }),
  },
  services: {
    defaults: service('x'),
    'no ports': service('x', { ports: [] }),
    'two ports without names': service('x', { ports: [{ port: 80 }, { port: 81 }] }),
    'one name twice': service('x', {
      ports: [
        { port: 80, name: 'a' },
        { port: 81, name: 'a' },
      ],
    }),
    'one port twice': service('x', {
      ports: [
        { port: 80, name: 'a' },
        { port: 80, name: 'b' },
      ],
    }),
    'a port out of range': service('x', { ports: [{ port: 0 }] }),
    'a protocol that nobody knows': service('x', { ports: [{ port: 80, protocol: 'SMOKE' }] }),
    'a type that nobody knows': service('x', { type: 'Magic' }),
    headless: service('x', { clusterIP: 'None' }),
    'a node port': service('x', { type: 'NodePort' }),
    'an external name': { metadata: { name: 'x' }, spec: { type: 'ExternalName', externalName: 'a.test' } },
    'an external name that is none': {
      metadata: { name: 'x' },
      spec: { type: 'ExternalName', externalName: 'a b' },
    },
    'an address that is none': service('x', { clusterIP: 'somewhere' }),
    affinity: service('x', { sessionAffinity: 'ClientIP' }),
    'a selector that is none': service('x', { selector: { 'a b': 'c' } }),
  },
  poddisruptionbudgets: {
    defaults: budget('x', 'x', {}),
    'both numbers': budget('x', 'x', { minAvailable: 1, maxUnavailable: 1 }),
    'less than nothing': budget('x', 'x', { minAvailable: -1 }),
    'a share that is none': budget('x', 'x', { minAvailable: '5 percent' }),
    'more than all': budget('x', 'x', { minAvailable: '101%' }),
  },
  horizontalpodautoscalers: {
    defaults: named({ maxReplicas: 3, scaleTargetRef: target }),
    'least above most': named({ minReplicas: 5, maxReplicas: 3, scaleTargetRef: target }),
    'no most': named({ scaleTargetRef: target }),
    'no target': named({ maxReplicas: 3 }),
    'a metric': named({
      maxReplicas: 3,
      scaleTargetRef: target,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } },
        },
      ],
    }),
    'a metric without its number': named({
      maxReplicas: 3,
      scaleTargetRef: target,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } }],
    }),
  },
  ingresses: {
    'a rule': named(paths({})),
    nothing: named({}),
    'no type of path': named(paths({ pathType: undefined })),
    'a path without its slash': named(paths({ path: 'x' })),
    'a type of path that nobody knows': named(paths({ pathType: 'Regex' })),
    'a host that is none': named({
      rules: [{ host: 'a b', http: { paths: [{ backend, pathType: 'Prefix', path: '/' }] } }],
    }),
    'a backend that is none': named({ defaultBackend: {} }),
  },
  secrets: {
    text: { metadata: { name: 'x' }, stringData: { a: 'hello' }, data: { a: 'YQ==', b: 'Yg==' } },
    'what is no base64': { metadata: { name: 'x' }, data: { a: '***' } },
    'a key that is none': { metadata: { name: 'x' }, data: { 'a b': 'YQ==' } },
    'that stays as it is': { metadata: { name: 'x' }, immutable: true, type: 'a.test/own' },
  },
  configmaps: {
    bytes: { metadata: { name: 'x' }, binaryData: { a: 'YQ==' }, data: { b: 'c' } },
    'one key twice': { metadata: { name: 'x' }, binaryData: { a: 'YQ==' }, data: { a: 'c' } },
    'a key that is none': { metadata: { name: 'x' }, data: { 'a b': 'c' } },
    'a key that is a way up': { metadata: { name: 'x' }, data: { '..': 'c' } },
  },
  leases: {
    times: named({
      holderIdentity: 'me',
      leaseDurationSeconds: 15,
      renewTime: '2020-01-01T00:00:00.123456Z',
      acquireTime: '2020-01-01T00:00:00.1Z',
    }),
    'less than nothing': named({ leaseDurationSeconds: -1 }),
    'a time that is none': named({ renewTime: 'yesterday' }),
  },
  endpointslices: {
    one: {
      metadata: { name: 'x', labels: { 'kubernetes.io/service-name': 'x' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.0.2.1'], conditions: { ready: true } }],
      ports: [{ port: 80 }],
    },
    'no type of address': { metadata: { name: 'x' }, endpoints: [] },
    'an address that is none': {
      metadata: { name: 'x' },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['here'] }],
    },
  },
};

/** Rules of the kinds that are built in. */
export const builtins: Topic = {
  name: 'builtins',
  cases: [
    ...Object.entries(objects).flatMap(([resource, cases]) =>
      Object.entries(cases).map(([name, object]) =>
        row(`${resource}: ${name}`, async ({ post }) => {
          await post(`${resource}?dryRun=All`, object);
        }),
      ),
    ),
    row('what of a workload cannot be changed', async ({ aside, patch }) => {
      await aside.post('deployments', deployment('x', { ...idle, paused: true }));
      await patch('deployments/x', 'merge', { spec: { selector: { matchLabels: { app: 'y' } } } });
      await aside.post('replicasets', replicaSet('x', idle));
      await patch('replicasets/x', 'merge', { spec: { selector: { matchLabels: { app: 'y' } } } });
      await aside.post('jobs', job('x', { suspend: true }));
      await patch('jobs/x', 'merge', { spec: { completions: 5 } });
      await patch('jobs/x', 'merge', { spec: { completionMode: 'Indexed' } });
      await patch(
        'jobs/x',
        'merge',
        { spec: { selector: { matchLabels: { a: 'b' } } } },
        {
          show: () => null,
        },
      );
    }),
    row('what of a Service cannot be changed, and what comes and goes', async ({ aside, patch }) => {
      await aside.post('services', service('x'));
      const spec = { show: (body: KubeObject) => body['spec'] };
      await patch('services/x', 'merge', { spec: { clusterIP: 'None' } });
      await patch('services/x', 'merge', { spec: { clusterIP: '10.96.200.200' } }, { show: () => null });
      await patch('services/x', 'merge', { spec: { type: 'NodePort' } }, spec);
      await patch('services/x', 'merge', { spec: { type: 'ClusterIP' } }, spec);
      await patch('services/x', 'merge', { spec: { type: 'ExternalName', externalName: 'a.test' } });
    }),
    row('what is to stay as it is', async ({ aside, patch }) => {
      await aside.post('configmaps', { metadata: { name: 'x' }, data: { a: 'b' }, immutable: true });
      await patch('configmaps/x', 'merge', { data: { a: 'c' } });
      await patch('configmaps/x', 'merge', { immutable: false });
      await patch('configmaps/x', 'merge', { metadata: { labels: { a: 'b' } } });
      await aside.post('secrets', { metadata: { name: 'x' }, immutable: true });
      await patch('secrets/x', 'merge', { stringData: { a: 'c' } });
      await patch('secrets/x', 'merge', { type: 'other' });
    }),
  ],
};
