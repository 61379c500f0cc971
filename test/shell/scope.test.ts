import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Concerned } from '../../src/shell/dispatch.ts';
import { dispatch } from '../../src/shell/dispatch.ts';
import { isWatched, within } from '../../src/shell/scope.ts';
import { makeStores, type Stores } from '../../src/shell/stores.ts';
import { ofScope, SECRETS, usesOfWatched } from '../../src/shell/uses.ts';

const stores = makeStores(() => {});
const names = Object.keys(stores) as (keyof Stores)[];

void test('a controller for analysis runs watches them and the Jobs that they make', () => {
  assert.deepEqual(
    names.filter((store) => isWatched('analysis', store)),
    ['runs', 'metricJobs'],
  );
  assert.deepEqual(
    names.filter((store) => !isWatched('all', store)),
    [],
  );
});

void test('it is told of runs, and of nothing that a run belongs to', () => {
  const told: string[] = [];
  const tell = (what: string) => (key: string) => void told.push(`${what} ${key}`);
  const concerned: Concerned = {
    rollout: tell('rollout'),
    run: tell('run'),
    experiment: tell('experiment'),
    service: tell('service'),
    route: tell('route'),
  };
  const owner = (kind: string) => ({ apiVersion: 'argoproj.io/v1alpha1', kind, name: 'web', uid: 'u' });
  const ownerReferences = ['Rollout', 'Experiment'].map((kind) => ({ ...owner(kind), controller: true }));
  const run = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name: 'r', namespace: 'shop', ownerReferences },
  };
  for (const scope of ['analysis', 'all'] as const)
    dispatch(stores, within(scope, concerned), { store: 'runs', key: 'shop/r', before: null, after: run });
  assert.deepEqual(told.slice(0, 2), ['run shop/r', 'run shop/r']);
  assert.ok(told.includes('rollout shop/web'));
});

void test('its rights are some of those of the whole controller', () => {
  const rights = (scope: 'all' | 'analysis') =>
    new Set(
      [...usesOfWatched(scope), ...ofScope(scope, SECRETS)].flatMap(({ resource, verbs }) =>
        verbs.map((verb) => `${verb} ${resource.resource}`),
      ),
    );
  const [all, own] = [rights('all'), rights('analysis')];
  assert.deepEqual([...own.difference(all)], []);
  assert.deepEqual(
    ['rollouts', 'replicasets', 'services', 'experiments', 'analysistemplates'].filter((resource) =>
      [...own].some((right) => right.endsWith(` ${resource}`)),
    ),
    [],
  );
});
