// A controller that has not heard yet that a rollout goes, while its pods are to stay.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startInside } from '../../src/cli/simulate/controller.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { kinds } from '../../src/sim/kinds.ts';
import { fairWeather, type Weather } from '../../src/sim/wire.ts';
import { BEGINNING_MS, loadAhead, World } from '../../src/sim/world.ts';
import { manifestsOf, NAMESPACE } from './support/applications.ts';
import type { App } from './support/script.ts';

const WEB: App = {
  name: 'web',
  replicas: 2,
  routing: 'none',
  steps: [],
  canary: {},
  spec: {},
  readySeconds: 0,
  rate: 0,
};

/** Sizes of the ReplicaSets when a rollout was deleted and they were not, as a controller hears of it so late. */
async function leftBehind(lateMs: number): Promise<readonly unknown[]> {
  await loadAhead();
  const world = new World({ clock: new VirtualClock(BEGINNING_MS), seed: 'late-orphaning' });
  const slow: Weather = {
    ...fairWeather,
    line: ({ path }, line) => {
      const isLate = path.includes('/rollouts') && line.includes('deletionTimestamp');
      return { kind: 'well', lateMs: isLate ? lateMs : 0 };
    },
  };
  world.api.create(kinds.namespaces, { metadata: { name: 'sluice' } }, { manager: 'kubectl' });
  const process = world.process('controller', slow);
  void startInside(process);
  await world.clock.run(5_000);
  for (const [kind, manifest] of manifestsOf(WEB, '1')) world.user.put(kind, manifest);
  await world.clock.run(60_000);
  const place = { namespace: NAMESPACE, name: WEB.name };
  world.api.delete(kinds.rollouts, place, { propagation: 'Orphan' });
  await world.clock.run(120_000);
  const left = world.api.list(kinds.replicaSets, { namespace: NAMESPACE }).map(({ metadata, ...rest }) => {
    const { spec = {}, status = {} } = rest as Record<string, Record<string, unknown> | undefined>;
    return [spec['replicas'], status['availableReplicas'], metadata.ownerReferences ?? []];
  });
  process.kill();
  await world.stop();
  return left;
}

void test('the pods of a rollout that is deleted without them stay, however late that is heard of', async () => {
  for (const lateMs of [0, 50, 20_000]) assert.deepEqual(await leftBehind(lateMs), [[2, 2, []]], `${lateMs}`);
});
