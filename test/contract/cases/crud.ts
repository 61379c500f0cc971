import { row, type Topic } from '../case.ts';
import { configMap, deployment, idle, pod, rollout } from '../objects.ts';

const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } };

/** Creating, reading, replacing and deleting, and what is answered when that cannot be done. */
export const crud: Topic = {
  name: 'crud',
  cases: [
    row('an object from its beginning to its end', async ({ get, post, put, delete: remove }) => {
      const { body } = await post('configmaps', configMap('x', { a: '1' }));
      await get('configmaps/x');
      await put('configmaps/x', { ...body, data: { b: '2' } });
      await remove('configmaps/x');
      await get('configmaps/x');
    }),
    row('what is there already', async ({ post }) => {
      await post('configmaps', configMap('x'));
      await post('configmaps', configMap('x', { other: 'data' }));
    }),
    row('what is not there', async ({ get, put, patch, delete: remove }) => {
      await get('configmaps/none');
      await put('configmaps/none', configMap('none'));
      await patch('configmaps/none', 'merge', { data: {} });
      await patch('configmaps/none', 'json', []);
      await patch('deployments/none', 'strategic', {});
      await remove('configmaps/none');
      await get('deployments/none/status');
      await get('deployments/none/scale');
      await get('rollouts/none');
      await get('nodes/none');
    }),
    row('a replacement without a version', async ({ post, put }) => {
      await post('configmaps', configMap('x', { a: '1' }));
      await put('configmaps/x', configMap('x', { a: '2' }));
    }),
    row('a replacement of an older version', async ({ post, put }) => {
      const { body } = await post('configmaps', configMap('x', { a: '1' }));
      await put('configmaps/x', { ...body, data: { a: '2' } });
      await put('configmaps/x', { ...body, data: { a: '3' } });
    }),
    row('a replacement of another object of the same name', async ({ post, put, delete: remove }) => {
      const { body } = await post('configmaps', configMap('x', { a: '1' }));
      await remove('configmaps/x');
      await post('configmaps', configMap('x', { a: '1' }));
      const { resourceVersion: _, ...metadata } = body.metadata;
      await put('configmaps/x', { ...body, metadata });
    }),
    row('a replacement with a version that is no number', async ({ post, put }) => {
      const { body } = await post('configmaps', configMap('x'));
      await put('configmaps/x', { ...body, metadata: { ...body.metadata, resourceVersion: 'new' } });
    }),
    row('a new object with a version', async ({ post }) => {
      await post('configmaps', configMap('x', {}, { resourceVersion: '1' }));
    }),
    row('a new object with what only the server sets', async ({ post }) => {
      const uid = '11111111-2222-4333-8444-555555555555';
      const metadata = { uid, generation: 7, creationTimestamp: '2001-01-01T00:00:00Z', selfLink: '/x' };
      await post('configmaps', configMap('x', {}, metadata));
      await post('rollouts', { ...rollout('x'), metadata: { name: 'x', ...metadata } });
      await post('deployments', deployment('x', idle, metadata), { show: ({ metadata }) => metadata });
    }),
    row('no name', async ({ post }) => {
      await post('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
      await post('configmaps', { apiVersion: 'v1', kind: 'ConfigMap' });
      await post('rollouts', { ...rollout('x'), metadata: {} });
    }),
    row('another name than in the path', async ({ post, put, patch }) => {
      await post('configmaps', configMap('x'));
      await put('configmaps/x', configMap('y'));
      await put('configmaps/x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
      await patch('configmaps/x', 'merge', { metadata: { name: 'y' } });
      await patch('configmaps/x', 'merge', { metadata: { name: null } });
    }),
    row('another namespace than in the path', async ({ post, put, patch }) => {
      await post('configmaps', configMap('x', {}, { namespace: 'elsewhere' }));
      await post('configmaps', configMap('x'));
      await put('configmaps/x', configMap('x', {}, { namespace: 'elsewhere' }));
      await patch('configmaps/x', 'merge', { metadata: { namespace: 'elsewhere' } });
    }),
    row('a kind of its own or none', async ({ post, get }) => {
      await post('configmaps', { metadata: { name: 'bare' }, data: { a: '1' } });
      await post('configmaps', secret);
      await post('configmaps', { ...configMap('x'), apiVersion: 'v2' });
      await post('deployments', { ...deployment('x'), apiVersion: 'apps/v1beta1' });
      await post('rollouts', { ...rollout('x'), kind: 'Deployment' });
      await post('rollouts', { ...rollout('x'), apiVersion: 'argoproj.io/v1' });
      await get('configmaps/bare');
    }),
    row('a body that cannot be read', async ({ post, put, patch }) => {
      await post('configmaps', '{"metadata":');
      await post('configmaps', '');
      await post('configmaps', '"text"');
      await post('configmaps', '[]');
      await post('rollouts', '{"metadata":');
      await post('rollouts', '[]');
      await post('configmaps', configMap('x'));
      await put('configmaps/x', 'nothing');
      await patch('configmaps/x', 'merge', '{"data":');
      await patch('configmaps/x', 'merge', '[]');
      await patch('configmaps/x', 'json', '{}');
    }),
    row('a body in YAML', async ({ post }) => {
      const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: "1"\n';
      await post('configmaps', yaml, { type: 'application/yaml' });
      await post('configmaps', 'a: [', { type: 'application/yaml' });
    }),
    row('a body of an unknown sort', async ({ post, put, send }) => {
      await post('configmaps', 'x', { type: 'text/plain' });
      await put('configmaps/x', '<x/>', { type: 'application/xml' });
      await send('PATCH', 'configmaps/x', {}, { type: 'application/json' });
      await post('rollouts', 'x', { type: 'text/plain' });
    }),
    row('an answer of a sort that nobody can give', async ({ get }) => {
      await get('configmaps', { accept: 'text/html' });
      await get('rollouts', { accept: 'image/png' });
      await get('configmaps', { accept: 'text/html, */*', show: ({ kind }) => kind });
    }),
    row('a field of another type', async ({ post }) => {
      await post('configmaps', configMap('x', { a: 1 }));
      await post('configmaps', { ...configMap('x'), data: 'text' });
      await post('deployments', deployment('x', { replicas: 'two' }));
      await post('deployments', deployment('x', { replicas: 1.5 }));
      await post('deployments', deployment('x', { template: [] }));
      await post('pods', pod('x', { containers: { name: 'app' } }));
    }),
    row('methods that nobody offers', async ({ post, put, send }) => {
      await post('configmaps/x', configMap('x'));
      await put('configmaps', configMap('x'));
      await send('PATCH', 'configmaps', {}, { type: 'application/merge-patch+json' });
      await send('OPTIONS', 'configmaps');
      await send('HEAD', 'configmaps/none');
      await post('pods/x/status', pod('x'));
      await send('DELETE', 'deployments/x/status');
      await send('DELETE', 'services/x/status');
      await send('PURGE', 'configmaps');
    }),
    row('paths that lead nowhere', async ({ get, post }) => {
      await get('/api/v1/namespaces/{ns}/nothings');
      await get('/api/v1/namespaces/{ns}/nothings/x');
      await get('/apis/nobody.test/v1/things');
      await get('/apis/apps/v9/deployments');
      await get('/apis/argoproj.io/v1/rollouts');
      await get('/api/v1/namespaces/{ns}/configmaps/x/nothing');
      await get('/api/v1/namespaces/{ns}/configmaps/x/status');
      await get('/apis/argoproj.io/v1alpha1/namespaces/{ns}/rollouts/x/nothing');
      await get('/api/v2');
      await get('/nothing');
      await post('/api/v1/configmaps', configMap('x'));
      await get('/api/v1/namespaces/{ns}/nodes');
      await get('/apis/argoproj.io/v1alpha1/namespaces/{ns}/clusteranalysistemplates');
    }),
    row('an object of the whole cluster', async ({ namespace, get, post, put, delete: remove }) => {
      const role = {
        metadata: { name: namespace },
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      };
      const { body } = await post('clusterroles', role);
      await put(`clusterroles/${namespace}`, { ...body, rules: [] });
      await get(`clusterroles/${namespace}`);
      await remove(`clusterroles/${namespace}`);
      await get(`clusterroles/${namespace}`);
    }),
    row('what a deletion answers', async ({ post, delete: remove }) => {
      await post('configmaps', configMap('x'));
      await remove('configmaps/x');
      await post('secrets', secret);
      await remove('secrets/x');
      await post('rollouts', rollout('x'), { show: ({ kind }) => kind });
      await remove('rollouts/x');
      await post('podtemplates', { metadata: { name: 'x' }, template: { spec: pod('x')['spec'] } });
      await remove('podtemplates/x');
      await post('services', { metadata: { name: 'x' }, spec: { ports: [{ port: 80 }] } });
      await remove('services/x');
      await post('serviceaccounts', { metadata: { name: 'x' } });
      await remove('serviceaccounts/x');
      await post('leases', { metadata: { name: 'x' }, spec: {} });
      await remove('leases/x');
      await post('deployments', deployment('x', idle), { show: ({ kind }) => kind });
      await remove('deployments/x', { propagationPolicy: 'Background' });
    }),
    row('a PUT that creates', async ({ put }) => {
      await put('leases/made', { metadata: { name: 'made' }, spec: { holderIdentity: 'me' } });
      await put('services/made', { metadata: { name: 'made' }, spec: { ports: [{ port: 80 }] } });
      await put('roles/made', { metadata: { name: 'made' }, rules: [] });
      await put('secrets/made', { metadata: { name: 'made' } });
      await put('rollouts/made', rollout('made'));
    }),
    row('conditions of a deletion', async ({ post, delete: remove }) => {
      const { body } = await post('configmaps', configMap('x'));
      const { uid, resourceVersion } = body.metadata;
      await remove('configmaps/x', { preconditions: { uid: '11111111-2222-4333-8444-555555555555' } });
      await remove('configmaps/x', { preconditions: { resourceVersion: '1' } });
      await remove('configmaps/x', { preconditions: { uid, resourceVersion } });
    }),
    row('options of a deletion that nobody knows', async ({ post, delete: remove }) => {
      await post('configmaps', configMap('x'));
      await remove('configmaps/x', { propagationPolicy: 'Never' });
      await remove('configmaps/x?propagationPolicy=Never');
      await remove('configmaps/x', '{"propagationPolicy":');
      await remove('configmaps/x', { propagationPolicy: 'Orphan', orphanDependents: true });
      await remove('configmaps/x', { kind: 'DeleteOptions', apiVersion: 'v1' });
    }),
  ],
};
