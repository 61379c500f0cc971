import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { type Application, application } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Ground, openGround } from './support/ground.ts';
import { byGateway } from './support/routing.ts';
import { selectedHash, sizesOf, turns } from './support/sizes.ts';

/** Two Services that take turns, through an HTTPRoute of a real API server: no selector under traffic changes. */
const STEPS = [{ setWeight: 50 }, { pause: {} }];
const SIDES = ['ping', 'pong'] as const;

void describe('Services that take turns', () => {
  let ground: Ground;
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('turns', {
      gatewayApi: true,
      watched: ['Rollout', 'ReplicaSet', 'Service', 'HTTPRoute'],
    });
    ({ bed, namespace, chronicle } = ground);
  });
  after(() => ground?.close());

  const deploy = async (name: string): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas: 2 });
    for (const side of SIDES)
      await app.put('v1', 'Service', `${name}-${side}`, {
        spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
      });
    const backendRefs = SIDES.map((side) => ({ name: `${name}-${side}`, port: 80 }));
    await app.put('gateway.networking.k8s.io/v1', 'HTTPRoute', name, {
      spec: { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs }] },
    });
    await app.putRollout({
      pingPong: { pingService: `${name}-ping`, pongService: `${name}-pong` },
      trafficRouting: byGateway({ httpRoute: name, namespace }),
      scaleDownDelaySeconds: 1,
      abortScaleDownDelaySeconds: 1,
      steps: STEPS,
    });
    await app.phase('Healthy');
    return app;
  };
  const update = async (app: Application, tag: string): Promise<void> => {
    await app.release(tag);
    await app.pausedAt(1);
  };
  const settled = (app: Application, sizes: Readonly<Record<string, number>>) =>
    chronicle.until(`${app.name} has sizes ${JSON.stringify(sizes)}`, () =>
      isDeepStrictEqual(sizesOf(chronicle, app.name), sizes),
    );
  const shares = (route: unknown): readonly number[] => {
    const refs = (valueAt(route, 'spec.rules.0.backendRefs') ?? []) as readonly {
      readonly weight?: number;
    }[];
    return refs.map(({ weight }) => weight ?? 1);
  };
  /** Every selector that changed while requests went through its Service, once it had been switched at all. */
  const switchedUnderTraffic = (app: Application): readonly string[] => {
    const weights = new Map<string, number>();
    const hashes = new Map<string, string | null>();
    return chronicle.sightings().flatMap(({ kind, object }) => {
      if (kind === 'HTTPRoute' && object.metadata.name === app.name)
        for (const [i, weight] of shares(object).entries()) weights.set(`${app.name}-${SIDES[i]}`, weight);
      if (kind !== 'Service' || !object.metadata.name.startsWith(`${app.name}-`)) return [];
      const { name } = object.metadata;
      const [before = null, now] = [hashes.get(name), selectedHash(object)];
      hashes.set(name, now);
      const isUnder = before !== null && before !== now && (weights.get(name) ?? 0) > 0;
      return isUnder ? [`${name}: ${before} -> ${now} at ${weights.get(name)}`] : [];
    });
  };

  void test('the promotion turns them, an abort does not, and no selector under traffic changes', async () => {
    const app = await deploy('turning');
    await update(app, '2');
    await app.act('promote');
    await app.phase('Healthy');
    await settled(app, { 1: 0, 2: 2 });
    const once = await app.until((rollout) => valueAt(rollout, 'status.canary.weights.canary.weight') === 0);
    assert.equal(valueAt(once, 'status.canary.stablePingPong'), 'pong');
    await update(app, '3');
    await app.act('full');
    await app.phase('Healthy');
    await settled(app, { 1: 0, 2: 0, 3: 2 });
    await update(app, '4');
    await app.act('abort');
    await app.phase('Degraded');
    await settled(app, { 1: 0, 2: 0, 3: 2, 4: 0 });
    assert.equal(valueAt(await app.get(), 'status.canary.stablePingPong'), 'ping');
    await chronicle.catchUp();
    const history = turns(chronicle.of('HTTPRoute', app.name).map(({ object }) => shares(object)));
    assert.deepEqual(
      history.filter(([ping = 0, pong = 0]) => ping + pong === 100),
      [
        [100, 0],
        [50, 50],
        [0, 100],
        [50, 50],
        [100, 0],
        [50, 50],
        [100, 0],
      ],
    );
    assert.deepEqual(switchedUnderTraffic(app), []);
  });
});
