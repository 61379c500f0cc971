import { valueAt } from '../../cluster/bed/api.ts';
import type { KubeObject } from '../../cluster/bed/client.ts';
import { podRow, row, type Topic } from '../case.ts';
import { budget, configMap, deployment, type Fields, idle, job, pod, rollout, service } from '../objects.ts';

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';
const partialList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
const isSettled = (body: KubeObject): boolean =>
  valueAt(body, 'status.observedGeneration') === body.metadata.generation;

/** Other views of objects: tables and metadata alone. */
export const tables: Topic = {
  name: 'tables',
  cases: [
    row('of ConfigMaps', async ({ aside, get }) => {
      await get('configmaps', { accept: table });
      await aside.post('configmaps', configMap('x', { a: '1', b: '2' }));
      await get('configmaps', { accept: table });
      await get('configmaps/x', { accept: table });
      await get('configmaps?includeObject=None', { accept: table });
      await get('configmaps?includeObject=Object', { accept: table });
      await get('configmaps?includeObject=Nothing', { accept: table });
      await get('configmaps?limit=1', { accept: table });
    }),
    row('of Deployments', async ({ aside, get }) => {
      await aside.post('deployments', deployment('x', { ...idle, paused: true }));
      await aside.until('deployments/x', isSettled);
      await get('deployments?includeObject=None', { accept: table });
    }),
    row('of ReplicaSets and StatefulSets', async ({ aside, get }) => {
      await aside.post('replicasets', { ...deployment('x', idle), kind: 'ReplicaSet' });
      await aside.until('replicasets/x', isSettled);
      await get('replicasets?includeObject=None', { accept: table });
      await get('statefulsets', { accept: table });
    }),
    row('of Services, slices and Ingresses', async ({ aside, get }) => {
      await aside.post('services', service('x'));
      await aside.post('services', service('y', { clusterIP: 'None' }));
      await aside.post('services', {
        metadata: { name: 'z' },
        spec: { type: 'ExternalName', externalName: 'a.test' },
      });
      const backend = { service: { name: 'x', port: { number: 80 } } };
      const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] };
      await aside.post('ingresses', {
        metadata: { name: 'x' },
        spec: { ingressClassName: 'nginx', tls: [{}], rules: [{ host: 'a.test', http }] },
      });
      await get('services?includeObject=None', { accept: table });
      await get('ingresses?includeObject=None', { accept: table });
      await get('endpointslices?labelSelector=nothing', { accept: table });
    }),
    podRow('of pods', async ({ aside, get }) => {
      await aside.post(
        'pods',
        pod('x', {
          schedulingGates: [{ name: 'a.test/wait' }],
          readinessGates: [{ conditionType: 'a.test/b' }],
        }),
      );
      await get('pods?includeObject=None', { accept: table });
      await aside.post(
        'pods',
        pod('y', { initContainers: [{ name: 'i', image: 'i' }], schedulingGates: [{ name: 'a.test/wait' }] }),
      );
      await get('pods/y?includeObject=None', { accept: table });
    }),
    podRow('of Jobs, budgets and autoscalers', async ({ aside, get }) => {
      await aside.post('jobs', job('x', { suspend: true, completions: 3 }));
      await aside.until('jobs/x', (body) => JSON.stringify(body).includes('Suspended'));
      await get('jobs?includeObject=None', { accept: table });
      await aside.post('poddisruptionbudgets', budget('x', 'x', { minAvailable: '50%' }));
      await aside.until('poddisruptionbudgets/x', isSettled);
      await get('poddisruptionbudgets?includeObject=None', { accept: table });
      const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' };
      await aside.post('horizontalpodautoscalers', {
        metadata: { name: 'x' },
        spec: { maxReplicas: 3, scaleTargetRef },
      });
      await get('horizontalpodautoscalers?includeObject=None', { accept: table });
    }),
    row('of other kinds', async ({ aside, get, namespace, send }) => {
      await aside.post('secrets', { metadata: { name: 'x' }, stringData: { a: 'b' } });
      await aside.post('leases', { metadata: { name: 'x' }, spec: { holderIdentity: 'me' } });
      await aside.post('serviceaccounts', { metadata: { name: 'x' } });
      await aside.post('roles', { metadata: { name: 'x' }, rules: [] });
      await get('secrets?includeObject=None', { accept: table });
      await get('leases?includeObject=None', { accept: table });
      await get('serviceaccounts/x?includeObject=None', { accept: table });
      await get('roles?includeObject=None', { accept: table });
      await send('GET', `namespaces/${namespace}?includeObject=None`, undefined, { accept: table });
      await get('nodes/fake?includeObject=None', {
        accept: table,
        show: (body) => valueAt(body, 'columnDefinitions'),
      });
      await get('customresourcedefinitions/rollouts.argoproj.io?includeObject=None', { accept: table });
    }),
    row('of our own kinds', async ({ aside, get }) => {
      await aside.post('rollouts', rollout('x'));
      await aside.patch('rollouts/x/status', 'merge', {
        status: { replicas: 2, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 1 },
      });
      await get('rollouts?includeObject=None', { accept: table });
      await aside.post('analysisruns', { metadata: { name: 'x' }, spec: { metrics: [] } });
      await get('analysisruns', { accept: table });
    }),
    row('metadata alone', async ({ aside, get }) => {
      await aside.post('configmaps', configMap('x', { a: '1' }, { labels: { a: 'b' } }));
      await get('configmaps/x', { accept: partial });
      await get('configmaps', { accept: partialList });
      await get('configmaps', { accept: partial });
      await get('configmaps/x', { accept: 'application/json;as=Shape;v=v1;g=meta.k8s.io' });
      await get('configmaps/x', {
        accept: 'application/json;as=Table;v=v9;g=meta.k8s.io,application/json',
        show: ({ kind }) => kind,
      });
      await aside.post('rollouts', rollout('x'));
      await get('rollouts', { accept: partialList });
    }),
    row('of an error, and of what is deleted', async ({ aside, get, delete: remove }) => {
      await get('configmaps/none', { accept: table });
      await aside.post('configmaps', configMap('x'));
      await remove('configmaps/x', undefined, { accept: table });
      const shown = { accept: table, show: (body: Fields) => body['kind'] };
      await get('events', shown);
    }),
  ],
};
