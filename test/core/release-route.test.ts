import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import type { ReplicaSet, Service } from '../../src/api/workload.ts';
import { isReleasable, releaseRoute, type Standing, stampedBy } from '../../src/core/release-route.ts';

/** When what a Rollout has on a route is taken off, and by which write. */

const HASH = 'rollouts-pod-template-hash';
const rollout: Rollout = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'shop', uid: '11' },
  spec: { replicas: 4, strategy: { canary: { stableService: 'stable', canaryService: 'canary' } } },
};

function service(name: string, hash: string | null, manager: string | null = 'web'): Service {
  const annotations = manager === null ? {} : { 'argo-rollouts.argoproj.io/managed-by-rollouts': manager };
  const selector = { app: 'web', ...(hash === null ? {} : { [HASH]: hash }) };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, annotations }, spec: { selector } };
}

/** `a 4/4`: available and wanted pods of the ReplicaSet with that hash. */
function replicaSet(text: string): ReplicaSet {
  const [hash = '', pods = ''] = text.split(' ');
  const [availableReplicas = 0, replicas = 0] = pods.split('/').map(Number);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `web-${hash}`, labels: { [HASH]: hash } },
    spec: { replicas, selector: {}, template: {} },
    status: { replicas, availableReplicas },
  };
}

function left(stableService: Service | null, ...replicaSets: readonly string[]): Standing {
  return { kind: 'left', rollout, stableService, replicaSets: replicaSets.map(replicaSet) };
}

const stable = service('stable', 'a');
const renamed = service('former', 'a');

type Row = readonly [
  what: string,
  standing: Standing,
  more: { readonly owns?: boolean; readonly services?: readonly Service[] },
  releasable: boolean,
];

const rows: readonly Row[] = [
  ['it asks for the object', { kind: 'holds' }, {}, false],
  ['it is gone', { kind: 'gone' }, {}, true],
  ['it is gone, and what it owns with it', { kind: 'gone' }, { owns: true }, false],
  [
    'it is gone, but a Service still selects its stable pods',
    { kind: 'gone' },
    { services: [stable] },
    false,
  ],
  ['it lives and stable has all its pods', left(stable, 'a 4/4', 'b 1/1'), { services: [stable] }, true],
  ['an object of its own, too', left(stable, 'a 4/4', 'b 1/1'), { owns: true, services: [stable] }, true],
  ['stable has pods that do not serve', left(stable, 'a 3/4', 'b 1/1'), { services: [stable] }, false],
  ['stable has shrunk with its weight', left(stable, 'a 1/1', 'b 4/4'), { services: [stable] }, false],
  ['stable has shrunk, and the pods are still there', left(stable, 'a 4/1', 'b 4/4'), {}, false],
  ['the pods behind the Service are nobody we know', left(service('stable', 'z'), 'a 4/4'), {}, false],
  ['the Service selects all pods', left(service('stable', null, null), 'a 1/1', 'b 4/4'), {}, true],
  ['no stable Service is named, or there is none', left(null, 'a 1/1', 'b 4/4'), {}, true],
  ['a Service that it names no more comes first', left(stable, 'a 4/4'), { services: [renamed] }, false],
];

void describe('what a Rollout has on a route is taken off', () => {
  for (const [what, standing, { owns = false, services = [] }, releasable] of rows) {
    void test(`${what}: ${releasable ? 'now' : 'not now'}`, () => {
      assert.equal(isReleasable(standing, { owns, services }), releasable);
    });
  }
});

function route(annotations: Readonly<Record<string, string>>, weight: number): Manifest {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '7', annotations },
    spec: { weight },
  };
}

const stamp = (text: string) => ({ 'sluice.dev/epoch': text });

const writes: readonly [string, Manifest, Manifest, string, unknown][] = [
  ['nothing', route({ note: 'a' }, 0), route({ note: 'a' }, 0), 'web', null],
  ['the weight', route({}, 20), route({}, 0), 'web', { spec: { weight: 0 } }],
  [
    'a stamp alone',
    route({ note: 'a', ...stamp('web/7') }, 0),
    route({ note: 'a', ...stamp('web/7') }, 0),
    'web',
    { metadata: { annotations: { 'sluice.dev/epoch': null } } },
  ],
  [
    'the stamp of another stays',
    route(stamp('api/7'), 20),
    route(stamp('api/7'), 0),
    'web',
    { spec: { weight: 0 } },
  ],
  ['nobody has left', route(stamp('web/7'), 20), route(stamp('web/7'), 20), '', null],
];

void describe('the write that hands a route back', () => {
  for (const [what, before, after, name, patch] of writes) {
    void test(what, () => {
      const change = releaseRoute(before, after, new Set(name === '' ? [] : [name]));
      assert.deepEqual(change?.patch ?? null, patch);
      if (change !== null) assert.deepEqual([change.resourceVersion, change.phase], ['7', 'tidy']);
    });
  }

  void test('a stamp says who wrote last; that of a ReplicaSet is a bare number', () => {
    const names = ['web/7', '7', '', '/7'].map((text) => stampedBy(route(stamp(text), 0)));
    assert.deepEqual(names, ['web', undefined, undefined, undefined]);
  });
});
