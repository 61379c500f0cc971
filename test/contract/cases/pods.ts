import { valueAt } from '../../cluster/bed/api.ts';
import type { KubeObject } from '../../cluster/bed/client.ts';
import { podRow, row, type Topic } from '../case.ts';
import { budget, type Fields, pod, replicaSet } from '../objects.ts';

const gated = { schedulingGates: [{ name: 'a.test/wait' }] };
const gone = (_: KubeObject, code: number): boolean => code === 404;
const isReady = (body: KubeObject): boolean =>
  ((valueAt(body, 'status.conditions') ?? []) as readonly Fields[]).some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
const binding = (name: string, node: string): Fields => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name },
  target: { apiVersion: 'v1', kind: 'Node', name: node },
});
const eviction = (name: string, more: Fields = {}): Fields => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name },
  ...more,
});

const bad: Readonly<Record<string, Fields>> = {
  'no containers': { containers: [] },
  'no image': { containers: [{ name: 'a' }] },
  'no name': { containers: [{ image: 'i' }] },
  'one name twice': {
    containers: [
      { name: 'a', image: 'i' },
      { name: 'a', image: 'i' },
    ],
  },
  'a name that is none': { containers: [{ name: 'A B', image: 'i' }] },
  'a restart policy that nobody knows': { restartPolicy: 'Sometimes' },
  'a port out of range': { containers: [{ name: 'a', image: 'i', ports: [{ containerPort: 70_000 }] }] },
  'less than nothing': { containers: [{ name: 'a', image: 'i', resources: { requests: { cpu: '-1' } } }] },
  'requests above limits': {
    containers: [{ name: 'a', image: 'i', resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }],
  },
  'a quantity that is none': {
    containers: [{ name: 'a', image: 'i', resources: { limits: { cpu: 'lots' } } }],
  },
  'a mount of nothing': {
    containers: [{ name: 'a', image: 'i', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
  },
  'a probe of two sorts': {
    containers: [
      { name: 'a', image: 'i', readinessProbe: { tcpSocket: { port: 1 }, exec: { command: ['x'] } } },
    ],
  },
  'a variable of two sorts': {
    containers: [
      {
        name: 'a',
        image: 'i',
        env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      },
    ],
  },
  'a deadline in the past': { activeDeadlineSeconds: -5 },
};

/** Pods: what is refused, binding, deletion in grace, eviction. */
export const pods: Topic = {
  name: 'pods',
  cases: [
    podRow('what a pod becomes', async ({ post }) => {
      await post('pods', pod('x', gated));
      const init = [{ name: 'i', image: 'demo/init:1', command: ['true'] }];
      const resources = { requests: { cpu: '0.5', memory: '1024Mi' }, limits: { memory: '1Gi' } };
      const containers = [{ name: 'a', image: 'demo/a', resources, ports: [{ containerPort: 80 }] }];
      await post(
        'pods',
        pod('y', { ...gated, initContainers: init, containers, terminationGracePeriodSeconds: 5 }),
      );
      const tolerations = [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }];
      await post('pods', pod('z', { ...gated, tolerations, priorityClassName: 'system-node-critical' }));
      await post('pods', pod('w', { ...gated, priorityClassName: 'unheard-of' }));
    }),
    ...Object.entries(bad).map(([name, spec]) =>
      podRow(`refused: ${name}`, async ({ post }) => {
        await post('pods?dryRun=All', pod('x', spec));
      }),
    ),
    podRow('what of a pod can be changed', async ({ aside, patch }) => {
      await aside.post('pods', pod('x', gated));
      const change = (spec: Fields) =>
        patch(
          'pods/x',
          'strategic',
          { spec },
          { show: ({ metadata }) => [metadata.name, metadata.generation] },
        );
      await change({ containers: [{ name: 'app', image: 'demo/app:2' }] });
      await change({ containers: [{ name: 'app', args: ['x'] }] });
      await change({ activeDeadlineSeconds: 100 });
      await change({ activeDeadlineSeconds: 200 });
      await change({ nodeName: 'fake' });
      await change({ restartPolicy: 'Never' });
      await change({ terminationGracePeriodSeconds: 1 });
      await change({ tolerations: [{ key: 'more', operator: 'Exists' }] });
    }),
    podRow('what becomes of one in time', async ({ aside, until }) => {
      await aside.post('pods', pod('x'));
      await until('pods/x', isReady);
    }),
    podRow('binding', async ({ aside, post, until }) => {
      await aside.post('pods', pod('x', gated));
      await post('pods/x/binding', binding('x', 'fake'));
      await aside.patch('pods/x', 'json', [{ op: 'remove', path: '/spec/schedulingGates' }]);
      await until('pods/x', (body) => valueAt(body, 'spec.nodeName') !== undefined, {
        show: ({ spec }) => (spec as Fields)['nodeName'],
      });
      await post('pods/x/binding', binding('x', 'other'));
      await post('pods/none/binding', binding('none', 'fake'));
      await post('pods/x/binding', { ...binding('x', ''), target: { kind: 'Node', name: '' } });
      await post('pods/x/binding', { ...binding('x', 'fake'), target: { kind: 'Shelf', name: 'fake' } });
    }),
    podRow('one that was never on a node goes at once', async ({ aside, delete: remove, get }) => {
      await aside.post('pods', pod('x', gated));
      await remove('pods/x');
      await get('pods/x');
    }),
    podRow('one that runs gets its time', async ({ aside, delete: remove, get, until }) => {
      await aside.post(
        'pods',
        pod('x', { terminationGracePeriodSeconds: 7 }, { finalizers: ['a.test/wait'] }),
      );
      await aside.until('pods/x', isReady);
      await remove('pods/x', undefined, { show: ({ metadata }) => metadata });
      await remove('pods/x', { gracePeriodSeconds: 60 }, { show: ({ metadata }) => metadata });
      await until('pods/x', ({ metadata }) => metadata.deletionGracePeriodSeconds === 0, {
        show: ({ metadata }) => metadata,
      });
      await aside.patch('pods/x', 'merge', { metadata: { finalizers: null } });
      await get('pods/x');
    }),
    podRow('one that runs, by force', async ({ aside, delete: remove, get }) => {
      await aside.post('pods', pod('x'));
      await aside.until('pods/x', isReady);
      await remove('pods/x', { gracePeriodSeconds: 0 }, { show: ({ metadata }) => metadata });
      await get('pods/x');
    }),
    podRow('one that runs, in less time and a bit of it', async ({ aside, delete: remove, until }) => {
      await aside.post('pods', pod('x'));
      await aside.until('pods/x', isReady);
      await remove('pods/x?gracePeriodSeconds=5', undefined, { show: ({ metadata }) => metadata });
      await until('pods/x', gone);
    }),
    podRow('grace of what is no pod', async ({ aside, delete: remove }) => {
      await aside.post('configmaps', { metadata: { name: 'x' } });
      await remove('configmaps/x', { gracePeriodSeconds: 30 });
      await remove('pods/x', { gracePeriodSeconds: -1 });
    }),
    podRow('eviction without a budget', async ({ aside, post, until }) => {
      for (const name of ['x', 'z']) await aside.post('pods', pod(name));
      for (const name of ['x', 'z']) await aside.until(`pods/${name}`, isReady);
      await post('pods/x/eviction', eviction('x', { deleteOptions: { dryRun: ['All'] } }));
      await post('pods/x/eviction', eviction('y'));
      await post('pods/none/eviction', eviction('none'));
      await post('pods/z/eviction', { ...eviction('z'), apiVersion: 'policy/v1beta1' });
      await post('pods/x/eviction', eviction('x'));
      await until('pods/x', gone);
    }),
    podRow('eviction as a budget allows', async ({ aside, until, tell }) => {
      await aside.post('replicasets', replicaSet('web', { replicas: 2 }));
      await aside.post('poddisruptionbudgets', budget('web', 'web', { minAvailable: 1 }));
      await aside.until('replicasets/web', (body) => valueAt(body, 'status.availableReplicas') === 2);
      await until('poddisruptionbudgets/web', (body) => valueAt(body, 'status.disruptionsAllowed') === 1);
      const { body } = await aside.get('pods?labelSelector=app=web');
      const [first = '', second = ''] = (body['items'] as readonly KubeObject[]).map(
        ({ metadata }) => metadata.name,
      );
      await aside.post(`pods/${first}/eviction`, eviction(first));
      const refused = await aside.post(`pods/${second}/eviction`, eviction(second));
      const { message, reason } = refused.body as unknown as Fields;
      tell('the second eviction', [refused.code, reason, message]);
      await until(
        'poddisruptionbudgets/web',
        (budgetNow) => valueAt(budgetNow, 'status.disruptionsAllowed') === 1,
        {
          show: ({ status }) => {
            const { disruptedPods: _gone, observedGeneration: _seen, ...counts } = status as Fields;
            return counts;
          },
        },
      );
    }),
    podRow('eviction where nothing may go, and where two budgets speak', async ({ aside, post }) => {
      await aside.post('poddisruptionbudgets', budget('a', 'x', { maxUnavailable: 0 }));
      await aside.post('pods', pod('x', {}, { labels: { app: 'x' } }));
      await aside.until('pods/x', isReady);
      await aside.until('poddisruptionbudgets/a', (body) => valueAt(body, 'status.observedGeneration') === 1);
      await post('pods/x/eviction', eviction('x'));
      await aside.post('poddisruptionbudgets', budget('b', 'x', { maxUnavailable: 0 }));
      await post('pods/x/eviction', eviction('x'));
    }),
    row('logs and other things that there are not', async ({ get, post }) => {
      await get('pods/none/log');
      await post('pods/none/exec?command=ls&stdout=true', undefined);
      await get('pods/none/proxy');
      await get('pods/none/status');
    }),
  ],
};
