import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import { ApiServer } from '../../../src/sim/api-server/server.ts';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { type Lag, NO_LAG, View } from '../../../src/sim/mesh/view.ts';
import { Random } from '../../../src/sim/random.ts';
import { service } from './objects.ts';

const LAG: Lag = { routes: { leastMs: 200, mostMs: 900 }, endpoints: { leastMs: 50, mostMs: 100 } };
const writing = { manager: 'test' };
const at = { namespace: 'default', name: 'web' };

function ingress(weight: number): Manifest {
  const rules = [
    {
      host: 'a',
      http: {
        paths: [
          { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
        ],
      },
    },
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...at, annotations: { weight: `${weight}` } },
    spec: { rules },
  };
}

function world(lag: Lag, seed = 'lag') {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const api = new ApiServer({ clock, random: new Random('api') });
  const view = new View({ api, clock, random: new Random(seed), lag });
  const weight = () => Number(view.get(kinds.ingresses, at)?.metadata.annotations?.['weight'] ?? -1);
  const put = (to: number) => api.merge(kinds.ingresses, at, ingress(to), writing);
  api.create(kinds.ingresses, ingress(0), writing);
  return { clock, api, view, weight, put };
}

void describe('what a data plane knows', () => {
  void test('without a lag it knows everything at once', () => {
    const { put, weight, view } = world(NO_LAG);
    const { version } = view;
    put(5);
    assert.equal(weight(), 5);
    assert.ok(view.version > version);
  });

  void test('routes arrive between the bounds, endpoints by their own', async () => {
    const { api, clock, weight, view } = world(LAG);
    api.create(kinds.services, { ...service('web'), metadata: at }, writing);
    await clock.run(49);
    assert.equal(view.list(kinds.services).length, 0);
    await clock.run(100);
    assert.equal(view.list(kinds.services).length, 1);
    assert.equal(weight(), -1);
    await clock.run(900);
    assert.equal(weight(), 0);
  });

  void test('no change overtakes another, whatever is drawn', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { clock, put, weight } = world(LAG, `${seed}`);
      const seen: number[] = [];
      for (let step = 1; step <= 20; step++) {
        put(step);
        await clock.run(clock.elapsed() + 60, () => {
          if (weight() !== seen.at(-1)) seen.push(weight());
          return false;
        });
      }
      await clock.run(clock.elapsed() + 1_000);
      seen.push(weight());
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => a - b),
      );
      assert.equal(weight(), 20);
    }
  });

  void test('what is deleted goes, and a view that was stopped stays', async () => {
    const { api, clock, view, put, weight } = world(LAG);
    await clock.run(1_000);
    api.delete(kinds.ingresses, at);
    await clock.run(2_000);
    assert.equal(weight(), -1);
    api.create(kinds.ingresses, ingress(0), writing);
    await clock.run(4_000);
    put(7);
    view.stop();
    await clock.run(9_000);
    assert.equal(weight(), 0);
  });
});
