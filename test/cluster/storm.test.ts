import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { type Application, application } from './support/application.ts';
import { type Chronicle, openChronicle } from './support/chronicle.ts';
import { faultsIn } from './support/replay.ts';
import { byGateway, canaryIngress, putHttpRoute, putIngress, routed } from './support/routing.ts';
import { sizesOf } from './support/sizes.ts';

/** Another one: `SEED=7 node test/run.ts cluster test/cluster/storm.test.ts`. */
const SEED = Number(process.env['SEED'] ?? 1);
const FLAGS = ['--leader-elect=false'];
const STEPS = [{ setWeight: 34 }, { pause: { duration: '1s' } }, { setWeight: 67 }, { pause: {} }];
const ACTIONS_EACH = 10;

void describe(`a storm of people, two controllers without an election, and kills (seed ${SEED})`, () => {
  let bed: Bed;
  let second: Controller;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    bed = await startBed({ gatewayApi: true });
    namespace = await bed.namespace('storm');
    const kinds = ['Rollout', 'ReplicaSet', 'Service', 'Ingress', 'HTTPRoute'] as const;
    chronicle = await openChronicle(bed.api, namespace, kinds);
    second = await startController(bed, { args: FLAGS, name: 'second' });
  });
  after(async () => {
    chronicle?.close();
    await second?.kill();
    await bed?.stop();
  });

  const deploy = async (name: string): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas: 3 });
    const byIngress = name.startsWith('nginx');
    await app.putServices();
    await (byIngress ? putIngress(app) : putHttpRoute(app));
    const routing = byIngress ? { nginx: { stableIngress: name } } : byGateway({ httpRoute: name });
    await app.putRollout(routed(app, routing, STEPS));
    return app;
  };
  const scale = (app: Application, replicas: number) =>
    bed.api.patch(app.ref, 'merge', { spec: { replicas } });
  const meddle = async (app: Application) => {
    const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace };
    if (app.name.startsWith('nginx')) await bed.api.delete({ ...ingress, name: canaryIngress(app) });
  };
  const actions: readonly ((app: Application, chance: () => number) => Promise<unknown>)[] = [
    (app, chance) => app.release(`${1 + Math.floor(chance() * 4)}`),
    (app, chance) => app.release(`${1 + Math.floor(chance() * 4)}`),
    (app) => app.release('1'),
    (app) => app.release('bad-image'),
    (app) => app.act('abort'),
    (app) => app.act('retry'),
    (app) => app.act('promote'),
    (app) => app.act('full'),
    (app, chance) => scale(app, 1 + Math.floor(chance() * 5)),
    meddle,
  ];
  const live = async (app: Application, chance: () => number): Promise<void> => {
    for (let i = 0; i < ACTIONS_EACH; i++) {
      await actions[Math.floor(chance() * actions.length)]?.(app, chance);
      await pause(chance() * 1200);
    }
  };
  const isCalm = (app: Application) =>
    Object.entries(sizesOf(chronicle, app.name)).every(([tag, size]) => size === (tag === '9' ? 3 : 0));

  void test('traffic never goes where no pods are, and all is well in the end', {
    timeout: 240_000,
  }, async () => {
    const chance = chances(SEED);
    const names = ['gateway-a', 'nginx-a', 'gateway-b', 'nginx-b', 'gateway-c', 'nginx-c'];
    const apps = await Promise.all(names.map(deploy));
    for (const app of apps) await app.phase('Healthy', 60);
    const kills = new AbortController();
    const killing = killAgainAndAgain(bed, chance, kills.signal);
    await Promise.all(apps.map((app) => live(app, chances(SEED * 31 + apps.indexOf(app)))));
    kills.abort();
    assert.ok((await killing) > 0);
    for (const app of apps) await scale(app, 3);
    for (const app of apps) await app.release('9');
    for (const app of apps) {
      await app.until((rollout) => Number(valueAt(rollout, 'status.currentStepIndex')) >= 3, 60);
      await app.act('full');
    }
    for (const app of apps) {
      await app.phase('Healthy', 60);
      await chronicle.until(`${app.name} is calm`, () => isCalm(app), 60);
    }
    await chronicle.catchUp();
    assert.deepEqual(
      apps.flatMap((app) => faultsIn(chronicle, app)),
      [],
    );
  });
});

/** Kills a further controller at moments of chance and starts it again; says how often. */
async function killAgainAndAgain(bed: Bed, chance: () => number, stop: AbortSignal): Promise<number> {
  let count = 0;
  for (; !stop.aborted; count++) {
    const controller = await startController(bed, { args: FLAGS });
    await pause(chance() * 1500);
    await controller.kill();
  }
  return count;
}

/** Numbers from 0 to 1, the same for the same seed. Source: https://www.jstatsoft.org/article/view/v008i14 */
function chances(seed: number): () => number {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
