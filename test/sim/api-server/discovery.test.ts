import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import type { Manifest } from '../../../src/api/meta.ts';
import { ApiServer } from '../../../src/sim/api-server/server.ts';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { Random } from '../../../src/sim/random.ts';
import { bench, parsed, USER } from './server.ts';

const CRDS = join(import.meta.dirname, '..', '..', '..', 'crds');
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const definitions = readdirSync(CRDS).map(
  (file) => parse(readFileSync(join(CRDS, file), 'utf8')) as Manifest,
);

/** A server that knows the built-in kinds only, and is told of ours. */
async function withDefinitions() {
  const clock = new VirtualClock(Date.parse('2026-11-21T08:00:00Z'));
  const api = new ApiServer({ clock, random: new Random('definitions'), assumed: [] });
  const get = (path: string, accept = 'application/json') =>
    api.handle({ method: 'GET', path, headers: { accept }, body: null });
  assert.equal(get('/apis/argoproj.io/v1alpha1/rollouts').status, 404);
  for (const definition of definitions) api.create(kinds.customResourceDefinitions, definition, USER);
  assert.equal(get('/apis/argoproj.io/v1alpha1/rollouts').status, 404);
  await clock.run(clock.elapsed() + 1000);
  return { api, clock, get };
}

interface Resources {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly verbs: readonly string[];
  }[];
}

void describe('our own definitions', () => {
  void test('are established after a while, and served', async () => {
    const { api, get } = await withDefinitions();
    for (const definition of api.list(kinds.customResourceDefinitions)) {
      const { conditions } = definition['status'] as {
        readonly conditions: readonly { readonly type: string }[];
      };
      assert.deepEqual(
        conditions.map(({ type }) => type),
        ['NamesAccepted', 'Established'],
      );
    }
    const { resources } = parsed(get('/apis/argoproj.io/v1alpha1')) as Resources;
    assert.deepEqual(
      resources.map(({ name }) => name),
      [
        'analysisruns',
        'analysistemplates',
        'clusteranalysistemplates',
        'experiments',
        'rollouts',
        'rollouts/status',
        'rollouts/scale',
      ],
    );
    assert.equal(get('/apis/argoproj.io/v1alpha1/rollouts').status, 200);
  });

  void test('check what is sent', async () => {
    const { api } = await withDefinitions();
    const place = { namespace: 'default', name: 'r' };
    assert.throws(
      () => api.create(kinds.rollouts, { metadata: place, spec: { replicas: 'many' } }, USER),
      /spec.replicas in body must be of type integer/,
    );
    const rollout = api.create(kinds.rollouts, { metadata: place, spec: { nonsense: 1 } }, USER);
    assert.deepEqual(rollout['spec'], {});
  });

  void test('take their objects along', async () => {
    const { api, clock, get } = await withDefinitions();
    api.create(kinds.rollouts, { metadata: { namespace: 'default', name: 'r' }, spec: {} }, USER);
    const finalizers = ['a.b/c'];
    api.create(kinds.rollouts, { metadata: { namespace: 'default', name: 's', finalizers }, spec: {} }, USER);
    const name = 'rollouts.argoproj.io';
    api.delete(kinds.customResourceDefinitions, { name });
    await clock.run(clock.elapsed() + 1000);
    assert.deepEqual(
      api.list(kinds.rollouts).map(({ metadata }) => metadata.name),
      ['s'],
    );
    api.merge(kinds.rollouts, { namespace: 'default', name: 's' }, { metadata: { finalizers: null } }, USER);
    await clock.run(clock.elapsed() + 1000);
    assert.equal(api.get(kinds.customResourceDefinitions, { name }), null);
    assert.equal(get('/apis/argoproj.io/v1alpha1/rollouts').status, 404);
    assert.equal(get('/apis/argoproj.io/v1alpha1/experiments').status, 200);
  });
});

interface Described {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly { readonly resources: readonly { readonly resource: string }[] }[];
  }[];
}

void test('all groups are told at once to who asks so', () => {
  const { ask } = bench();
  const answer = ask('GET', '/apis', undefined, { accept: `${AGGREGATED},application/json` });
  assert.equal(answer.headers['content-type'], AGGREGATED);
  const { items } = parsed(answer) as Described;
  const apps = items.find(({ metadata }) => metadata.name === 'apps');
  assert.deepEqual(
    apps?.versions[0]?.resources.map(({ resource }) => resource),
    ['deployments', 'replicasets', 'statefulsets'],
  );
  const core = parsed(ask('GET', '/api', undefined, { accept: AGGREGATED })) as Described;
  assert.equal(core.items.length, 1);
});

void describe('paths', () => {
  const rows: readonly (readonly [string, string, number])[] = [
    ['GET', '/version', 200],
    ['GET', '/healthz', 200],
    ['GET', '/livez', 200],
    ['GET', '/readyz', 200],
    ['GET', '/', 200],
    ['GET', '/api', 200],
    ['GET', '/api/v1', 200],
    ['GET', '/apis', 200],
    ['GET', '/apis/apps', 200],
    ['GET', '/apis/apps/v1', 200],
    ['GET', '/apis/apps/v2', 404],
    ['GET', '/openapi/v2', 200],
    ['GET', '/openapi/v3', 200],
    ['GET', '/openapi/v3/api/v1', 200],
    ['GET', '/openapi/v3/apis/apps/v1', 200],
    ['GET', '/nothing', 404],
    ['GET', '/api/v1/nothing', 404],
    ['GET', '/api/v1/pods/a', 404],
    ['GET', '/api/v1/namespaces/default', 200],
    ['GET', '/api/v1/namespaces/default/status', 200],
    ['GET', '/api/v1/namespaces/default/nodes', 404],
    ['GET', '/api/v1/namespaces/default/pods/a/b/c', 404],
    ['GET', '/api/v1/namespaces/default/pods/%zz', 400],
    ['POST', '/api/v1/pods/a', 404],
    ['PUT', '/api/v1/pods', 405],
    ['DELETE', '/api/v1/namespaces', 405],
    ['POST', '/version', 404],
  ];
  for (const [method, path, status] of rows) {
    void test(`${method} ${path}: ${status}`, () => assert.equal(bench().ask(method, path).status, status));
  }
});

void test('OpenAPI tells the schema of a definition with its words, and of others the fields', async () => {
  const { get } = await withDefinitions();
  interface Document {
    readonly components: {
      readonly schemas: Readonly<
        Record<string, { readonly description?: string; readonly properties: object }>
      >;
    };
  }
  const ours = parsed(get('/openapi/v3/apis/argoproj.io/v1alpha1')) as Document;
  const rollout = ours.components.schemas['io.argoproj.v1alpha1.Rollout'];
  assert.equal(rollout?.description, 'A workload whose new versions are brought out step by step.');
  const core = parsed(get('/openapi/v3/api/v1')) as Document;
  assert.ok('spec' in (core.components.schemas['io.k8s.api.core.v1.Pod']?.properties ?? {}));
});
