import type { KubeObject } from '../../cluster/bed/client.ts';
import { row, type Topic } from '../case.ts';
import { configMap, deployment, type Fields, idle, rollout, service } from '../objects.ts';

const as = (manager: string, force = false): string =>
  `?fieldManager=${manager}${force ? '&force=true' : ''}`;
const kind = { show: ({ kind }: KubeObject) => kind };
const container = (fields: Fields): Fields => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'x' },
  spec: { template: { spec: { containers: [{ name: 'app', ...fields }] } } },
});

/** Server-side apply: conflicts, force, removal, shared fields, managers. */
export const apply: Topic = {
  name: 'apply',
  cases: [
    row('creates, repeats, changes, removes', async ({ patch }) => {
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: '1', b: '2' }));
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: '1', b: '2' }));
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: '1', b: '3' }));
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: '1' }));
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x'));
    }),
    row('in YAML', async ({ patch }) => {
      const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: one\n';
      await patch(`configmaps/x${as('a')}`, 'apply', yaml);
      await patch(`configmaps/x${as('a')}`, 'apply', 'a: [');
      await patch(`configmaps/x${as('a')}`, 'apply', 'text');
    }),
    row('a conflict, and force', async ({ patch }) => {
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: '1', b: '2' }));
      await patch(`configmaps/x${as('b')}`, 'apply', configMap('x', { a: '9', b: '8' }));
      await patch(`configmaps/x${as('b')}`, 'apply', configMap('x', { a: '1' }));
      await patch(`configmaps/x${as('b', true)}`, 'apply', configMap('x', { a: '9' }));
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: '1', b: '2' }));
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { b: '2' }));
      await patch(`configmaps/x${as('b')}`, 'apply', configMap('x', {}));
    }),
    row('a conflict with an update, and with several', async ({ post, patch }) => {
      await post('configmaps', configMap('x', { a: '1', b: '2' }));
      await patch('configmaps/x', 'merge', { data: { b: '3' } }, { agent: 'other/1' });
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: '9', b: '9' }));
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: '1', c: '4' }));
      await patch('configmaps/x', 'merge', { data: { c: '5' } });
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: '1', c: '4' }));
    }),
    row('fields that several own', async ({ patch }) => {
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { shared: '1', mine: '1' }));
      await patch(`configmaps/x${as('b')}`, 'apply', configMap('x', { shared: '1', other: '1' }));
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { mine: '1' }));
      await patch(`configmaps/x${as('b')}`, 'apply', configMap('x', { other: '1' }));
    }),
    row('what a manager has to say', async ({ patch, post }) => {
      await patch('configmaps/x', 'apply', configMap('x'));
      await patch(`configmaps/x${as('')}`, 'apply', configMap('x'));
      await patch(`configmaps/x${as('m'.repeat(129))}`, 'apply', configMap('x'));
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('y'));
      await patch(`configmaps/x${as('a')}`, 'apply', { metadata: { name: 'x' } });
      await patch(`configmaps/x${as('a')}`, 'apply', { ...configMap('x'), kind: 'Secret' });
      await patch(`configmaps/x${as('a')}`, 'apply', { ...configMap('x'), apiVersion: 'v2' });
      await patch(
        `configmaps/x${as('a')}`,
        'apply',
        configMap('x', {}, { managedFields: [{ manager: 'me' }] }),
      );
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', {}, { namespace: 'elsewhere' }));
      await patch(`configmaps/x${as('a')}`, 'apply', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
      await patch(`configmaps/x${as('a')}`, 'apply', { apiVersion: 'v1', kind: 'ConfigMap' });
      await patch('configmaps/x?force=true', 'merge', {});
      await post(`configmaps${as('posted')}`, configMap('z'));
      await patch(
        `configmaps/z${as('a')}`,
        'apply',
        configMap('z', {}, { uid: '11111111-2222-4333-8444-555555555555' }),
      );
      await patch(`configmaps/z${as('a')}`, 'apply', configMap('z', {}, { resourceVersion: '1' }));
    }),
    row('containers of two managers', async ({ patch, get }) => {
      await patch(`deployments/x${as('a')}`, 'apply', deployment('x', { ...idle, paused: true }), kind);
      await patch(`deployments/x${as('b')}`, 'apply', container({ env: [{ name: 'B', value: '1' }] }), {
        show: (body) => body['spec'],
      });
      await patch(`deployments/x${as('b')}`, 'apply', container({ image: 'other' }));
      await patch(`deployments/x${as('b')}`, 'apply', container({ env: [] }), {
        show: (body) => body['spec'],
      });
      await get('deployments/x', {
        show: ({ metadata }) =>
          (metadata['managedFields'] as readonly { readonly manager: string }[]).filter(
            ({ manager }) => manager !== 'kube-controller-manager',
          ),
      });
    }),
    row('an item of a list without its key', async ({ patch }) => {
      await patch(`deployments/x${as('a')}`, 'apply', container({ env: [{ value: '1' }] }));
      const same = [
        { name: 'app', image: 'a' },
        { name: 'app', image: 'b' },
      ];
      await patch(
        `deployments/x${as('a')}`,
        'apply',
        deployment('x', { template: { spec: { containers: same } } }),
      );
    }),
    row('a field that nobody knows', async ({ patch }) => {
      await patch(`configmaps/x${as('a')}`, 'apply', { ...configMap('x'), extra: 1 });
      await patch(`deployments/x${as('a')}`, 'apply', deployment('x', { ...idle, colour: 'red' }));
      await patch(`rollouts/x${as('a')}`, 'apply', rollout('x', { colour: 'red' }));
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: 1 }));
    }),
    row('a Rollout of two managers', async ({ patch }) => {
      const spec = (fields: Fields): Fields => ({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        metadata: { name: 'x' },
        spec: fields,
      });
      await patch(`rollouts/x${as('a')}`, 'apply', rollout('x'));
      await patch(`rollouts/x${as('b')}`, 'apply', spec({ replicas: 5 }));
      await patch(`rollouts/x${as('b', true)}`, 'apply', spec({ replicas: 5 }));
      await patch(
        `rollouts/x${as('b')}`,
        'apply',
        spec({ strategy: { canary: { steps: [{ setWeight: 1 }] } } }),
      );
      await patch(`rollouts/x${as('b')}`, 'apply', spec({ minReadySeconds: 5 }));
    }),
    row('of a status', async ({ post, patch }) => {
      await post('rollouts', rollout('x'), kind);
      const status = { ...rollout('x'), spec: undefined, status: { phase: 'Healthy', selector: 'app=x' } };
      await patch(`rollouts/x/status${as('s')}`, 'apply', status);
      await patch(`rollouts/x/status${as('t')}`, 'apply', { ...status, status: { phase: 'Paused' } });
      await patch(`rollouts/x/status${as('s')}`, 'apply', { ...status, status: { phase: 'Healthy' } });
      await patch(`rollouts/none/status${as('s')}`, 'apply', { ...status, metadata: { name: 'none' } });
      await patch(
        `rollouts/x${as('s')}`,
        'apply',
        { ...rollout('x'), status: { phase: 'Degraded' } },
        {
          show: (body) => body['status'],
        },
      );
    }),
    row('of a scale', async ({ post, patch }) => {
      await post('deployments', deployment('x', { ...idle, paused: true }), kind);
      const scale = (replicas: number): Fields => ({
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'x' },
        spec: { replicas },
      });
      await patch(`deployments/x/scale${as('s')}`, 'apply', scale(1));
      await patch(`deployments/x/scale${as('s', true)}`, 'apply', scale(1), { show: (body) => body['spec'] });
    }),
    row('labels, finalizers and owners', async ({ aside, patch }) => {
      const { body } = await aside.post('configmaps', configMap('o'));
      const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: body.metadata.uid };
      const metadata = { labels: { a: '1' }, finalizers: ['a.test/a'], ownerReferences: [owner] };
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', {}, metadata));
      await patch(
        `configmaps/x${as('b')}`,
        'apply',
        configMap('x', {}, { labels: { b: '2' }, finalizers: ['a.test/b'] }),
      );
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', {}, { labels: { a: '2' } }));
      await patch(`configmaps/x${as('b')}`, 'apply', configMap('x'));
    }),
    row('ports of a Service', async ({ patch }) => {
      const port = (fields: Fields) => service('x', { ports: [fields] });
      await patch(`services/x${as('a')}`, 'apply', port({ port: 80, protocol: 'TCP', name: 'web' }));
      await patch(`services/x${as('b')}`, 'apply', port({ port: 81, protocol: 'TCP', name: 'more' }));
      await patch(`services/x${as('c')}`, 'apply', port({ port: 80, name: 'web' }));
      await patch(`services/x${as('a')}`, 'apply', port({ port: 82, name: 'new' }));
    }),
    row('a manager of updates and of applies', async ({ post, patch }) => {
      await post(`configmaps${as('m')}`, configMap('x', { a: '1', b: '2' }));
      await patch(`configmaps/x${as('m')}`, 'apply', configMap('x', { a: '1' }));
      await patch(`configmaps/x${as('m')}`, 'apply', configMap('x', {}));
      await patch(`configmaps/x${as('m')}`, 'merge', { data: { a: '5' } });
    }),
    row('a dry run', async ({ patch, get }) => {
      await patch(`configmaps/x${as('a')}&dryRun=All`, 'apply', configMap('x', { a: '1' }));
      await get('configmaps/x');
      await patch(`configmaps/x${as('a')}`, 'apply', configMap('x', { a: '1' }));
      await patch(`configmaps/x${as('a')}&dryRun=All`, 'apply', configMap('x', { a: '2' }));
      await patch(`configmaps/x${as('b')}&dryRun=All`, 'apply', configMap('x', { a: '2' }));
      await get('configmaps/x');
    }),
  ],
};
