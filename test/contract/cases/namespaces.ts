import { podRow, row, type Topic } from '../case.ts';
import { configMap, deployment, pod, rollout } from '../objects.ts';

/** Namespaces: what they get, and what is refused without one. */
export const namespaces: Topic = {
  name: 'namespaces',
  cases: [
    row('from its beginning', async ({ namespace, send, until }) => {
      const name = `new-${namespace}`;
      await send('POST', 'namespaces', { metadata: { name, labels: { a: 'b' } } });
      await send('POST', 'namespaces', { metadata: { name } });
      await send(
        'PATCH',
        `namespaces/${name}`,
        { metadata: { labels: { 'kubernetes.io/metadata.name': 'other' } } },
        {
          type: 'application/merge-patch+json',
        },
      );
      await until(`/api/v1/namespaces/${name}/serviceaccounts/default`, (_, code) => code === 200);
      await send(
        'PUT',
        `namespaces/${name}/finalize`,
        { metadata: { name }, spec: { finalizers: ['kubernetes', 'a.test/b'] } },
        {
          show: ({ spec }) => spec,
        },
      );
      await send('GET', `namespaces/${name}`, undefined, { show: ({ spec, status }) => [spec, status] });
    }),
    row('one that is not there', async ({ post, put, patch, delete: remove }) => {
      const nowhere = '/api/v1/namespaces/nowhere';
      await post(`${nowhere}/configmaps`, configMap('x'));
      await post('/apis/argoproj.io/v1alpha1/namespaces/nowhere/rollouts', rollout('x'));
      await put(`${nowhere}/configmaps/x`, configMap('x'));
      await patch(`${nowhere}/configmaps/x`, 'merge', {});
      await patch(`${nowhere}/configmaps/x?fieldManager=a`, 'apply', configMap('x'));
      await remove(`${nowhere}/configmaps/x`);
      await post('/apis/apps/v1/namespaces/nowhere/deployments', deployment('x'));
    }),
    row('those that cannot go', async ({ delete: remove }) => {
      await remove('namespaces/default?dryRun=All');
      await remove('namespaces/kube-system');
      await remove('namespaces/nowhere');
    }),
    podRow('a pod needs its ServiceAccount', async ({ aside, post, delete: remove, until }) => {
      await post(
        'pods',
        pod('x', { serviceAccountName: 'nobody', schedulingGates: [{ name: 'a.test/wait' }] }),
      );
      await remove('serviceaccounts/default', undefined, { show: ({ kind }) => kind });
      await until('serviceaccounts/default', (_, code) => code === 200);
      await aside.post('serviceaccounts', {
        metadata: { name: 'mine' },
        automountServiceAccountToken: false,
      });
      await post(
        'pods',
        pod('x', { serviceAccountName: 'mine', schedulingGates: [{ name: 'a.test/wait' }] }),
      );
    }),
  ],
};
