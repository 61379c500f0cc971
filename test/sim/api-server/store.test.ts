import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import type { Change } from '../../../src/sim/api-server/api.ts';
import { share } from '../../../src/sim/api-server/frozen.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { type Bench, bench, podSpec, refusal, replicaSet, told, USER } from './server.ts';

const here = { namespace: 'default', name: 'a' } as const;
const { configMaps, deployments, leases, namespaces, pods, replicaSets, rollouts } = kinds;
const configMap = (name: string, data: object = {}) => ({ metadata: { name, namespace: 'default' }, data });

/** Writes in turn; what each says about generation and version, and what everybody is told. */
interface Row {
  readonly writes: (bench: Bench) => readonly (() => unknown)[];
  /** Generations after each write. */
  readonly generations?: readonly (number | undefined)[];
  readonly told: readonly string[];
}

const status = { ...USER, subresource: 'status' } as const;
const made = (api: Bench['api']) => () => api.create(replicaSets, replicaSet('a'), USER);

const rows: Readonly<Record<string, Row>> = {
  'a change of the spec raises the generation': {
    writes: ({ api }) => [made(api), () => api.merge(replicaSets, here, { spec: { replicas: 3 } }, USER)],
    generations: [1, 2],
    told: ['+ replicasets/a', '~ replicasets/a'],
  },
  'labels and annotations do not': {
    writes: ({ api }) => [
      made(api),
      () => api.merge(replicaSets, here, { metadata: { labels: { x: 'y' } } }, USER),
    ],
    generations: [1, 1],
    told: ['+ replicasets/a', '~ replicasets/a'],
  },
  'the status does not, and leaves the spec alone': {
    writes: ({ api }) => [
      made(api),
      () => api.merge(replicaSets, here, { spec: { replicas: 9 }, status: { replicas: 1 } }, status),
    ],
    generations: [1, 1],
    told: ['+ replicasets/a', '~ replicasets/a'],
  },
  'who writes the object does not write its status': {
    writes: ({ api }) => [
      made(api),
      () => api.merge(replicaSets, here, { spec: { replicas: 2 }, status: { replicas: 7 } }, USER),
      () => assert.deepEqual(api.get(replicaSets, here)?.['status'], { replicas: 0 }),
    ],
    generations: [1, 2],
    told: ['+ replicasets/a', '~ replicasets/a'],
  },
  'a write that changes nothing is none': {
    writes: ({ api }) => [
      made(api),
      () => api.merge(replicaSets, here, { spec: { replicas: 1 } }, USER),
      () => api.update(replicaSets, api.get(replicaSets, here) ?? {}, USER),
    ],
    generations: [1, 1, 1],
    told: ['+ replicasets/a'],
  },
  'without a status of its own every change counts': {
    writes: ({ api }) => [
      () => api.create(kinds.analysisRuns, { metadata: here, spec: {} }, USER),
      () => api.merge(kinds.analysisRuns, here, { status: { phase: 'Running' } }, USER),
      () => api.merge(kinds.analysisRuns, here, { metadata: { labels: { x: 'y' } } }, USER),
    ],
    generations: [1, 2, 2],
    told: ['+ analysisruns/a', '~ analysisruns/a', '~ analysisruns/a'],
  },
  'some kinds have no generation': {
    writes: ({ api }) => [
      () => api.create(configMaps, configMap('a'), USER),
      () => api.merge(configMaps, here, { data: { x: 'y' } }, USER),
    ],
    generations: [undefined, undefined],
    told: ['+ configmaps/a', '~ configmaps/a'],
  },
  'finalizers hold an object, the last one lets it go': {
    writes: ({ api }) => [
      () => api.create(configMaps, { metadata: { ...here, finalizers: ['a.b/c'] } }, USER),
      () => api.delete(configMaps, here),
      () => api.delete(configMaps, here),
      () => api.merge(configMaps, here, { metadata: { finalizers: null } }, USER),
      () => assert.equal(api.get(configMaps, here), null),
    ],
    told: ['+ configmaps/a', '~ configmaps/a', '- configmaps/a'],
  },
  'a pod without a node goes at once, and says so first': {
    writes: ({ api }) => [
      () => api.create(pods, { metadata: here, spec: podSpec }, USER),
      () => api.delete(pods, here),
    ],
    told: ['+ pods/a', '~ pods/a', '- pods/a'],
  },
  'a pod on a node waits for its kubelet': {
    writes: ({ api }) => [
      () => api.create(pods, { metadata: here, spec: { ...podSpec, nodeName: 'n' } }, USER),
      () => api.delete(pods, here),
      () => assert.equal(api.get(pods, here)?.metadata.deletionTimestamp, '2026-11-21T08:00:30Z'),
      () => api.delete(pods, here, { gracePeriodSeconds: 5 }),
      () => assert.equal(api.get(pods, here)?.metadata.deletionTimestamp, '2026-11-21T08:00:05Z'),
      () => api.delete(pods, here, { gracePeriodSeconds: 0 }),
    ],
    told: ['+ pods/a', '~ pods/a', '~ pods/a', '~ pods/a', '- pods/a'],
  },
  'a node is given by binding, without a new generation': {
    writes: ({ api }) => [
      () => api.create(pods, { metadata: here, spec: podSpec }, USER),
      () => api.merge(pods, here, { spec: { nodeName: 'n' } }, USER),
    ],
    generations: [1, 1],
    told: ['+ pods/a', '~ pods/a'],
  },
  'a name may be completed': {
    writes: ({ api }) => [
      () => {
        const object = api.create(
          configMaps,
          { metadata: { generateName: 'a-', namespace: 'default' } },
          USER,
        );
        assert.match(object.metadata.name, /^a-[a-z0-9]{5}$/);
        api.delete(configMaps, { namespace: 'default', name: object.metadata.name });
      },
      () => api.create(configMaps, configMap('a'), USER),
    ],
    told: ['+ configmaps/a'],
  },
};

