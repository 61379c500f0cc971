// What a rollout refers to may come by a slower watch than the rollout itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import { startInside } from '../../src/cli/simulate/controller.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { kinds } from '../../src/sim/kinds.ts';
import { fairWeather, type Weather } from '../../src/sim/wire.ts';
import { BEGINNING_MS, loadAhead, World } from '../../src/sim/world.ts';
import { manifestsOf, NAMESPACE } from './support/applications.ts';
import type { App } from './support/script.ts';

const analysis = { templates: [{ templateName: 'errors' }], args: [{ name: 'hash', value: 'x' }] };

function app(routing: App['routing'], name = 'web'): App {
  const steps = [{ setWeight: 50 }, { analysis }];
  return { name, replicas: 1, routing, steps, canary: {}, spec: {}, readySeconds: 0, rate: 0 };
}

interface Seen {
  readonly status: RolloutStatus | undefined;
  /** How often the spec was called invalid. */
  readonly refusals: number;
  /** Lists of one object. */
  readonly looks: number;
}

/** Applies manifests to a running controller that hears late of everything but rollouts. */
async function applied(given: App, without: readonly string[], runMs: number): Promise<Seen> {
  await loadAhead();
  const world = new World({ clock: new VirtualClock(BEGINNING_MS), seed: given.routing });
  let refusals = 0;
  let looks = 0;
  const slow: Weather = {
    request: (request) => {
      const { method, path } = request;
      const body = request.body ?? '';
      if (method === 'PATCH' && path.includes('/rollouts/') && body.includes('InvalidSpec')) refusals += 1;
      if (method === 'GET' && path.includes('fieldSelector=metadata.name')) looks += 1;
      return fairWeather.request(request);
    },
    line: ({ path }) => ({ kind: 'well', lateMs: path.includes('/rollouts') ? 0 : 20_000 }),
  };
  world.api.create(kinds.namespaces, { metadata: { name: 'sluice' } }, { manager: 'kubectl' });
  const process = world.process('controller', slow);
  const controller = startInside(process);
  world.clock.after(5_000, () => {
    for (const [kind, manifest] of manifestsOf(given, '1'))
      if (!without.includes(manifest.kind)) world.user.put(kind, manifest);
  });
  await world.clock.run(runMs);
  const { status } = world.api.get(kinds.rollouts, { name: given.name, namespace: NAMESPACE }) as {
    readonly status?: RolloutStatus;
  };
  process.kill();
  await world.stop();
  void controller;
  return { status, refusals, looks };
}

for (const routing of ['none', 'nginx', 'gateway'] as const)
  void test(`${routing}: what came with the rollout is not called missing`, async () => {
    const { status, refusals } = await applied(app(routing), [], 10_000);
    assert.deepEqual([refusals, status?.stableRS !== undefined], [0, true]);
  });

void test('what is really missing is looked for once, and then told', async () => {
  const short = await applied(app('nginx'), ['Service', 'AnalysisTemplate'], 10_000);
  assert.match(short.status?.message ?? '', /service "web-stable" not found.*service "web-canary" not found/);
  assert.equal(short.refusals, 1);
  const long = await applied(app('nginx'), ['Service', 'AnalysisTemplate'], 120_000);
  assert.deepEqual([long.refusals, long.looks], [1, short.looks]);
});

void test('a stable version that no watch has shown is not taken for gone by who leads next', async () => {
  await loadAhead();
  const world = new World({ clock: new VirtualClock(BEGINNING_MS), seed: 'heir' });
  const web: App = { ...app('none'), steps: [{ pause: {} }] };
  let looks = 0;
  const deaf: Weather = {
    request: (request) => {
      if (request.method === 'GET' && request.path.includes('labelSelector=rollouts-pod-template-hash%3D'))
        looks += 1;
      return fairWeather.request(request);
    },
    line: ({ path }) => ({ kind: path.includes('/replicasets') ? 'missed' : 'well' }),
  };
  world.api.create(kinds.namespaces, { metadata: { name: 'sluice' } }, { manager: 'kubectl' });
  const first = world.process('first', fairWeather);
  const heir = world.process('heir', deaf);
  for (const process of [first, heir]) void startInside(process, { leaderElect: true });
  await world.clock.run(5_000);
  for (const [kind, manifest] of manifestsOf(web, '1')) world.user.put(kind, manifest);
  await world.clock.run(30_000);
  const status = () =>
    (
      world.api.get(kinds.rollouts, { name: web.name, namespace: NAMESPACE }) as {
        readonly status?: RolloutStatus;
      }
    ).status;
  const stable = status()?.stableRS;
  first.kill();
  world.user.act({ namespace: NAMESPACE, name: web.name }, { kind: 'image', tag: '2' });
  await world.clock.run(120_000);
  const { stableRS, currentPodHash, pauseConditions = [] } = status() ?? {};
  assert.deepEqual(
    [stableRS, currentPodHash === stable, pauseConditions.map(({ reason }) => reason), looks],
    [stable, false, ['CanaryPauseStep'], 1],
  );
  heir.kill();
  await world.stop();
});
