import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Experiment } from '../../src/api/experiment.ts';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { application, podTemplate } from './support/application.ts';
import { type Chronicle, openChronicle } from './support/chronicle.ts';
import { answersOf, assertAllAnswered, startVisitors } from './support/crowd.ts';
import { byGateway, putHttpRoute, routed } from './support/routing.ts';

const API = 'argoproj.io/v1alpha1';
// With CI set, test/run.ts insists on it.
const lack = (await canBindPodAddresses()) ? false : 'needs the network namespace of test/run.ts';

/** Experiments on a real API server: beside traffic, and through the death of a controller. */
void describe('experiments', { skip: lack }, () => {
  let bed: Bed;
  let controller: Controller;
  let namespace: string;
  let chronicle: Chronicle;
  const start = () => startController(bed, { args: ['--leader-elect=false'] });

  before(async () => {
    bed = await startBed({ traffic: true, gatewayApi: true });
    namespace = await bed.namespace('experiment');
    chronicle = await openChronicle(bed.api, namespace, [
      'Rollout',
      'ReplicaSet',
      'Service',
      'EndpointSlice',
    ]);
    controller = await start();
  });
  after(async () => {
    chronicle?.close();
    await controller?.kill();
    await bed?.stop();
  });

  const ref = (name: string) => ({ apiVersion: API, kind: 'Experiment', namespace, name });
  const phase = (name: string, wanted: string) =>
    bed.api.until<Experiment>(ref(name), (one) => one?.status?.phase === wanted, 60);

  void test('a step runs the new version beside the old one, and no request is lost', async () => {
    const app = application(bed, namespace, 'shop', { replicas: 2 });
    await app.put('v1', 'Service', 'shop', {
      spec: { selector: { app: 'shop' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    });
    const templates = [{ name: 'trial', specRef: 'canary', replicas: 1 }];
    const experiment = { duration: '3s', scaleDownDelaySeconds: 1, templates };
    await app.putRollout({ steps: [{ experiment }, { setWeight: 50 }, { pause: {} }] });
    await app.phase('Healthy');
    const visitors = startVisitors(chronicle, 'shop');
    await visitors.more(20);
    await app.release('2');
    const begun = await app.until(
      (rollout) => valueAt(rollout, 'status.canary.currentExperiment') !== undefined,
    );
    const name = String(valueAt(begun, 'status.canary.currentExperiment'));
    await phase(name, 'Running');
    await visitors.more(60);
    const during = await app.get();
    assert.equal(valueAt(during, 'status.currentStepIndex'), 0);
    assert.equal(valueAt(during, 'status.updatedReplicas'), undefined);
    await app.pausedAt(2);
    await app.act('promote');
    await app.phase('Healthy', 60);
    const tally = await visitors.stop();
    assertAllAnswered(tally);
    assert.ok(answersOf(tally, '2', 200) > 0, 'the new version has answered');
    const ended = await phase(name, 'Successful');
    assert.equal(ended?.metadata.ownerReferences?.[0]?.uid, begun.metadata.uid);
    await bed.api.until(
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name: `${name}-trial` },
      (set) => valueAt(set, 'spec.replicas') === 0,
      30,
    );
  });

  void test('a share of the traffic is a third backend of the route, for as long as there are pods', async () => {
    const app = application(bed, namespace, 'shared', { replicas: 1 });
    await app.putServices();
    await putHttpRoute(app);
    const templates = [{ name: 'trial', specRef: 'canary', weight: 10 }];
    const experiment = { duration: '6s', scaleDownDelaySeconds: 0, templates };
    await app.putRollout(
      routed(app, byGateway({ httpRoute: 'shared', namespace }), [
        { setWeight: 20 },
        { experiment },
        { pause: {} },
      ]),
    );
    await app.phase('Healthy');
    await app.release('2');
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      namespace,
      name: 'shared',
    };
    const split = (object: unknown) => {
      const refs = valueAt(object, 'spec.rules.0.backendRefs') as readonly { name: string; weight: number }[];
      return refs
        .map(({ name, weight }) => `${name.replace(/^shared-.*-trial$/, 'trial')} ${weight}`)
        .join(', ');
    };
    await bed.api.until(route, (one) => split(one) === 'shared-stable 70, shared-canary 20, trial 10', 60);
    await app.until((rollout) => valueAt(rollout, 'status.canary.weights.additional.0.weight') === 10);
    await app.pausedAt(2);
    await bed.api.until(route, (one) => split(one) === 'shared-stable 80, shared-canary 20');
    await app.act('abort');
    await app.phase('Degraded');
  });

  void test('one that stands alone goes on where a controller has died; all of it goes with it', async () => {
    const spec = {
      duration: '6s',
      scaleDownDelaySeconds: 0,
      templates: [
        {
          name: 'red',
          replicas: 1,
          selector: { matchLabels: { app: 'red' } },
          template: podTemplate('red', 'demo/app:9'),
          service: {},
        },
      ],
    };
    await bed.api.apply({
      apiVersion: API,
      kind: 'Experiment',
      metadata: { name: 'alone', namespace },
      spec,
    });
    const running = await phase('alone', 'Running');
    const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name: 'alone-red' };
    const service = { apiVersion: 'v1', kind: 'Service', namespace, name: 'alone-red' };
    const { uid } = (await bed.api.get(set)).metadata;
    await controller.kill();
    controller = await start();
    const ended = await phase('alone', 'Successful');
    assert.equal(ended?.status?.availableAt, running?.status?.availableAt);
    await bed.api.until(service, (one) => one === null, 30);
    assert.equal((await bed.api.get(set)).metadata.uid, uid);
    await bed.api.delete(ref('alone'));
    await bed.api.until(set, (one) => one === null, 30);
  });
});
