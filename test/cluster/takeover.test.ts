import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { conditionOf, valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { type Application, application } from './support/application.ts';
import { type Chronicle, openChronicle } from './support/chronicle.ts';
import { ingressWeight } from './support/routing.ts';
import { hashOf, selectedHash, sizesOf } from './support/sizes.ts';
import { heritage, leave } from './support/takeover.ts';

/** Of the two revisions, as the original computed them with its version of the Kubernetes libraries. */
const THEIRS = ['5db8665cdf', '5bf4c6669d'] as const;
const OTHERS = { [THEIRS[0]]: '6d4cf56db6', [THEIRS[1]]: '7bc9d8f5c4' };

const rows = [
  { name: 'a routed canary in a pause', left: 'nginx-paused', hashes: {} },
  { name: 'a canary without a router in a pause', left: 'basic-paused', hashes: {} },
  { name: 'a healthy rollout', left: 'nginx-healthy', hashes: {} },
  { name: 'a routed canary with hashes that are not ours', left: 'nginx-paused', hashes: OTHERS },
  { name: 'a canary with hashes that are not ours', left: 'basic-paused', hashes: OTHERS },
] as const;

interface Place {
  readonly app: Application;
  readonly chronicle: Chronicle;
}

void describe('what the original controller has left', { concurrency: true }, () => {
  let bed: Bed;
  let controller: Controller;
  let places: readonly Place[];

  before(async () => {
    bed = await startBed();
    places = await Promise.all(
      rows.map(async ({ left, hashes }) => {
        const namespace = await bed.namespace('takeover');
        await leave(bed, namespace, heritage(left, hashes));
        const chronicle = await openChronicle(bed.api, namespace, [
          'Rollout',
          'ReplicaSet',
          'Service',
          'Ingress',
        ]);
        return { app: application(bed, namespace, 'app'), chronicle };
      }),
    );
    await Promise.all(places.map(({ chronicle }) => chronicle.catchUp()));
    controller = await startController(bed, { args: ['--leader-elect=false'] });
  });
  after(async () => {
    for (const { chronicle } of places ?? []) chronicle.close();
    await controller?.kill();
    await bed?.stop();
  });

  // Everything but the Rollout itself, whose status may get what only we have.
  const versions = (chronicle: Chronicle) =>
    chronicle
      .sightings()
      .filter(({ kind }) => kind !== 'Rollout')
      .map(({ kind, name, version }) => `${kind}/${name}@${version}`)
      .sort((a, b) => a.localeCompare(b));

  rows.forEach(({ name, left, hashes }, i) => {
    void test(`${name} is taken over without a touch, and goes on`, async () => {
      const { app, chronicle } = places[i] ?? {};
      assert.ok(app && chronicle);
      const before = versions(chronicle);
      const status = valueAt(
        heritage(left, hashes).find(({ kind }) => kind === 'Rollout'),
        'status',
      );
      // The first pass leaves a condition that the original does not have.
      const taken = await app.until((rollout) =>
        ['Ready', 'Reconciling', 'Stalled'].some((type) => conditionOf(rollout, type) !== null),
      );
      for (const key of ['phase', 'message', 'currentStepIndex', 'currentPodHash', 'stableRS'])
        assert.deepEqual(valueAt(taken, `status.${key}`), valueAt(status, key), key);
      assert.equal(taken.metadata.generation, 2, 'its spec is not rewritten');
      await (left === 'nginx-healthy' ? app.release('3') : app.act('promote'));
      const acted = await app.get();
      await chronicle.until('it goes on', () => !isDeepStrictEqual(versions(chronicle), before));
      const first = chronicle
        .sightings()
        .find(
          ({ kind, name: of, version }) => kind !== 'Rollout' && !before.includes(`${kind}/${of}@${version}`),
        );
      assert.ok(
        Number(first?.version) >= Number(acted.metadata.resourceVersion),
        'nothing was written before',
      );
      if (left === 'nginx-paused') await toTheEndByNginx(app, chronicle);
      if (left === 'basic-paused') await toTheEnd(app, chronicle);
      if (left === 'nginx-healthy') await app.pausedAt(1);
      const sets = chronicle.present('ReplicaSet').map((set) => hashOf(set));
      const expected = THEIRS.map((hash) => (hashes as Record<string, string>)[hash] ?? hash);
      for (const hash of expected) assert.ok(sets.includes(hash), `${hash} is still there`);
      assert.equal(sets.length, left === 'nginx-healthy' ? 3 : 2);
    });
  });

  const toTheEndByNginx = async (app: Application, chronicle: Chronicle) => {
    await app.pausedAt(3);
    await chronicle.until('half of the traffic is on the canary', () =>
      ['app-web-one-canary', 'app-web-two-canary'].every(
        (name) => ingressWeight(chronicle.latest('Ingress', name)) === 50,
      ),
    );
    await app.act('promote');
    const done = await app.phase('Healthy');
    await chronicle.until('it is done', () => isDeepStrictEqual(sizesOf(chronicle, 'app'), { 1: 0, 2: 5 }));
    assert.equal(selectedHash(chronicle.latest('Service', 'app-stable')), valueAt(done, 'status.stableRS'));
  };
  const toTheEnd = async (app: Application, chronicle: Chronicle) => {
    await app.pausedAt(5);
    await app.act('promote');
    await app.phase('Healthy');
    await chronicle.until('it is done', () => isDeepStrictEqual(sizesOf(chronicle, 'app'), { 1: 0, 2: 5 }));
  };
});
