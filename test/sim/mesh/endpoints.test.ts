import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import { podsOf } from '../../../src/sim/mesh/endpoints.ts';
import { DATA_PLANES, routesOf } from '../../../src/sim/mesh/mesh.ts';
import { objectsOf, pod, service, workload } from './objects.ts';
import { request, told } from './told.ts';

const web = service('web');
const served = (more: object) => service('web', more);
const done = (name: string): Manifest => ({ ...pod(name, 'web'), status: { phase: 'Succeeded' } });

const behind: readonly (readonly [
  what: string,
  objects: readonly Manifest[],
  port: number | string | null,
  told: string,
])[] = [
  ['ready pods', [web, pod('a', 'web'), pod('b', 'web')], 80, 'a:8080 b:8080'],
  ['no pod of another', [web, pod('a', 'web'), pod('b', 'api')], 80, 'a:8080'],
  ['no pod that is not ready', [web, pod('a', 'web', { ready: false }), pod('b', 'web')], 80, 'b:8080'],
  ['no pod that goes', [web, pod('a', 'web', { going: true }), pod('b', 'web')], 80, 'b:8080'],
  ['no pod that is done', [web, done('a'), pod('b', 'web')], 80, 'b:8080'],
  [
    'unready ones, if the Service says so',
    [served({ publishNotReadyAddresses: true }), pod('a', 'web', { ready: false })],
    80,
    'a:8080',
  ],
  ['a port by name', [web, pod('a', 'web')], 'http', 'a:8080'],
  ['the first port', [web, pod('a', 'web')], null, 'a:8080'],
  [
    'a port that leads to a number',
    [served({ ports: [{ port: 80, targetPort: 9090 }] }), pod('a', 'web')],
    80,
    'a:9090',
  ],
  ['a port that leads to itself', [served({ ports: [{ port: 80 }] }), pod('a', 'web')], 80, 'a:80'],
  [
    'a name that no container has',
    [served({ ports: [{ port: 80, targetPort: 'admin' }] }), pod('a', 'web')],
    80,
    '',
  ],
  ['a port that is not there', [web, pod('a', 'web')], 81, 'Service shop/web has no port 81'],
  ['no Service', [pod('a', 'web')], 80, 'there is no Service shop/web'],
  ['no selector', [served({ selector: undefined }), pod('a', 'web')], 80, ''],
];

void describe('what is behind a Service', () => {
  for (const [what, objects, port, expected] of behind) {
    void test(what, () => {
      const found = podsOf(objectsOf(objects), { namespace: 'shop', name: 'web', port });
      const text =
        found.kind === 'missing'
          ? found.reason
          : found.endpoints.map(({ pod: one, port: at }) => `${one.metadata.name}:${at}`).join(' ');
      assert.equal(text, expected);
    });
  }
});

const named: readonly (readonly [host: string, told: string])[] = [
  ['web.shop', 'web 100'],
  ['web.shop.svc', 'web 100'],
  ['web.shop.svc.cluster.local', 'web 100'],
  ['web.shop:80', 'web 100'],
  ['web.other', '404'],
  ['web', '404'],
  ['api.shop.svc', '404'],
  ['shop.example.com', '404'],
];

void describe('names within the cluster', () => {
  for (const [host, expected] of named) {
    void test(`${host}: ${expected}`, () =>
      assert.equal(told(routesOf(DATA_PLANES, objectsOf(workload('web', 1)), request({ host }))), expected));
  }
});
