import type { KubeObject } from '../../cluster/bed/client.ts';
import { podRow, row, type Topic } from '../case.ts';
import { configMap, deployment, idle, pod, replicaSet, rollout, without } from '../objects.ts';

const kind = { show: ({ kind }: KubeObject) => kind };
const scale = (name: string, replicas: unknown, more: object = {}) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name, ...more },
  spec: { replicas },
});

/** Status and scale. */
export const subresources: Topic = {
  name: 'subresources',
  cases: [
    row('the status of a Deployment and the rest', async ({ post, patch, put, get }) => {
      const { body } = await post('deployments', {
        ...deployment('x', { ...idle, paused: true }),
        status: { replicas: 9 },
      });
      const rest = {
        show: ({ metadata: { labels, annotations, finalizers, generation }, spec }: KubeObject) => [
          labels,
          annotations,
          finalizers,
          generation,
          spec,
        ],
      };
      const metadata = {
        labels: { from: 'status' },
        annotations: { from: 'status' },
        finalizers: ['a.test/b'],
      };
      await patch(
        'deployments/x/status',
        'merge',
        { metadata, spec: { replicas: 5 }, status: { observedGeneration: 1 } },
        rest,
      );
      await patch('deployments/x', 'merge', { status: { observedGeneration: 9 } }, rest);
      await get('deployments/x/status', rest);
      const withoutVersion = { ...body, metadata: { name: 'x' } };
      await put('deployments/x/status', { ...withoutVersion, status: { replicas: -3 } });
      await put('deployments/x/status', { ...withoutVersion, status: { replicas: 1, readyReplicas: 2 } });
    }),
    row('the status of an Ingress and the rest', async ({ post, patch, put, get }) => {
      const ingress = {
        metadata: { name: 'x' },
        spec: { defaultBackend: { service: { name: 'x', port: { number: 80 } } } },
      };
      await post('ingresses', { ...ingress, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } });
      const address = { loadBalancer: { ingress: [{ hostname: 'a.test' }] } };
      const metadata = {
        labels: { from: 'status' },
        annotations: { from: 'status' },
        finalizers: ['a.test/b'],
      };
      await patch('ingresses/x/status', 'merge', {
        metadata,
        spec: { defaultBackend: null },
        status: address,
      });
      await patch('ingresses/x/status', 'merge', { status: address });
      await patch('ingresses/x', 'merge', { status: { loadBalancer: null } });
      const { body } = await get('ingresses/x/status');
      await put('ingresses/x/status', { ...body, status: {} });
      await put('ingresses/x/status', { ...body, status: address });
      await patch('ingresses/x/status', 'merge', { status: { loadBalancer: 'text' } });
    }),
    row('the status of a ReplicaSet that does not add up', async ({ post, patch }) => {
      await post('replicasets', replicaSet('x', idle), kind);
      await patch('replicasets/x/status', 'merge', { status: { replicas: 1, readyReplicas: 2 } });
      await patch('replicasets/x/status', 'merge', { status: { replicas: 2, availableReplicas: 3 } });
      await patch('replicasets/x/status', 'merge', { status: { replicas: 'many' } });
    }),
    row('the status of a Rollout and the rest', async ({ post, patch, put, get }) => {
      await post('rollouts', { ...rollout('x'), status: { phase: 'Healthy' } });
      await patch('rollouts/x/status', 'merge', {
        metadata: { labels: { from: 'status' }, finalizers: ['a.test/b'] },
        spec: { replicas: 5 },
        status: { phase: 'Progressing', currentStepIndex: 1 },
      });
      await patch('rollouts/x', 'merge', { status: { phase: 'Healthy' }, metadata: { labels: { a: 'b' } } });
      const { body } = await get('rollouts/x/status');
      await put('rollouts/x/status', { ...body, status: { phase: 'Paused' } });
      await put('rollouts/x/status', { ...body, status: { phase: 'Late' } });
      await put('rollouts/x', { ...body, metadata: { name: 'x' }, status: undefined });
      await patch('rollouts/x/status', 'json', [{ op: 'remove', path: '/status' }]);
      await patch('rollouts/x/status', 'json', [{ op: 'add', path: '/status/phase', value: 'Paused' }]);
      await patch('rollouts/x/status', 'merge', { status: { replicas: 'text' } });
    }),
    row('kinds that have no status of their own', async ({ post, patch, get }) => {
      await post('analysisruns', {
        metadata: { name: 'x' },
        spec: { metrics: [] },
        status: { phase: 'Running' },
      });
      await patch('analysisruns/x/status', 'merge', { status: { phase: 'Failed' } });
      await get('analysisruns/x');
      await post('configmaps', configMap('x'), kind);
      await patch('configmaps/x/status', 'merge', {});
    }),
    row('the scale of a Deployment', async ({ post, get, put, patch }) => {
      await post('deployments', deployment('x', { ...idle, paused: true }), kind);
      const unversioned = {
        show: (body: KubeObject) => ({ ...body, metadata: without(body.metadata, 'resourceVersion') }),
      };
      await get('deployments/x/scale', unversioned);
      await put('deployments/x/scale', scale('x', 2), unversioned);
      await put('deployments/x/scale', scale('x', -1));
      await put('deployments/x/scale', scale('x', 1, { resourceVersion: '1' }));
      await put('deployments/x/scale', scale('y', 1));
      await put('deployments/x/scale', scale('x', 'many'));
      await put('deployments/x/scale', { ...scale('x', 1), kind: 'Deployment' });
      await patch(
        'deployments/x/scale',
        'merge',
        { spec: { replicas: 3 } },
        { show: (body) => body['spec'] },
      );
      await patch(
        'deployments/x/scale',
        'strategic',
        { spec: { replicas: 4 } },
        { show: (body) => body['spec'] },
      );
      await patch('deployments/x/scale', 'json', [{ op: 'replace', path: '/spec/replicas', value: 0 }], {
        show: (body) => body['spec'],
      });
      await patch(
        'deployments/x/scale',
        'merge',
        { spec: { replicas: null } },
        { show: (body) => body['spec'] },
      );
      await get('deployments/x', { show: (body) => [body['spec'], body.metadata.generation] });
    }),
    row('who owns the size of a scaled Deployment', async ({ post, put, patch, get }) => {
      await post('deployments', deployment('x', { ...idle, paused: true }), kind);
      await put('deployments/x/scale', scale('x', 2), kind);
      await patch('deployments/x/scale', 'merge', { spec: { replicas: 3 } }, { agent: 'scaler/1', ...kind });
      await patch('deployments/x', 'merge', { spec: { paused: true, minReadySeconds: 1 } }, kind);
      await get('deployments/x', {
        show: ({ metadata }) =>
          (metadata['managedFields'] as readonly { readonly manager: string }[]).filter(
            ({ manager }) => manager !== 'kube-controller-manager',
          ),
      });
    }),
    row('the scale of a Rollout', async ({ post, get, put, patch }) => {
      await post('rollouts', rollout('x'), kind);
      await get('rollouts/x/scale');
      await put('rollouts/x/scale', scale('x', 4));
      await patch('rollouts/x/status', 'merge', { status: { HPAReplicas: 3, selector: 'app=x' } }, kind);
      await get('rollouts/x/scale');
      await put('rollouts/x/scale', scale('x', -1));
      await patch('rollouts/x/scale', 'merge', { spec: { replicas: 5 } }, { agent: 'scaler/1' });
      await patch('rollouts/x/scale', 'json', [{ op: 'add', path: '/spec/replicas', value: 6 }]);
      await put('rollouts/x/scale', scale('x', 1, { resourceVersion: '1' }));
      await put('rollouts/x/scale', scale('y', 1));
      await get('rollouts/x', { show: ({ metadata }) => metadata });
    }),
    row('the scale of a Rollout that says nothing of its size', async ({ post, get, put }) => {
      const { replicas: _, ...spec } = rollout('x')['spec'] as { replicas: number };
      await post('rollouts', { ...rollout('x'), spec });
      await get('rollouts/x/scale');
      await put('rollouts/x/scale', scale('x', 3));
    }),
    row('kinds that have no scale', async ({ post, get, put }) => {
      await post('configmaps', configMap('x'), kind);
      await get('configmaps/x/scale');
      await put('experiments/x/scale', scale('x', 1));
    }),
    podRow('the status of a pod', async ({ post, patch }) => {
      await post('pods', pod('x', { schedulingGates: [{ name: 'a.test/wait' }] }));
      const condition = {
        type: 'a.test/ready',
        status: 'True',
        lastProbeTime: null,
        lastTransitionTime: null,
      };
      await patch('pods/x/status', 'strategic', { status: { conditions: [condition] } });
      await patch('pods/x/status', 'strategic', {
        status: { conditions: [{ ...condition, status: 'False', reason: 'No' }] },
      });
      await patch('pods/x/status', 'strategic', {
        status: { message: 'hello' },
        spec: { hostname: 'other' },
      });
      await patch('pods/x/status', 'merge', { status: { phase: 5 } });
    }),
  ],
};
