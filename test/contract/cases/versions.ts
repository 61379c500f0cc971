import type { KubeObject } from '../../cluster/bed/client.ts';
import { row, type Topic } from '../case.ts';
import { configMap, deployment, type Fields, idle, replicaSet, rollout, service } from '../objects.ts';

const meta = { show: ({ metadata }: KubeObject) => metadata };

/** Which writes count: versions and generations, and writes that change nothing. */
export const versions: Topic = {
  name: 'versions',
  cases: [
    row('a write that changes nothing is none', async ({ post, put, patch, get }) => {
      const { body } = await post('configmaps', configMap('x', { a: '1' }));
      await put('configmaps/x', body);
      await patch('configmaps/x', 'merge', { data: { a: '1' } });
      await patch('configmaps/x', 'merge', {});
      await patch('configmaps/x', 'json', []);
      await patch('configmaps/x', 'strategic', { data: { a: '1' } });
      await patch('configmaps/x', 'json', [{ op: 'replace', path: '/data/a', value: '1' }]);
      await get('configmaps/x');
    }),
    row('the same as another manager', async ({ post, patch, get }) => {
      await post('configmaps', configMap('x', { a: '1' }));
      await patch('configmaps/x', 'merge', { data: { a: '1' } }, { agent: 'other/2' });
      await patch('configmaps/x', 'merge', { data: { b: '2' } }, { agent: 'other/2' });
      await patch('configmaps/x', 'merge', { data: { b: '2' } }, { agent: 'third/2' });
      await get('configmaps/x');
    }),
    row('a write that changes nothing, of a custom resource', async ({ post, put, patch, get }) => {
      const { body } = await post('rollouts', rollout('x'), meta);
      await put('rollouts/x', body, meta);
      await patch('rollouts/x', 'merge', { spec: { replicas: 2 } }, meta);
      await patch('rollouts/x/status', 'merge', { status: { phase: 'Paused' } }, meta);
      await patch('rollouts/x/status', 'merge', { status: { phase: 'Paused' } }, meta);
      await get('rollouts/x', meta);
    }),
    row('the generation of a Deployment', async ({ post, patch }) => {
      const generation = { show: ({ metadata }: KubeObject) => metadata.generation };
      await post('deployments', deployment('x', { ...idle, paused: true }), generation);
      const merge = (change: Fields) => patch('deployments/x', 'merge', change, generation);
      await merge({ metadata: { labels: { a: 'b' } } });
      await merge({ metadata: { annotations: { a: 'b' } } });
      await merge({ metadata: { annotations: { a: 'b' } } });
      await merge({ spec: { minReadySeconds: 1 } });
      await merge({ spec: { minReadySeconds: 1 } });
      await merge({ spec: { template: { metadata: { annotations: { a: 'b' } } } } });
      await merge({ metadata: { generation: 77 } });
      await merge({ metadata: { finalizers: ['a.test/b'] } });
      await merge({ status: { replicas: 5 } });
    }),
    row('the generation of a ReplicaSet', async ({ post, patch }) => {
      const generation = { show: ({ metadata }: KubeObject) => metadata.generation };
      await post('replicasets', replicaSet('x', idle), generation);
      await patch('replicasets/x', 'merge', { spec: { minReadySeconds: 5 } }, generation);
      await patch('replicasets/x', 'merge', { metadata: { annotations: { a: 'b' } } }, generation);
      await patch('replicasets/x', 'merge', { metadata: { finalizers: ['a.test/b'] } }, generation);
      await patch('replicasets/x/status', 'merge', { status: { observedGeneration: 1 } }, generation);
    }),
    row('the generation of a Rollout', async ({ post, patch }) => {
      await post('rollouts', rollout('x'), meta);
      await patch('rollouts/x', 'merge', { metadata: { annotations: { a: 'b' } } }, meta);
      await patch('rollouts/x', 'merge', { spec: { replicas: 3 } }, meta);
      await patch('rollouts/x', 'merge', { spec: { replicas: 3 } }, meta);
      await patch('rollouts/x', 'merge', { status: { phase: 'Healthy' } }, meta);
      await patch(
        'rollouts/x/status',
        'merge',
        { status: { phase: 'Healthy' }, spec: { replicas: 9 } },
        meta,
      );
      await patch('rollouts/x', 'merge', { spec: { paused: true } }, meta);
    }),
    row('the generation of a kind whose status is no part of its own', async ({ post, patch }) => {
      const run = { metadata: { name: 'x' }, spec: { metrics: [] } };
      await post('analysisruns', run, meta);
      await patch('analysisruns/x', 'merge', { status: { phase: 'Running' } }, meta);
      await patch('analysisruns/x', 'merge', { spec: { terminate: true } }, meta);
      await patch('analysisruns/x', 'merge', { metadata: { labels: { a: 'b' } } }, meta);
    }),
    row('kinds that have no generation', async ({ post, patch }) => {
      await post('services', service('x'), meta);
      await patch('services/x', 'merge', { spec: { selector: { app: 'y' } } }, meta);
      await post('configmaps', configMap('x', {}, { generation: 3 }), meta);
      await post('leases', { metadata: { name: 'x' }, spec: { leaseTransitions: 1 } }, meta);
      await patch('leases/x', 'merge', { spec: { leaseTransitions: 2 } }, meta);
    }),
    row('a version as a condition of a patch', async ({ post, patch }) => {
      const { body } = await post('configmaps', configMap('x', { a: '1' }));
      const { resourceVersion } = body.metadata;
      await patch('configmaps/x', 'merge', { metadata: { resourceVersion }, data: { a: '2' } });
      await patch('configmaps/x', 'merge', { metadata: { resourceVersion }, data: { a: '3' } });
      await patch('configmaps/x', 'merge', { metadata: { resourceVersion: null }, data: { a: '4' } });
      await patch('configmaps/x', 'strategic', { metadata: { resourceVersion }, data: { a: '5' } });
      await patch('configmaps/x', 'merge', { metadata: { resourceVersion: 'text' }, data: { a: '6' } });
    }),
    row('a version as a condition of a patch of a custom resource', async ({ post, patch }) => {
      const { body } = await post('rollouts', rollout('x'), meta);
      const { resourceVersion } = body.metadata;
      await patch('rollouts/x', 'merge', { metadata: { resourceVersion }, spec: { replicas: 3 } }, meta);
      await patch('rollouts/x', 'merge', { metadata: { resourceVersion }, spec: { replicas: 4 } }, meta);
      await patch(
        'rollouts/x/status',
        'merge',
        { metadata: { resourceVersion }, status: { phase: 'Paused' } },
        meta,
      );
    }),
    row('a uid as a condition of a patch', async ({ post, patch }) => {
      const { body } = await post('configmaps', configMap('x', { a: '1' }));
      await patch('configmaps/x', 'merge', { metadata: { uid: body.metadata.uid }, data: { a: '2' } });
      const uid = '11111111-2222-4333-8444-555555555555';
      await patch('configmaps/x', 'merge', { metadata: { uid }, data: { a: '3' } });
      await patch('configmaps/x', 'strategic', { metadata: { uid }, data: { a: '3' } });
    }),
    row('a custom resource replaced without a version', async ({ post, put }) => {
      const { body } = await post('rollouts', rollout('x'), meta);
      await put('rollouts/x', rollout('x', { replicas: 3 }));
      await put('rollouts/x', { ...rollout('x'), metadata: { name: 'x', resourceVersion: '' } });
      await put('rollouts/x/status', { ...rollout('x'), status: { phase: 'Paused' } });
      await put('rollouts/x', { ...body, spec: { ...(body['spec'] as object), replicas: 5 } });
    }),
  ],
};
