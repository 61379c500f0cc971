import { valueAt } from '../../cluster/bed/api.ts';
import type { KubeObject } from '../../cluster/bed/client.ts';
import { podRow, type Topic } from '../case.ts';
import { budget, type Fields, job, pod, replicaSet, service, sorted, without } from '../objects.ts';
import type { Holds } from '../session.ts';

const at =
  (path: string, value: unknown): Holds =>
  (body) =>
    valueAt(body, path) === value;
const items = (body: KubeObject): readonly KubeObject[] => body['items'] as readonly KubeObject[];
const condition =
  (type: string): Holds =>
  (body) =>
    ((valueAt(body, 'status.conditions') ?? []) as readonly Fields[]).some(
      (one) => one['type'] === type && one['status'] === 'True',
    );
const final = {
  show: (body: KubeObject) => ({
    ...body,
    metadata: without(body.metadata, 'managedFields', 'resourceVersion'),
  }),
};
const runs = (script: string): Fields => ({
  template: {
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'work', image: 'demo/job:1', command: ['sh', '-c', script] }],
    },
  },
});
const phases = {
  show: (body: KubeObject) =>
    sorted(items(body).map((one) => [valueAt(one, 'status.phase'), one.metadata['finalizers']])),
};
const slice = 'endpointslices?labelSelector=kubernetes.io/service-name=web';
const ready =
  (count: number): Holds =>
  (body) =>
    items(body)
      .flatMap((one) => (one['endpoints'] ?? []) as readonly Fields[])
      .filter((endpoint) => valueAt(endpoint, 'conditions.ready') === true).length === count;

