import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { type Application, application, invalidSpec } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Ground, openGround } from './support/ground.ts';
import { backends, byGateway, putIngress, routed, routeWeights } from './support/routing.ts';
import { startUsers, type User } from './support/users.ts';

// With CI set, test/run.ts insists on it.
const lack = (await canBindPodAddresses()) ? undefined : 'needs the network namespace of test/run.ts';

const STEPS = [
  { setWeight: 20 },
  { pause: {} },
  { setWeight: 50 },
  { pause: {} },
  { setWeight: 80 },
  { pause: {} },
];
const USERS = 20;

void describe('users who have seen the canary', { skip: lack ?? false, concurrency: true }, () => {
  let ground: Ground;
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('sessions', {
      gatewayApi: true,
      traffic: true,
      watched: ['HTTPRoute', 'Service', 'Pod'],
    });
    ({ bed, namespace, chronicle } = ground);
  });
  after(() => ground?.close());

  const begin = async (name: string): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas: 4 });
    await app.putServices();
    const [stable, canary] = backends(app);
    await app.put('gateway.networking.k8s.io/v1', 'HTTPRoute', name, {
      spec: {
        hostnames: [`${name}.example.com`],
        rules: [
          {
            backendRefs: [
              { ...stable, weight: 100 },
              { ...canary, weight: 0 },
            ],
          },
        ],
      },
    });
    await app.putRollout(routed(app, byGateway({ httpRoute: name }), STEPS));
    await stick(app, 'cookie=stay');
    await app.phase('Healthy');
    return app;
  };
  const stick = (app: Application, value: string | null) =>
    bed.api.patch(app.ref, 'merge', {
      metadata: { annotations: { 'sluice.dev/sticky-sessions': value } },
    });
  const route = (app: Application) => chronicle.latest('HTTPRoute', app.name);
  const weighs = (app: Application, canary: number) =>
    chronicle.until(`${app.name} has weight ${canary}`, () =>
      isDeepStrictEqual(routeWeights(route(app)), [100 - canary, canary]),
    );
  const next = async (app: Application, step: number, weight: number) => {
    await app.act('promote');
    await app.pausedAt(step);
    await weighs(app, weight);
  };
  const rules = (app: Application) => valueAt(route(app), 'spec.rules');

  void test('stay on it while weights rise, and leave it with the abort, without an error', async () => {
    const app = await begin('abort');
    const before = rules(app);
    const users = await startUsers(chronicle, 'abort.example.com', USERS);
    await users.more(2);
    await app.release('2');
    await app.pausedAt(1);
    await weighs(app, 20);
    await users.until('somebody sees the canary', () => users.all.some(isOn('2')));
    await next(app, 3, 50);
    await users.more(3);
    await next(app, 5, 80);
    await users.until('nearly all see it', () => users.all.filter(isOn('2')).length >= USERS - 2);
    await users.more(3);
    for (const { seen } of users.all) assert.match(seen.join(''), /^1+2*$/, 'nobody goes back');
    await app.act('abort');
    await app.phase('Degraded');
    await weighs(app, 0);
    await users.more(5);
    for (const { seen, cookies } of users.all) {
      assert.match(seen.join(''), /^1+2*1{5,}$/, 'all are on stable again, and stay there');
      assert.ok(!seen.includes('2') || cookies.has('stay'), 'with the cookie that they still have');
    }
    assert.deepEqual(rules(app), before, "the route's rules are the user's again");
    // The next canary does not know the cookie of the one before.
    await app.release('3');
    await app.pausedAt(1);
    await weighs(app, 20);
    await users.until('somebody sees the next canary', () => users.all.some(isOn('3')));
    const former = users.all.filter(({ seen }) => seen.includes('2'));
    assert.ok(
      former.some(({ seen }) => seen.at(-1) === '1'),
      'who was on the first canary is drawn anew',
    );
    await users.stop();
    for (const { seen } of users.all) assert.match(seen.join(''), /^1+2*1+3*$/);
    assert.deepEqual(users.failed, []);
  });

  void test('stay on the version when it is promoted, and the route is as it was', async () => {
    const app = await begin('promoted');
    const before = rules(app);
    const users = await startUsers(chronicle, 'promoted.example.com', USERS);
    await app.release('2');
    await app.pausedAt(1);
    await users.until('somebody sees the canary', () => users.all.some(isOn('2')));
    await app.act('full');
    await app.phase('Healthy');
    await weighs(app, 0);
    await users.more(3);
    await users.stop();
    for (const { seen } of users.all) assert.match(seen.join(''), /^1*2{3,}$/);
    assert.deepEqual(users.failed, []);
    assert.deepEqual(rules(app), before);
    const marks = Object.keys(route(app)?.metadata.annotations ?? {});
    assert.deepEqual(marks, ['sluice.dev/epoch']);
  });

  void test('can be asked for and no more in the middle of a release', async () => {
    const app = await begin('late');
    await stick(app, null);
    const names = () => ((rules(app) ?? []) as readonly { readonly name?: string }[]).length;
    await app.release('2');
    await app.pausedAt(1);
    await weighs(app, 20);
    assert.equal(names(), 1);
    await stick(app, 'cookie');
    await chronicle.until('there is a rule for those with the cookie', () => names() === 2);
    await stick(app, 'header');
    const told = await app.until((rollout) => invalidSpec(rollout) !== '');
    assert.match(invalidSpec(told), /sticky-sessions"\]: must be `cookie`/);
    await stick(app, null);
    await app.until((rollout) => invalidSpec(rollout) === '');
    await chronicle.until('there is none', () => names() === 1);
    assert.deepEqual(routeWeights(route(app)), [80, 20]);
  });

  void test('cannot be kept by an Ingress, which is said', async () => {
    const app = application(bed, namespace, 'ingress');
    await app.putServices();
    await putIngress(app);
    await app.putRollout(routed(app, { nginx: { stableIngress: 'ingress' } }, STEPS));
    await stick(app, 'cookie');
    const told = await app.until((rollout) => invalidSpec(rollout) !== '');
    assert.match(invalidSpec(told), /need an HTTPRoute of the Gateway API: nginx cannot keep them/);
  });
});

function isOn(version: string): (user: User) => boolean {
  return ({ seen }) => seen.at(-1) === version;
}
