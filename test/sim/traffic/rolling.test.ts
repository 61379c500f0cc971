import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kinds } from '../../../src/sim/kinds.ts';
import { DATA_PLANES } from '../../../src/sim/mesh/mesh.ts';
import { USUAL_LAG, View } from '../../../src/sim/mesh/view.ts';
import { Random } from '../../../src/sim/random.ts';
import { Traffic, USUAL } from '../../../src/sim/traffic/traffic.ts';
import { at, startWorld, template, workload } from '../controllers/world.ts';

/** Rolls a Deployment of six pods to a new image under 200 requests a second, with a data plane that lags. */
async function roll(preStopSeconds: number) {
  const world = startWorld();
  const { api, clock } = world;
  const lifecycle =
    preStopSeconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } };
  const pods = (image: string) => ({
    template: template('web', image, { ports: [{ containerPort: 8080 }], ...lifecycle }),
  });
  world.create(kinds.services, 'web', {
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  world.create(kinds.deployments, 'web', workload('web', 6, pods('web:1')));
  const isDone = () => {
    const updated = at(world.get(kinds.deployments, 'web'), 'status.updatedReplicas') === 6;
    const all = world.list(kinds.pods);
    return updated && all.length === 6 && all.every((pod) => at(pod, 'status.phase') === 'Running');
  };
  await world.until('six pods', isDone);
  const view = new View({ api, clock, random: new Random('view'), lag: USUAL_LAG });
  const request = { host: 'web.test.svc', path: '/', method: 'GET', headers: {} };
  const traffic = new Traffic({
    ...USUAL,
    api,
    view,
    planes: DATA_PLANES,
    clock,
    random: new Random('traffic'),
    loads: [{ name: 'users', rate: { kind: 'constant', perSecond: 200 }, request }],
    stepMs: 100,
    scrape: null,
  });
  await world.pass(20_000);
  world.merge(kinds.deployments, 'web', { spec: pods('web:2') });
  await world.pass(60_000);
  assert.ok(isDone());
  traffic.stop();
  view.stop();
  await world.stop();
  return traffic.totals();
}

void describe('a Deployment rolls under traffic, and the data plane lags behind', () => {
  void test('pods that end at once lose requests', async () => {
    const { failures, unserved } = await roll(0);
    assert.ok(failures > 0);
    assert.deepEqual(
      unserved.map(({ status }) => status),
      [502],
    );
  });

  void test('pods that wait before they end lose none, and all end up at the new version', async () => {
    const { failures, served, requests } = await roll(5);
    assert.equal(failures, 0);
    assert.deepEqual(
      served.map(({ version }) => version.image),
      ['web:1', 'web:2'],
    );
    assert.ok((served[1]?.requests ?? 0) > 0.5 * requests);
  });
});