void describe('what writes do', () => {
  for (const [name, { writes, generations, told: expected }] of Object.entries(rows)) {
    void test(name, () => {
      const one = bench();
      const heard: string[] = [];
      one.api.onChange((change) => heard.push(told(change)));
      const seen = writes(one).map((write) => (write() as Manifest | undefined)?.metadata.generation);
      assert.deepEqual(
        heard.filter((line) => line.endsWith('/a')),
        expected,
      );
      if (generations !== undefined) assert.deepEqual(seen.slice(0, generations.length), generations);
    });
  }
});

/** What is refused, and how. */
const refusals: Readonly<Record<string, readonly [(bench: Bench) => unknown, string]>> = {
  'a second object of one name': [
    ({ api }) => api.create(configMaps, configMap('a'), USER),
    '409 AlreadyExists',
  ],
  'an update that saw an older version': [
    ({ api }) => api.update(configMaps, { metadata: { ...here, resourceVersion: '1' } }, USER),
    '409 Conflict',
  ],
  'a merge that saw an older version': [
    ({ api }) => api.merge(configMaps, here, { metadata: { resourceVersion: '1' } }, USER),
    '409 Conflict',
  ],
  'a deletion of another object of that name': [
    ({ api }) => api.delete(configMaps, here, { uid: 'x' }),
    '409 Conflict',
  ],
  'a deletion of another version': [
    ({ api }) => api.delete(configMaps, here, { resourceVersion: '1' }),
    '409 Conflict',
  ],
  'a change of what is not there': [
    ({ api }) => api.merge(configMaps, { ...here, name: 'b' }, { data: {} }, USER),
    '404 NotFound',
  ],
  'a deletion of what is not there': [
    ({ api }) => api.delete(configMaps, { ...here, name: 'b' }),
    '404 NotFound',
  ],
  'an object without its namespace': [
    ({ api }) => api.create(configMaps, { metadata: { name: 'b', namespace: 'nowhere' } }, USER),
    '404 NotFound',
  ],
  'an object in a namespace that is going': [
    ({ api }) => {
      api.create(namespaces, { metadata: { name: 'going' } }, USER);
      api.delete(namespaces, { name: 'going' });
      api.create(configMaps, { metadata: { name: 'b', namespace: 'going' } }, USER);
    },
    '403 Forbidden',
  ],
  'a kind that is not served': [
    ({ api }) => api.list({ group: 'x', version: 'v1', resource: 'ys', kind: 'Y', namespaced: true }),
    '404 NotFound',
  ],
  'another selector': [
    ({ api }) => {
      api.create(replicaSets, replicaSet('b'), USER);
      api.merge(
        replicaSets,
        { ...here, name: 'b' },
        { spec: { selector: { matchLabels: { app: 'c' } } } },
        USER,
      );
    },
    '422 Invalid',
  ],
  'a Lease of whoever comes': [
    ({ api }) => {
      api.create(leases, { metadata: here }, USER);
      api.update(leases, { metadata: here, spec: { holderIdentity: 'me' } }, USER);
    },
    '422 Invalid',
  ],
  'a deployment without anything': [
    ({ api }) => api.create(deployments, { metadata: here }, USER),
    '422 Invalid',
  ],
};

