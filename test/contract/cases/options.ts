import type { KubeObject } from '../../cluster/bed/client.ts';
import { row, type Topic } from '../case.ts';
import { configMap, deployment, idle, job, rollout, service } from '../objects.ts';

const kind = { show: ({ kind }: KubeObject) => kind };
const strange = {
  ...idle,
  colour: 'red',
  template: { ...(deployment('x')['spec'] as { template: object }).template, size: 1 },
};

/** Dry runs, field validation, field managers. */
export const options: Topic = {
  name: 'options',
  cases: [
    row('dry runs leave nothing behind', async ({ post, put, patch, delete: remove, get }) => {
      await post('configmaps?dryRun=All', configMap('x', { a: '1' }));
      await get('configmaps/x');
      await post('configmaps', configMap('x', { a: '1' }));
      await post('configmaps?dryRun=All', configMap('x', { a: '1' }));
      await put('configmaps/x?dryRun=All', configMap('x', { a: '2' }));
      await patch('configmaps/x?dryRun=All', 'merge', { data: { a: '3' } });
      await remove('configmaps/x?dryRun=All');
      await remove('configmaps/x', { dryRun: ['All'] });
      await get('configmaps/x');
    }),
    row('dry runs of a custom resource', async ({ post, patch, get }) => {
      await post('rollouts?dryRun=All', rollout('x'));
      await post('rollouts?dryRun=All', rollout('x', { replicas: 'text' }));
      await post('rollouts', rollout('x'), kind);
      await patch('rollouts/x/status?dryRun=All', 'merge', { status: { phase: 'Healthy' } });
      await patch('rollouts/x/scale?dryRun=All', 'merge', { spec: { replicas: 5 } });
      await get('rollouts/x');
    }),
    row('a dry run that nobody knows', async ({ post, patch, delete: remove }) => {
      await post('configmaps?dryRun=Some', configMap('x'));
      await post('configmaps?dryRun=', configMap('y'));
      await patch('configmaps/y?dryRun=Some', 'merge', {});
      await remove('configmaps/y', { dryRun: ['Some'] });
      await remove('configmaps/y?dryRun=Some');
    }),
    row('unknown fields: told', async ({ post, put, patch }) => {
      await post('deployments', deployment('x', { ...strange, paused: true }), kind);
      await put('deployments/x', deployment('x', { ...strange, paused: true }), kind);
      await patch('deployments/x', 'merge', { spec: { shape: 'round' } }, kind);
      await patch('deployments/x', 'strategic', { spec: { shape: 'round' } }, kind);
      await patch('deployments/x', 'json', [{ op: 'add', path: '/spec/shape', value: 'round' }], kind);
      await post('configmaps', { ...configMap('x'), extra: { a: 1 } });
      await post('rollouts', rollout('x', { colour: 'red' }));
      await patch('rollouts/x', 'merge', { spec: { shape: 'round' } }, kind);
    }),
    row('unknown fields: refused', async ({ post, put, patch }) => {
      const strict = 'fieldValidation=Strict';
      await post(`deployments?${strict}`, deployment('x', strange));
      await post(
        `rollouts?${strict}`,
        rollout('x', { colour: 'red', template: { spec: { containers: [{ name: 'a', imago: 'i' }] } } }),
      );
      await post('deployments', deployment('x', { ...idle, paused: true }), kind);
      await put(`deployments/x?${strict}`, deployment('x', strange));
      await patch(`deployments/x?${strict}`, 'merge', { spec: { shape: 'round' } });
      await patch(`deployments/x?${strict}`, 'strategic', { spec: { shape: 'round' } });
      await patch(`deployments/x?${strict}`, 'json', [{ op: 'add', path: '/spec/shape', value: 'round' }]);
      await post('rollouts', rollout('x'), kind);
      await patch(`rollouts/x?${strict}`, 'merge', { spec: { shape: 'round' } });
      await patch(`rollouts/x/status?${strict}`, 'merge', { status: { shape: 'round' } });
      await post(`configmaps?${strict}`, { ...configMap('x'), metadata: { name: 'x', colour: 'red' } });
      await post(`rollouts?${strict}`, { ...rollout('y'), metadata: { name: 'y', colour: 'red' } });
    }),
    row('unknown fields: ignored', async ({ post, patch }) => {
      const ignored = 'fieldValidation=Ignore';
      await post(`deployments?${ignored}`, deployment('x', { ...strange, paused: true }), kind);
      await post(`rollouts?${ignored}`, rollout('x', { colour: 'red' }));
      await patch(`rollouts/x?${ignored}`, 'merge', { spec: { shape: 'round' } }, kind);
    }),
    row('a validation that nobody knows', async ({ post, patch }) => {
      await post('configmaps?fieldValidation=Loose', configMap('x'));
      await post('rollouts?fieldValidation=Loose', rollout('x'));
      await patch('configmaps/x?fieldValidation=Loose', 'merge', {});
    }),
    row('fields that are there twice', async ({ post }) => {
      const twice = '{"kind":"ConfigMap","metadata":{"name":"NAME"},"data":{"a":"1","a":"2"}}';
      await post('configmaps?fieldValidation=Strict', twice.replace('NAME', 'x'));
      await post('configmaps', twice.replace('NAME', 'y'));
      await post('configmaps?fieldValidation=Ignore', twice.replace('NAME', 'z'));
    }),
    row('names of managers', async ({ post, patch }) => {
      await post('configmaps?fieldManager=mine', configMap('x', { a: '1' }));
      await patch('configmaps/x?fieldManager=other', 'merge', { data: { b: '2' } });
      await patch('configmaps/x', 'merge', { data: { c: '3' } }, { agent: 'tool/1.2.3 (linux) more' });
      await patch('configmaps/x', 'merge', { data: { d: '4' } }, { agent: 'No Slash At All' });
      await post(`configmaps?fieldManager=${'m'.repeat(129)}`, configMap('y'));
      await post('configmaps?fieldManager=%07', configMap('y'));
    }),
    row('warnings of the server', async ({ post }) => {
      await post('endpoints', { metadata: { name: 'x' } });
      await post('jobs', job('x', { suspend: true }), kind);
      await post('services', service('x', { externalIPs: ['192.0.2.1'] }), kind);
      await post('deployments', deployment('x', { ...idle, progressDeadlineSeconds: 0 }), kind);
    }),
    row('pretty printing', async ({ post, get }) => {
      await post('configmaps', configMap('x', { a: '1' }));
      await get('configmaps/x?pretty=true');
      await get('configmaps/x?exact=true&export=true');
    }),
  ],
};
