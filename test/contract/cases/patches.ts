import { row, type Topic } from '../case.ts';
import { configMap, deployment, type Fields, idle, rollout, service } from '../objects.ts';
import type { Session } from '../session.ts';

const two = {
  ...idle,
  template: {
    metadata: { labels: { app: 'x' } },
    spec: {
      containers: [
        {
          name: 'one',
          image: 'demo/one:1',
          args: ['a', 'b'],
          ports: [{ containerPort: 80 }, { name: 'q', containerPort: 81 }],
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
            { name: 'C', value: '3' },
          ],
        },
        { name: 'two', image: 'demo/two:1' },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
      nodeSelector: { zone: 'a' },
    },
  },
};

const spec = { show: (body: Fields) => body['spec'] };

/** A Deployment and a strategic merge patch of its pod's spec. */
function strategic(name: string, podSpec: unknown) {
  return row(`strategic: ${name}`, async ({ post, patch }) => {
    await post('deployments', deployment('x', two), { show: ({ kind }) => kind });
    await patch('deployments/x', 'strategic', { spec: { template: { spec: podSpec } } }, spec);
  });
}

/** A ConfigMap and a JSON patch of it. */
function json(name: string, operations: unknown) {
  return row(`json: ${name}`, async ({ post, patch }: Session) => {
    const metadata = { annotations: { 'a/b': 'c', 'd~e': 'f' }, finalizers: ['a.test/1', 'a.test/2'] };
    await post('configmaps', configMap('x', { a: '1', b: '2' }, metadata), { show: ({ kind }) => kind });
    await patch('configmaps/x', 'json', operations);
  });
}

