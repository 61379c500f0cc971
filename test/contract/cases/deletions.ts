import type { KubeObject } from '../../cluster/bed/client.ts';
import { row, type Topic } from '../case.ts';
import { configMap, deployment, type Fields, idle, rollout } from '../objects.ts';

const ownedBy = ({ kind, apiVersion, metadata: { name, uid } }: KubeObject, more: Fields = {}): Fields => ({
  ownerReferences: [{ apiVersion, kind, name, uid, ...more }],
});
const gone = (_: KubeObject, code: number): boolean => code === 404;
const finalizers = ({ metadata }: KubeObject): readonly string[] =>
  (metadata['finalizers'] ?? []) as readonly string[];
const nameless = {
  show: (body: KubeObject) => (body['items'] as readonly KubeObject[]).map(({ metadata }) => metadata.name),
};

/** Collections, finalizers, and what becomes of dependents. */
export const deletions: Topic = {
  name: 'deletions',
  cases: [
    row('a collection', async ({ aside, delete: remove, get }) => {
      for (const name of ['a', 'b'])
        await aside.post('configmaps', configMap(name, {}, { labels: { name } }));
      await remove('configmaps?labelSelector=name=a');
      await get('configmaps', nameless);
      await remove('configmaps?fieldSelector=metadata.name=nothing');
      await remove('configmaps');
      await remove('configmaps');
      await get('configmaps');
    }),
    row('a collection that is only tried', async ({ aside, delete: remove, get }) => {
      await aside.post('configmaps', configMap('x'));
      await remove('configmaps?dryRun=All');
      await get('configmaps', nameless);
      await remove('configmaps?labelSelector=a%20b');
      await remove('configmaps', { propagationPolicy: 'Never' });
    }),
    row('a collection of custom resources', async ({ aside, delete: remove, get }) => {
      await aside.post('rollouts', rollout('x'));
      await aside.post('rollouts', { ...rollout('y'), metadata: { name: 'y', finalizers: ['a.test/wait'] } });
      await remove('rollouts');
      await get('rollouts');
    }),
    row('collections that cannot be deleted', async ({ delete: remove }) => {
      await remove('namespaces');
      await remove('services');
    }),
    row('finalizers', async ({ aside, delete: remove, patch, get, put }) => {
      await aside.post(
        'configmaps',
        configMap('x', { a: '1' }, { finalizers: ['a.test/one', 'a.test/two'] }),
      );
      await remove('configmaps/x');
      await remove('configmaps/x');
      const { body } = await get('configmaps/x');
      await patch('configmaps/x', 'merge', { data: { a: '2' } });
      await patch('configmaps/x', 'merge', { metadata: { finalizers: ['a.test/one', 'a.test/new'] } });
      await patch('configmaps/x', 'merge', { metadata: { finalizers: ['a.test/two'] } });
      await patch('configmaps/x', 'merge', { metadata: { deletionTimestamp: null } });
      await put('configmaps/x', { ...body, metadata: { name: 'x', finalizers: [] } });
      await get('configmaps/x');
    }),
    row('finalizers of a custom resource', async ({ aside, delete: remove, patch, get }) => {
      await aside.post('rollouts', { ...rollout('x'), metadata: { name: 'x', finalizers: ['a.test/one'] } });
      await remove('rollouts/x');
      await patch('rollouts/x', 'merge', { metadata: { finalizers: ['a.test/one', 'a.test/new'] } });
      await patch(
        'rollouts/x/status',
        'merge',
        { status: { phase: 'Healthy' }, metadata: { finalizers: null } },
        {
          show: ({ metadata }) => [metadata['finalizers'], metadata.generation],
        },
      );
      await patch('rollouts/x', 'merge', { metadata: { finalizers: null } });
      await get('rollouts/x');
    }),
    row('finalizers that are let go by apply and by JSON patch', async ({ patch, delete: remove, get }) => {
      await patch('configmaps/x?fieldManager=a', 'apply', configMap('x', {}, { finalizers: ['a.test/a'] }));
      await remove('configmaps/x');
      await patch('configmaps/x?fieldManager=a', 'apply', configMap('x'));
      await get('configmaps/x');
      await patch('configmaps/y?fieldManager=a', 'apply', configMap('y', {}, { finalizers: ['a.test/a'] }));
      await remove('configmaps/y');
      await patch('configmaps/y', 'json', [{ op: 'remove', path: '/metadata/finalizers' }]);
      await get('configmaps/y');
    }),
    row('in the background', async ({ aside, delete: remove, get, until }) => {
      const { body } = await aside.post('configmaps', configMap('owner'));
      await aside.post('configmaps', configMap('child', {}, ownedBy(body)));
      await remove('configmaps/owner', { propagationPolicy: 'Background' });
      await get('configmaps/owner');
      await until('configmaps/child', gone);
    }),
    row('in the foreground', async ({ aside, delete: remove, until }) => {
      const { body } = await aside.post('configmaps', configMap('owner'));
      const wait = { finalizers: ['a.test/wait'] };
      await aside.post(
        'configmaps',
        configMap('child', {}, { ...wait, ...ownedBy(body, { blockOwnerDeletion: true }) }),
      );
      await remove('configmaps/owner', { propagationPolicy: 'Foreground' });
      await until('configmaps/child', ({ metadata }) => metadata.deletionTimestamp !== undefined);
      await until('configmaps/owner', (owner) => finalizers(owner).includes('foregroundDeletion'));
      await aside.patch('configmaps/child', 'merge', { metadata: { finalizers: null } });
      await until('configmaps/child', gone);
      await until('configmaps/owner', gone);
    }),
    row('in the foreground, held up by nobody', async ({ aside, delete: remove, until }) => {
      const { body } = await aside.post('configmaps', configMap('owner'));
      const wait = { finalizers: ['a.test/wait'] };
      await aside.post('configmaps', configMap('child', {}, { ...wait, ...ownedBy(body) }));
      await remove('configmaps/owner?propagationPolicy=Foreground');
      await until('configmaps/owner', gone);
      await until('configmaps/child', ({ metadata }) => metadata.deletionTimestamp !== undefined);
    }),
    row('leaving orphans', async ({ aside, delete: remove, until }) => {
      const { body } = await aside.post('configmaps', configMap('owner'));
      await aside.post('configmaps', configMap('child', {}, ownedBy(body)));
      await remove('configmaps/owner', { propagationPolicy: 'Orphan' });
      await until('configmaps/owner', gone);
      await until('configmaps/child', ({ metadata }) => metadata['ownerReferences'] === undefined);
    }),
    row('one of two owners', async ({ aside, delete: remove, until }) => {
      const one = await aside.post('configmaps', configMap('one'));
      const two = await aside.post('configmaps', configMap('two'));
      const references = [one, two].flatMap(({ body }) => ownedBy(body)['ownerReferences']);
      await aside.post('configmaps', configMap('child', {}, { ownerReferences: references }));
      await remove('configmaps/one');
      await until(
        'configmaps/child',
        ({ metadata }) => (metadata['ownerReferences'] as object[]).length === 1,
      );
      await remove('configmaps/two');
      await until('configmaps/child', gone);
    }),
    row('a chain of owners', async ({ aside, delete: remove, until }) => {
      const top = await aside.post('configmaps', configMap('top'));
      const middle = await aside.post('configmaps', configMap('middle', {}, ownedBy(top.body)));
      await aside.post('configmaps', configMap('bottom', {}, ownedBy(middle.body)));
      await remove('configmaps/top');
      await until('configmaps/middle', gone);
      await until('configmaps/bottom', gone);
    }),
    row('an owner that never was', async ({ aside, until }) => {
      const uid = '11111111-2222-4333-8444-555555555555';
      const owner = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'none', uid } };
      await aside.post('configmaps', configMap('child', {}, ownedBy(owner)));
      await until('configmaps/child', gone);
    }),
    row('policies that are only tried', async ({ aside, delete: remove }) => {
      await aside.post('configmaps', configMap('x'));
      const dryRun = ['All'];
      await remove('configmaps/x', { dryRun, propagationPolicy: 'Foreground' });
      await remove('configmaps/x', { dryRun, propagationPolicy: 'Orphan' });
      await remove('configmaps/x', { dryRun, propagationPolicy: 'Background' });
      await remove('configmaps/x', { dryRun });
    }),
    row('parameters beside a body do not count', async ({ aside, delete: remove, get }) => {
      await aside.post('configmaps', configMap('x'));
      await remove('configmaps/x?dryRun=All', { propagationPolicy: 'Background' });
      await get('configmaps/x');
    }),
    row('dependents of a Rollout', async ({ aside, delete: remove, until }) => {
      const { body } = await aside.post('rollouts', rollout('x'));
      const owned = { ...ownedBy(body, { controller: true, blockOwnerDeletion: true }) };
      await aside.post('replicasets', { ...deployment('x', idle, owned), kind: 'ReplicaSet' });
      await remove('rollouts/x', { propagationPolicy: 'Foreground' }, { show: ({ metadata }) => metadata });
      await until('replicasets/x', gone);
      await until('rollouts/x', gone);
    }),
    row('all that is in a namespace', async ({ aside, namespace, send, until, post }) => {
      const name = `going-${namespace}`;
      const inside = `/api/v1/namespaces/${name}`;
      await aside.post('namespaces', { metadata: { name } });
      await aside.post(`${inside}/configmaps`, configMap('held', {}, { finalizers: ['a.test/wait'] }));
      await aside.post(`${inside}/configmaps`, configMap('free'));
      await send('DELETE', `namespaces/${name}`, undefined, {
        show: ({ status }) => (status as Fields)['phase'],
      });
      await until(`${inside}/configmaps/free`, gone);
      await until(
        `namespaces/${name}`,
        ({ status }) =>
          JSON.stringify(status).includes('NamespaceFinalizersRemaining","status":"True') ||
          JSON.stringify(status).includes('"SomeFinalizersRemain"'),
      );
      await post(`${inside}/configmaps`, configMap('new'));
      await post(`/apis/argoproj.io/v1alpha1/namespaces/${name}/rollouts`, rollout('new'));
      await post('namespaces', { metadata: { name } });
      await aside.patch(`${inside}/configmaps/held`, 'merge', { metadata: { finalizers: null } });
      await until(`namespaces/${name}`, gone);
      await post(`${inside}/configmaps`, configMap('new'));
    }),
  ],
};
