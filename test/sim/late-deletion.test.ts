// A controller that has not heard yet that a rollout is gone, while what belonged to it goes.
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
  replicas: 1,
  routing: 'nginx',
  steps: [{ setWeight: 50 }, { pause: {} }],
  canary: {},
  spec: {},
  readySeconds: 0,
  rate: 0,
};
const PLACE = { namespace: NAMESPACE, name: WEB.name };

/** How often the canary Ingress was made before and after the deletion, and whether it is there in the end. */
async function played(
  act: (world: World<VirtualClock>) => void,
): Promise<readonly [number, number, boolean]> {
  await loadAhead();
  const world = new World({ clock: new VirtualClock(BEGINNING_MS), seed: 'late-deletion' });
  const slow: Weather = {
    ...fairWeather,
    line: ({ path }, line) => {
      const isLate = path.includes('/rollouts') && line.includes('DELETED');
      return { kind: 'well', lateMs: isLate ? 30_000 : 0 };
    },
  };
  world.api.create(kinds.namespaces, { metadata: { name: 'sluice' } }, { manager: 'kubectl' });
  let made = 0;
  world.api.onChange(({ kind, before, after }) => {
    if (kind === kinds.ingresses && before === null && after?.metadata.name === 'web-web-canary') made++;
  });
  const process = world.process('controller', slow);
  void startInside(process);
  await world.clock.run(5_000);
  for (const [kind, manifest] of manifestsOf(WEB, '1')) world.user.put(kind, manifest);
  await world.clock.run(60_000);
  const before = made;
  act(world);
  await world.clock.run(120_000);
  const isThere = world.api.get(kinds.ingresses, { ...PLACE, name: 'web-web-canary' }) !== null;
  process.kill();
  await world.stop();
  return [before, made - before, isThere];
}

void test('the canary Ingress of a rollout that is gone is not made again', async () => {
  const seen = await played(({ user }) => user.act(PLACE, { kind: 'delete' }));
  assert.deepEqual(seen, [1, 0, false]);
});

void test('a canary Ingress that somebody has deleted is', async () => {
  const seen = await played(({ api }) => api.delete(kinds.ingresses, { ...PLACE, name: 'web-web-canary' }));
  assert.deepEqual(seen, [1, 1, true]);
});
