import { row, type Topic } from '../case.ts';
import { configMap, deployment, type Fields, idle, rollout } from '../objects.ts';

const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '11111111-2222-4333-8444-555555555555' };

/** Metadata that is refused, by what it is. */
const refused: Readonly<Record<string, Fields>> = {
  'a name with capitals': { name: 'Upper' },
  'a name that ends with a dash': { name: 'x-' },
  'a name with an underscore': { name: 'a_b' },
  'a name that is too long': { name: 'a'.repeat(254) },
  'a name with a slash': { name: 'a/b' },
  'an empty name': { name: '' },
  'a label whose key is no key': { labels: { 'a b': 'x' } },
  'a label whose key has a prefix that is none': { labels: { '-/x': 'x' } },
  'a label whose key is too long': { labels: { ['k'.repeat(64)]: 'x' } },
  'a label whose value has a space': { labels: { a: 'b c' } },
  'a label whose value is too long': { labels: { a: 'v'.repeat(64) } },
  'a label whose value is a number': { labels: { a: 1 } },
  'an annotation whose key is no key': { annotations: { 'a b': 'anything goes' } },
  'an annotation whose value is a truth': { annotations: { a: true } },
  'an owner without a name': { ownerReferences: [{ ...owner, name: '' }] },
  'an owner without a uid': { ownerReferences: [{ ...owner, uid: '' }] },
  'an owner without a version': { ownerReferences: [{ ...owner, apiVersion: '' }] },
  'two controllers': {
    ownerReferences: [
      { ...owner, controller: true },
      { ...owner, name: 'p', uid: '21111111-2222-4333-8444-555555555555', controller: true },
    ],
  },
  'a finalizer of no domain': { finalizers: ['mine'] },
  'a finalizer that is no name': { finalizers: ['a b/c'] },
  'labels that are a list': { labels: ['a'] },
};

const accepted: Readonly<Record<string, Fields>> = {
  'a name with dots': { name: 'a.b.c' },
  'an annotation of any text': { annotations: { 'a.b/C_d': 'any {"text"} \n at all' } },
  'labels at their limits': { labels: { ['k'.repeat(63)]: 'v'.repeat(63), 'a/b': '' } },
  finalizers: { finalizers: ['a.test/b', 'kubernetes', 'orphan'] },
  'empty maps and lists': { labels: {}, annotations: {}, finalizers: [], ownerReferences: [] },
  'nothing at all': { labels: null, annotations: null, finalizers: null },
  'the same finalizer twice': { finalizers: ['a.test/b', 'a.test/b'] },
  'the same owner twice': { ownerReferences: [owner, owner] },
};