/** Merge patches, JSON patches and strategic merge patches. */
export const patches: Topic = {
  name: 'patches',
  cases: [
    row('merge: null removes, objects merge, lists are replaced', async ({ post, patch }) => {
      await post('deployments', deployment('x', two), spec);
      const podSpec = (fields: Fields) => ({ spec: { template: { spec: fields } } });
      await patch('deployments/x', 'merge', podSpec({ nodeSelector: { zone: null, disk: 'ssd' } }), spec);
      await patch('deployments/x', 'merge', podSpec({ volumes: null }), spec);
      await patch('deployments/x', 'merge', podSpec({ containers: [{ name: 'three', image: 'i' }] }), spec);
      await patch('deployments/x', 'merge', { spec: null });
      await patch('deployments/x', 'merge', { spec: { replicas: null } }, spec);
    }),
    row('merge: of a custom resource', async ({ post, patch }) => {
      await post('rollouts', rollout('x'), { show: ({ kind }) => kind });
      await patch(
        'rollouts/x',
        'merge',
        { spec: { strategy: { canary: { steps: [{ setWeight: 5 }] } } } },
        spec,
      );
      await patch(
        'rollouts/x',
        'merge',
        { spec: { strategy: { canary: null, blueGreen: { activeService: 'a' } } } },
        spec,
      );
      await patch('rollouts/x', 'merge', { spec: { unknown: 1 } }, spec);
      await patch('rollouts/x', 'merge', { spec: { replicas: 'text' } });
      await patch('rollouts/x', 'merge', { apiVersion: 'argoproj.io/v2' });
      await patch('rollouts/x', 'merge', { kind: 'Deployment' });
    }),
    row('strategic: of a custom resource', async ({ post, patch }) => {
      await post('rollouts', rollout('x'), { show: ({ kind }) => kind });
      await patch('rollouts/x', 'strategic', { spec: { replicas: 3 } });
    }),
    row('merge: a kind and a version of its own', async ({ post, patch }) => {
      await post('configmaps', configMap('x', { a: '1' }), { show: ({ kind }) => kind });
      await patch('configmaps/x', 'merge', { kind: 'Secret' });
      await patch('configmaps/x', 'merge', { apiVersion: 'v2' });
      await patch('configmaps/x', 'merge', { kind: null, apiVersion: null });
    }),
    row('merge: what cannot be read', async ({ post, patch }) => {
      await post('configmaps', configMap('x', { a: '1' }), { show: ({ kind }) => kind });
      await patch('configmaps/x', 'merge', 'text');
      await patch('configmaps/x', 'merge', '"text"');
      await patch('configmaps/x', 'merge', 'null');
      await patch('configmaps/x', 'merge', { data: { a: 1 } });
      await patch('configmaps/x', 'strategic', '[]');
      await patch('configmaps/x', 'strategic', '"text"');
      await patch('configmaps/x', 'strategic', { data: { a: 1 } });
    }),
    json('adds, replaces, removes', [
      { op: 'add', path: '/data/c', value: '3' },
      { op: 'replace', path: '/data/a', value: 'one' },
      { op: 'remove', path: '/data/b' },
    ]),
    json('a test that holds', [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'replace', path: '/data/a', value: '2' },
    ]),
    json('a test that does not hold', [
      { op: 'test', path: '/data/a', value: '2' },
      { op: 'remove', path: '/data/a' },
    ]),
    json('a test of what is not there', [{ op: 'test', path: '/data/none', value: 'x' }]),
    json('a test that nothing is there', [{ op: 'test', path: '/data/none', value: null }]),
    json('removes what is not there', [{ op: 'remove', path: '/data/none' }]),
    json('replaces what is not there', [{ op: 'replace', path: '/data/none', value: 'x' }]),
    json('adds to what is not there', [{ op: 'add', path: '/none/x', value: 'x' }]),
    json('keys with a slash and a tilde', [
      { op: 'replace', path: '/metadata/annotations/a~1b', value: 'x' },
      { op: 'remove', path: '/metadata/annotations/d~0e' },
    ]),
    json('items of lists', [
      { op: 'add', path: '/metadata/finalizers/-', value: 'a.test/3' },
      { op: 'add', path: '/metadata/finalizers/0', value: 'a.test/0' },
      { op: 'remove', path: '/metadata/finalizers/2' },
    ]),
    json('an item behind the end of a list', [{ op: 'remove', path: '/metadata/finalizers/9' }]),
    json('adds behind the end of a list', [{ op: 'add', path: '/metadata/finalizers/9', value: 'a.test/9' }]),
    json('an item that is no number', [{ op: 'remove', path: '/metadata/finalizers/x' }]),
    json('copies and moves', [
      { op: 'copy', from: '/data/a', path: '/data/c' },
      { op: 'move', from: '/data/b', path: '/data/d' },
    ]),
    json('moves what is not there', [{ op: 'move', from: '/data/none', path: '/data/d' }]),
    json('an operation that nobody knows', [{ op: 'change', path: '/data/a', value: 'x' }]),
    json('no path', [{ op: 'replace', value: 'x' }]),
    json('a path without its slash', [{ op: 'replace', path: 'data/a', value: 'x' }]),
    json('no value', [{ op: 'add', path: '/data/c' }]),
    json('the version', [
      { op: 'test', path: '/metadata/resourceVersion', value: '0' },
      { op: 'remove', path: '/data/a' },
    ]),
    json('an object and no list', { op: 'remove', path: '/data/a' }),
    json('a value that the kind does not allow', [{ op: 'replace', path: '/data/a', value: 5 }]),
    json('the whole of data', [{ op: 'remove', path: '/data' }]),
    json('the name', [{ op: 'replace', path: '/metadata/name', value: 'y' }]),
    json(
      'more operations than there may be',
      Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' })),
    ),
    strategic('a container by its name', { containers: [{ name: 'two', image: 'demo/two:2' }] }),
    strategic('a new container', { containers: [{ name: 'three', image: 'demo/three:1' }] }),
    strategic('a container less', { containers: [{ name: 'two', $patch: 'delete' }] }),
    strategic('all containers anew', { containers: [{ $patch: 'replace' }, { name: 'only', image: 'i' }] }),
    strategic('a container without its name', { containers: [{ image: 'i' }] }),
    strategic('variables', {
      containers: [
        {
          name: 'one',
          env: [
            { name: 'B', value: 'two' },
            { name: 'D', value: '4' },
            { name: 'A', $patch: 'delete' },
          ],
        },
      ],
    }),
    strategic('the order of variables', {
      containers: [
        {
          name: 'one',
          '$setElementOrder/env': [{ name: 'C' }, { name: 'A' }, { name: 'D' }],
          env: [{ name: 'D', value: '4' }],
        },
      ],
      '$setElementOrder/containers': [{ name: 'two' }, { name: 'one' }],
    }),
    strategic('plain lists are replaced', { containers: [{ name: 'one', args: ['c'] }] }),
    strategic('ports', { containers: [{ name: 'one', ports: [{ containerPort: 81, name: 'r' }] }] }),
    strategic('a map less a key', { nodeSelector: { zone: null, disk: 'ssd' } }),
    strategic('a map anew', { nodeSelector: { $patch: 'replace', disk: 'ssd' } }),
    strategic('volumes of another sort', {
      volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }],
    }),
    strategic('volumes of two sorts', { volumes: [{ name: 'v', configMap: { name: 'c' } }] }),
    strategic('a list that becomes nothing', { volumes: null }),
    strategic('a directive that nobody knows', { containers: [{ name: 'one', $patch: 'burn' }] }),
    strategic('a list where an object is', { nodeSelector: [] }),
    row('strategic: finalizers and owners', async ({ aside, post, patch }) => {
      const { body } = await aside.post('configmaps', configMap('o'));
      const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: body.metadata.uid };
      await post('configmaps', configMap('x', {}, { finalizers: ['a.test/1', 'a.test/2'] }));
      await patch('configmaps/x', 'strategic', { metadata: { finalizers: ['a.test/3'] } });
      const less = { '$deleteFromPrimitiveList/finalizers': ['a.test/1'] };
      await patch('configmaps/x', 'strategic', { metadata: less });
      await patch('configmaps/x', 'strategic', { metadata: { ownerReferences: [owner] } });
      await patch('configmaps/x', 'strategic', {
        metadata: { ownerReferences: [{ uid: owner.uid, controller: true }] },
      });
      await patch('configmaps/x', 'strategic', {
        metadata: { ownerReferences: [{ uid: owner.uid, $patch: 'delete' }] },
      });
    }),
    row('strategic: the strategy of a Deployment', async ({ post, patch }) => {
      await post('deployments', deployment('x', idle), spec);
      await patch(
        'deployments/x',
        'strategic',
        { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
        spec,
      );
      await patch(
        'deployments/x',
        'strategic',
        { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
        spec,
      );
      await patch('deployments/x', 'strategic', { spec: { strategy: { type: 'Recreate' } } }, spec);
    }),
    row('strategic: ports of a Service', async ({ post, patch }) => {
      await post('services', service('x'), spec);
      await patch('services/x', 'strategic', { spec: { ports: [{ port: 81, name: 'more' }] } }, spec);
      await patch('services/x', 'strategic', { spec: { ports: [{ port: 80, targetPort: 9 }] } }, spec);
      await patch('services/x', 'strategic', { spec: { selector: { app: null, role: 'y' } } }, spec);
    }),
  ],
};