void describe('what is refused', () => {
  for (const [name, [call, expected]] of Object.entries(refusals)) {
    void test(name, () => {
      const one = bench();
      one.api.create(configMaps, configMap('a'), USER);
      one.api.merge(configMaps, here, { data: { x: 'y' } }, USER);
      assert.equal(
        refusal(() => call(one)),
        expected,
      );
    });
  }
});

void test('what is stored is frozen, shares what did not change, and is not the object of the caller', () => {
  const { api } = bench();
  const mine = replicaSet('a') as { spec: { replicas: number } };
  const first = api.create(replicaSets, mine, USER);
  mine.spec.replicas = 7;
  assert.equal((first['spec'] as typeof mine.spec).replicas, 1);
  assert.ok(Object.isFrozen(first) && Object.isFrozen(first['spec']) && Object.isFrozen(first.metadata));
  const second = api.merge(replicaSets, here, { spec: { replicas: 2 } }, USER);
  const template = (object: Manifest) => (object['spec'] as { template: object }).template;
  assert.equal(template(second), template(first));
  assert.equal(second['status'], first['status']);
});

void test('every change is told in order, even of those that are made while being told', () => {
  const { api } = bench();
  const heard: Change[] = [];
  api.onChange((change) => {
    if (change.before === null && change.after?.metadata.name === 'a') {
      api.merge(configMaps, here, { data: { by: 'listener' } }, USER);
    }
  });
  api.onChange((change) => heard.push(change));
  api.create(configMaps, configMap('a'), USER);
  assert.deepEqual(heard.map(told), ['+ configmaps/a', '~ configmaps/a']);
  const versions = heard.map((change) => change.version);
  assert.deepEqual(
    versions,
    versions.toSorted((a, b) => a - b),
  );
  assert.equal(heard[1]?.before, heard[0]?.after);
});

void test('who begins to listen hears only what comes after', () => {
  const { api } = bench();
  const late: string[] = [];
  api.onChange((change) => {
    if (told(change) === '+ configmaps/a') api.onChange((next) => late.push(told(next)));
  });
  api.create(configMaps, configMap('a'), USER);
  api.create(configMaps, configMap('b'), USER);
  assert.deepEqual(late, ['+ configmaps/b']);
});

void test('lists are in the order of keys, and can be narrowed', () => {
  const { api } = bench();
  for (const name of ['z', 'z-y']) api.create(namespaces, { metadata: { name } }, USER);
  for (const [namespace, name] of [
    ['z', 'b'],
    ['z-y', 'a'],
    ['z', 'a'],
    ['default', 'c'],
  ] as const) {
    api.create(configMaps, { metadata: { namespace, name, labels: { of: name } } }, USER);
  }
  const names = (list: readonly Manifest[]) =>
    list.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  assert.deepEqual(names(api.list(configMaps)), ['default/c', 'z-y/a', 'z/a', 'z/b']);
  assert.deepEqual(names(api.list(configMaps, { namespace: 'z' })), ['z/a', 'z/b']);
  assert.deepEqual(names(api.list(configMaps, { labels: { of: 'a' } })), ['z-y/a', 'z/a']);
});

void test('a namespace goes when its finalizers do', () => {
  const { api } = bench();
  api.create(namespaces, { metadata: { name: 'x' } }, USER);
  api.delete(namespaces, { name: 'x' });
  assert.deepEqual(api.get(namespaces, { name: 'x' })?.['status'], { phase: 'Terminating' });
  const finalize = { ...USER, subresource: 'finalize' } as const;
  api.merge(namespaces, { name: 'x' }, { spec: { finalizers: null } }, finalize);
  assert.equal(api.get(namespaces, { name: 'x' }), null);
});

void test('a custom resource that is assumed takes anything', () => {
  const { api } = bench();
  const object = api.create(rollouts, { metadata: here, spec: { anything: [1, { goes: null }] } }, USER);
  assert.deepEqual(object['spec'], { anything: [1, { goes: null }] });
  assert.equal(object.apiVersion, 'argoproj.io/v1alpha1');
});

void test('equal data is the same object, whatever the order of its fields', () => {
  const before = share({ a: 1, b: [{ c: 2 }], d: { e: null } }, undefined);
  assert.equal(share({ d: { e: null }, b: [{ c: 2 }], a: 1, f: undefined }, before), before);
  const after = share({ a: 2, b: [{ c: 2 }], d: { e: null } }, before) as { readonly b: unknown };
  assert.notEqual(after, before);
  assert.equal(after.b, (before as { readonly b: unknown }).b);
  const odd = share(JSON.parse('{"__proto__":{"x":1}}'), undefined) as object;
  assert.deepEqual(Object.keys(odd), ['__proto__']);
  assert.equal(Object.getPrototypeOf(odd), Object.prototype);
});