/** Names, labels, annotations, owners, finalizers. */
export const metadata: Topic = {
  name: 'metadata',
  cases: [
    ...Object.entries(refused).map(([name, fields]) =>
      row(`refused: ${name}`, async ({ post }) => {
        await post('configmaps', configMap('x', {}, fields));
        await post('rollouts', { ...rollout('x'), metadata: { name: 'x', ...fields } });
      }),
    ),
    ...Object.entries(accepted).map(([name, fields]) =>
      row(`accepted: ${name}`, async ({ post }) => {
        await post('configmaps', configMap('x', {}, fields));
        await post('rollouts', { ...rollout('x'), metadata: { name: 'x', ...fields } });
      }),
    ),
    row('names of things that become names elsewhere', async ({ post }) => {
      await post('services', { metadata: { name: 'a.b' }, spec: { ports: [{ port: 80 }] } });
      await post('services', { metadata: { name: '1st' }, spec: { ports: [{ port: 80 }] } });
      await post('services', { metadata: { name: 'a'.repeat(64) }, spec: { ports: [{ port: 80 }] } });
      await post('namespaces', { metadata: { name: 'a.b' } });
      await post('namespaces', { metadata: { name: 'a'.repeat(64) } });
      await post('roles', { metadata: { name: 'system:Anything' }, rules: [] });
      await post('roles', { metadata: { name: 'a/b' }, rules: [] });
      await post('deployments', deployment('Deployment', idle));
    }),
    row('names that the server completes', async ({ aside, post, tell }) => {
      const nameless = { apiVersion: 'v1', kind: 'ConfigMap' };
      await post('configmaps', { ...nameless, metadata: { generateName: 'some-' } });
      await post(
        'configmaps',
        { ...nameless, metadata: { generateName: 'a'.repeat(70) } },
        {
          show: ({ metadata }) => metadata.name.length,
        },
      );
      const refused = await aside.post('configmaps', { ...nameless, metadata: { generateName: 'Upper-' } });
      tell('a start that is no name', refused.text.replace(/Upper-[a-z0-9]{5}/g, 'Upper-<x>'));
      await post('configmaps', { ...nameless, metadata: { generateName: 'some-', name: 'given' } });
      await post('rollouts', { ...rollout('x'), metadata: { generateName: 'some-' } });
      await post('configmaps?dryRun=All', { ...nameless, metadata: { generateName: 'some-' } });
    }),
    row('what cannot be changed', async ({ post, patch }) => {
      await post('configmaps', configMap('x'));
      const change = (fields: Fields) => patch('configmaps/x', 'merge', { metadata: fields });
      await change({ uid: '11111111-2222-4333-8444-555555555555' });
      await change({ creationTimestamp: '2001-01-01T00:00:00Z' });
      await change({ deletionTimestamp: '2001-01-01T00:00:00Z' });
      await change({ deletionGracePeriodSeconds: 5 });
      await change({ generation: 5 });
      await change({ selfLink: '/somewhere' });
      await change({ generateName: 'other-' });
      await change({ uid: null, creationTimestamp: null, generation: null });
    }),
    row('what cannot be changed of a custom resource', async ({ post, patch }) => {
      await post('rollouts', rollout('x'), { show: ({ metadata }) => metadata.name });
      const change = (fields: Fields) =>
        patch('rollouts/x', 'merge', { metadata: fields }, { show: ({ metadata }) => metadata });
      await change({ uid: '11111111-2222-4333-8444-555555555555' });
      await change({ creationTimestamp: '2001-01-01T00:00:00Z' });
      await change({ deletionTimestamp: '2001-01-01T00:00:00Z' });
      await change({ generation: 5 });
      await change({ uid: null, creationTimestamp: null, generation: null });
    }),
    row('labels and annotations come and go', async ({ post, patch }) => {
      await post('configmaps', configMap('x', {}, { labels: { a: '1', b: '2' } }));
      await patch('configmaps/x', 'merge', { metadata: { labels: { a: null, c: '3' } } });
      await patch('configmaps/x', 'merge', { metadata: { labels: null, annotations: { x: 'y' } } });
      await patch('configmaps/x', 'merge', { metadata: { labels: { 'not valid': 'x' } } });
      await patch('configmaps/x', 'merge', { metadata: { annotations: null } });
    }),
    row('more annotations than there may be', async ({ post, patch }) => {
      const size = 256 * 1024;
      const shown = { show: ({ kind }: { readonly kind: string }) => kind };
      await post('configmaps', configMap('x', {}, { annotations: { a: 'x'.repeat(size - 1) } }), shown);
      await post('configmaps', configMap('y', {}, { annotations: { a: 'x'.repeat(size) } }));
      await patch('configmaps/x', 'merge', { metadata: { annotations: { b: 'x' } } });
    }),
    row('managed fields that a client sends', async ({ post, patch, put }) => {
      const { body } = await post('configmaps', configMap('x', { a: '1' }, { managedFields: [] }));
      await patch('configmaps/x', 'merge', { metadata: { managedFields: null } });
      await patch('configmaps/x', 'merge', { metadata: { managedFields: [{}] } });
      await patch('configmaps/x', 'merge', { data: { a: '2' } });
      await put(
        'configmaps/x',
        configMap('x', { a: '3' }, { managedFields: body.metadata['managedFields'] }),
      );
      await patch('configmaps/x', 'merge', {
        metadata: { managedFields: [{ manager: 'x', operation: 'Odd' }] },
      });
    }),
  ],
};