/** Jobs, EndpointSlices, budgets and autoscalers in time: where they end. */
export const controllers: Topic = {
  name: 'controllers',
  cases: [
    podRow('a Job that succeeds', async ({ aside, post, until, get }) => {
      await post('jobs', job('x', runs('sleep 0.2')));
      await until('jobs/x', condition('Complete'), final);
      await aside.until('pods', (body) =>
        items(body).every(({ metadata }) => metadata['finalizers'] === undefined),
      );
      await get('pods', phases);
    }),
    podRow('the pods of a Job', async ({ aside, get }) => {
      await aside.post('jobs', job('x', runs('sleep 100')));
      await aside.until('jobs/x', at('status.ready', 1));
      await get('pods', {
        show: (body) =>
          items(body).map(({ metadata, spec }) => [
            { ...metadata, managedFields: undefined, resourceVersion: undefined },
            spec,
          ]),
      });
    }),
    podRow('a Job that fails for good', async ({ aside, post, until, get }) => {
      await post('jobs', job('x', { ...runs('exit 3'), backoffLimit: 0 }), { show: ({ kind }) => kind });
      await until('jobs/x', condition('Failed'), final);
      await aside.until('pods', (body) =>
        items(body).every(({ metadata }) => metadata['finalizers'] === undefined),
      );
      await get('pods', phases);
    }),
    podRow('a Job that takes too long', async ({ aside, until, get }) => {
      await aside.post('jobs', job('x', { ...runs('sleep 100'), activeDeadlineSeconds: 2 }));
      await until('jobs/x', condition('Failed'), final);
      await aside.until('pods', (body) => items(body).length === 0);
      await get('pods', phases);
    }),
    podRow('a Job of several, two at a time', async ({ aside, until, get }) => {
      await aside.post('jobs', job('x', { ...runs('true'), completions: 3, parallelism: 2 }));
      await until('jobs/x', condition('Complete'), final);
      await aside.until('pods', (body) =>
        items(body).every(({ metadata }) => metadata['finalizers'] === undefined),
      );
      await get('pods', phases);
    }),
    podRow('a Job that is suspended and resumed', async ({ aside, until, get }) => {
      await aside.post('jobs', job('x', { ...runs('sleep 0.2'), suspend: true }));
      await until('jobs/x', condition('Suspended'), final);
      await get('pods', phases);
      await aside.patch('jobs/x', 'merge', { spec: { suspend: false } });
      await until('jobs/x', condition('Complete'), final);
    }),
    podRow(
      'a Job that is deleted leaves its pods, unless told otherwise',
      async ({ aside, delete: remove, until }) => {
        await aside.post('jobs', job('x', runs('sleep 100')));
        await aside.until('jobs/x', at('status.ready', 1));
        await remove('jobs/x', undefined, { show: ({ metadata }) => metadata['finalizers'] });
        await until('jobs/x', (_, code) => code === 404);
        await until(
          'pods',
          (body) => items(body).every(({ metadata }) => metadata['ownerReferences'] === undefined),
          phases,
        );
        await aside.post('jobs', job('y', runs('sleep 100')));
        await aside.until('jobs/y', at('status.ready', 1));
        await remove('jobs/y', { propagationPolicy: 'Background' }, { show: ({ status }) => status });
        await until('pods?labelSelector=batch.kubernetes.io/job-name=y', (body) => items(body).length === 0);
      },
    ),
    podRow('a Job that cleans up after itself', async ({ aside, until }) => {
      await aside.post('jobs', job('x', { ...runs('true'), ttlSecondsAfterFinished: 0 }));
      await until('jobs/x', (_, code) => code === 404);
    }),
    podRow('slices of a Service', async ({ aside, until }) => {
      await aside.post('services', service('web'));
      await aside.post('replicasets', replicaSet('web', { replicas: 2 }));
      await until(slice, ready(2), {
        show: (body) =>
          items(body).map((one) => ({
            ...one,
            metadata: {
              ...one.metadata,
              managedFields: undefined,
              resourceVersion: undefined,
              generation: undefined,
            },
            endpoints: (one['endpoints'] as readonly Fields[]).map(({ targetRef, ...endpoint }) => ({
              ...endpoint,
              target: valueAt(targetRef, 'kind'),
            })),
          })),
      });
    }),
    podRow('slices follow readiness, and pods that go', async ({ aside, until }) => {
      const endpoints = {
        show: (body: KubeObject) =>
          items(body).flatMap((one) =>
            ((one['endpoints'] ?? []) as readonly Fields[]).map((endpoint) => endpoint['conditions']),
          ),
      };
      await aside.post('services', service('web'));
      const waits = [
        {
          name: 'app',
          image: 'demo/app:1',
          ports: [{ name: 'http', containerPort: 8080 }],
          lifecycle: { preStop: { sleep: { seconds: 2 } } },
        },
      ];
      await aside.post(
        'pods',
        pod(
          'x',
          { readinessGates: [{ conditionType: 'a.test/go' }], containers: waits },
          { labels: { app: 'web' } },
        ),
      );
      await aside.until('pods/x', at('status.phase', 'Running'));
      await until(
        slice,
        (body) => items(body).some((one) => ((one['endpoints'] ?? []) as readonly unknown[]).length === 1),
        endpoints,
      );
      const go = {
        type: 'a.test/go',
        status: 'True',
        lastProbeTime: null,
        lastTransitionTime: '2020-01-01T00:00:00Z',
      };
      await aside.patch('pods/x/status', 'strategic', { status: { conditions: [go] } });
      await until(slice, ready(1), endpoints);
      await aside.delete('pods/x', undefined);
      await until(
        slice,
        (body) => JSON.stringify(endpoints.show(body)).includes('"terminating":true'),
        endpoints,
      );
      await until(slice, (body) => endpoints.show(body).length === 0, endpoints);
    }),
    podRow(
      'a Service without a selector has no slices, and one that goes takes them',
      async ({ aside, get, delete: remove, until }) => {
        await aside.post('services', { metadata: { name: 'bare' }, spec: { ports: [{ port: 80 }] } });
        await aside.post('services', service('web'));
        await until(slice, (body) => items(body).length === 1, {
          show: (body) =>
            items(body).map((one) => ({
              ...one,
              metadata: { ...one.metadata, managedFields: undefined, resourceVersion: undefined },
            })),
        });
        await get('endpointslices?labelSelector=kubernetes.io/service-name=bare', {
          show: (body) => items(body).length,
        });
        await remove('services/web', undefined, { show: ({ kind }) => kind });
        await until(slice, (body) => items(body).length === 0);
      },
    ),
    podRow('budgets count', async ({ aside, until }) => {
      await aside.post('replicasets', replicaSet('web', { replicas: 4 }));
      await aside.until('replicasets/web', at('status.availableReplicas', 4));
      const counts = { show: ({ status, metadata }: KubeObject) => [metadata.generation, status] };
      for (const [name, spec, allowed] of [
        ['least', { minAvailable: 3 }, 1],
        ['share', { minAvailable: '60%' }, 1],
        ['most', { maxUnavailable: 1 }, 1],
        ['half', { maxUnavailable: '50%' }, 2],
        ['all', { minAvailable: 4 }, 0],
      ] as const) {
        await aside.post('poddisruptionbudgets', budget(name, 'web', spec));
        const isCounted: Holds = (body) =>
          valueAt(body, 'status.expectedPods') === 4 &&
          valueAt(body, 'status.disruptionsAllowed') === allowed;
        await until(`poddisruptionbudgets/${name}`, isCounted, counts);
      }
      await aside.post('poddisruptionbudgets', budget('nobody', 'nobody', { minAvailable: 1 }));
      await until('poddisruptionbudgets/nobody', at('status.observedGeneration', 1), counts);
    }),
    podRow('a budget of pods that nobody scales', async ({ aside, until }) => {
      await aside.post('pods', pod('x', {}, { labels: { app: 'web' } }));
      await aside.until('pods/x', condition('Ready'));
      await aside.post('poddisruptionbudgets', budget('share', 'web', { maxUnavailable: 1 }));
      await until(
        'poddisruptionbudgets/share',
        (body) => JSON.stringify(valueAt(body, 'status') ?? '').includes('SyncFailed'),
        {
          show: ({ status }) => status,
        },
      );
      await aside.post('poddisruptionbudgets', budget('least', 'web', { minAvailable: 1 }));
      await until('poddisruptionbudgets/least', at('status.expectedPods', 1), {
        show: ({ status }) => status,
      });
    }),
  ],
};
