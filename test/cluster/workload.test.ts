import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import type { KubeObject, Ref } from './bed/client.ts';
import { readManifests } from './bed/install.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { type Application, application, invalidSpec, podTemplate } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { answersOf, startCrowd } from './support/crowd.ts';
import { type Ground, openGround } from './support/ground.ts';
import { putIngress, routed } from './support/routing.ts';

const POLICY = join(import.meta.dirname, '../../deploy/components/background-deletion/policy.yaml');

// With CI set, test/run.ts insists on it.
const lack = (await canBindPodAddresses()) ? null : 'needs the network namespace of test/run.ts';

const PODS = 3;
const STEPS = [{ setWeight: 34 }, { pause: {} }, { setWeight: 67 }];

type Mode = 'never' | 'onsuccess' | 'progressively';

void describe('workloadRef', { skip: lack ?? false }, () => {
  let ground: Ground;
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('workload', {
      traffic: true,
      watched: ['Rollout', 'ReplicaSet', 'Service', 'Ingress', 'EndpointSlice'],
    });
    ({ bed, namespace, chronicle } = ground);
    // In force long before it is needed.
    for (const manifest of readManifests(POLICY)) await bed.api.apply(manifest);
  });
  after(() => ground?.close());

  const deploymentRef = ({ name }: Application): Ref => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace,
    name,
  });
  const untilDeployment = (app: Application, claim: (deployment: KubeObject) => boolean, seconds = 60) =>
    bed.api.until(deploymentRef(app), (found) => found !== null && claim(found), seconds);
  const available = (deployment: KubeObject) =>
    valueAt(deployment, 'status.observedGeneration') === deployment.metadata.generation
      ? Number(valueAt(deployment, 'status.availableReplicas') ?? 0)
      : -1;
  const deployed = async (name: string): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas: PODS });
    await app.putServices();
    await putIngress(app);
    const spec = {
      replicas: PODS,
      selector: { matchLabels: { app: name } },
      template: podTemplate(name, 'demo/app:1'),
    };
    await app.put('apps/v1', 'Deployment', name, { spec });
    await untilDeployment(app, (found) => available(found) === PODS);
    return app;
  };
  const canary = (app: Application) => ({
    canary: routed(app, { nginx: { stableIngress: app.name } }, STEPS),
  });
  const blueGreen = ({ name }: Application) => ({
    blueGreen: {
      activeService: `${name}-stable`,
      previewService: `${name}-canary`,
      autoPromotionEnabled: false,
      scaleDownDelaySeconds: 1,
    },
  });
  const take = (app: Application, strategy: object, scaleDown: Mode) =>
    bed.api.apply({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: app.name, namespace },
      spec: {
        replicas: PODS,
        strategy,
        workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: app.name, scaleDown },
      },
    });
  const release = (app: Application, tag: string) =>
    bed.api.patch(deploymentRef(app), 'json', [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: `demo/app:${tag}` },
    ]);
  const isEmpty = (found: KubeObject) => valueAt(found, 'spec.replicas') === 0 && available(found) === 0;
  const isGivenBack = async (app: Application): Promise<void> => {
    await bed.api.until(app.ref, (found) => found === null, 60);
    const deployment = await untilDeployment(app, (found) => available(found) === PODS);
    assert.doesNotMatch(JSON.stringify(deployment?.metadata.annotations ?? {}), /sluice/);
    for (const role of ['stable', 'canary']) {
      const service = { apiVersion: 'v1', kind: 'Service', namespace, name: `${app.name}-${role}` };
      await bed.api.until(
        service,
        (found) => JSON.stringify(valueAt(found, 'spec.selector')) === `{"app":"${app.name}"}`,
      );
    }
  };

  void describe('together', { concurrency: 3 }, () => {
    for (const [strategy, make, scaleDown] of [
      ['canary', canary, 'progressively'],
      ['blue-green', blueGreen, 'onsuccess'],
    ] as const)
      void test(`${strategy}: a release through the reference, and a deletion at rest: no request is lost`, async () => {
        const app = await deployed(`${strategy}-rest`);
        const crowd = startCrowd(chronicle, app);
        await crowd.more(20);
        await take(app, make(app), scaleDown);
        await app.phase('Healthy', 60);
        await untilDeployment(app, isEmpty);
        await crowd.more(20);
        await release(app, '2');
        await app.until((rollout) => valueAt(rollout, 'status.phase') === 'Paused', 60);
        await app.act('promote');
        await app.phase('Healthy', 60);
        assert.equal(valueAt(await app.get(), 'spec.template'), undefined);
        assert.equal(valueAt(await app.get(), 'spec.selector'), undefined);
        assert.ok(await untilDeployment(app, isEmpty));
        await bed.api.delete(app.ref);
        await isGivenBack(app);
        await crowd.more(20);
        const tally = await crowd.stop();
        assert.deepEqual(tally.lost, []);
        assert.ok(answersOf(tally, '1') > 0 && answersOf(tally, '2') > 0);
      });

    for (const [when, moment] of [
      [
        'as soon as the Deployment shrinks',
        (found: KubeObject) => Number(valueAt(found, 'spec.replicas')) < PODS,
      ],
      ['once it is empty', isEmpty],
    ] as const)
      void test(`deleted ${when}: no request is lost`, async () => {
        const app = await deployed(`gone-${when.split(' ')[0]}`);
        const crowd = startCrowd(chronicle, app);
        await crowd.more(20);
        await take(app, canary(app), 'progressively');
        await untilDeployment(app, moment);
        await bed.api.delete(app.ref);
        await isGivenBack(app);
        await crowd.more(20);
        assert.deepEqual((await crowd.stop()).lost, []);
      });

    void test('deleted in the foreground: refused where the policy is installed', async () => {
      const app = await deployed('gone-foreground');
      const crowd = startCrowd(chronicle, app);
      await crowd.more(20);
      await take(app, canary(app), 'onsuccess');
      await untilDeployment(app, isEmpty);
      const foreground = { propagationPolicy: 'Foreground' } as const;
      await assert.rejects(bed.api.delete(app.ref, foreground), /delete it in the background/);
      await bed.api.delete(app.ref);
      await isGivenBack(app);
      await crowd.more(20);
      assert.deepEqual((await crowd.stop()).lost, []);
    });

    void test('deleted in the middle of a release: no request is lost', async () => {
      const app = await deployed('gone-middle');
      const crowd = startCrowd(chronicle, app);
      await take(app, canary(app), 'onsuccess');
      await app.phase('Healthy', 60);
      await untilDeployment(app, isEmpty);
      await release(app, '2');
      await app.pausedAt(1, 60);
      await bed.api.delete(app.ref);
      await isGivenBack(app);
      await crowd.more(20);
      assert.deepEqual((await crowd.stop()).lost, []);
    });

    void test('a workload that comes late, goes, and comes back', async () => {
      const app = application(bed, namespace, 'late', { replicas: PODS });
      await take(app, { canary: {} }, 'never');
      const missing = await app.phase('Degraded');
      assert.match(invalidSpec(missing), /deployments\.apps ".*\/late" not found/);
      await deployed('late');
      await app.phase('Healthy', 60);
      assert.deepEqual((await app.get()).metadata.finalizers, undefined);
      await bed.api.delete(deploymentRef(app));
      await bed.api.until(deploymentRef(app), (found) => found === null);
      // All goes on with the last template: a change of size is followed.
      await bed.api.patch(app.ref, 'merge', { spec: { replicas: PODS + 1 } });
      await app.until((rollout) => valueAt(rollout, 'status.availableReplicas') === PODS + 1, 60);
      await bed.api.delete(app.ref);
    });
  });
});
