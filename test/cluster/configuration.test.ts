import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import type { KubeObject } from './bed/client.ts';
import { readManifests } from './bed/install.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { type Application, application, invalidSpec, podTemplate } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { startCrowd } from './support/crowd.ts';
import { type Ground, openGround } from './support/ground.ts';
import { putIngress, routed } from './support/routing.ts';

const COMPONENT = join(import.meta.dirname, '../../deploy/components/versioned-configuration/rbac.yaml');
const VERSIONED = { 'sluice.dev/versioned-configuration': 'true' };

// With CI set, test/run.ts insists on it.
const lack = (await canBindPodAddresses()) ? null : 'needs the network namespace of test/run.ts';

void describe('versioned configuration', { skip: lack ?? false }, () => {
  let ground: Ground;
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('configuration', {
      traffic: true,
      watched: ['Rollout', 'ReplicaSet', 'Pod', 'Ingress', 'EndpointSlice'],
    });
    ({ bed, namespace, chronicle } = ground);
  });
  after(() => ground?.close());

  const put = (app: Application, colour: string, key: string) =>
    Promise.all([
      app.put('v1', 'ConfigMap', `${app.name}-settings`, { data: { colour } }),
      app.put('v1', 'Secret', `${app.name}-keys`, { stringData: { key } }),
    ]);
  const configured = ({ name }: Application) => {
    const template = podTemplate(name, 'demo/app:1');
    const [container] = template.spec.containers;
    const volumes = [{ name: 'keys', projected: { sources: [{ secret: { name: `${name}-keys` } }] } }];
    const envFrom = [{ configMapRef: { name: `${name}-settings` } }];
    return { ...template, spec: { containers: [{ ...container, envFrom }], volumes } };
  };
  const deploy = async (app: Application) => {
    await app.putServices();
    await putIngress(app);
    await bed.api.apply({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: app.name, namespace, annotations: VERSIONED },
      spec: {
        replicas: 3,
        revisionHistoryLimit: 1,
        selector: { matchLabels: { app: app.name } },
        template: configured(app),
        strategy: {
          canary: routed(app, { nginx: { stableIngress: app.name } }, [{ setWeight: 34 }, { pause: {} }]),
        },
      },
    });
  };
  /** What the running pods of an application have, `colour/key` to how many. */
  const inPods = async (app: Application): Promise<Readonly<Record<string, number>>> => {
    const counts: Record<string, number> = {};
    const pods = chronicle
      .present('Pod')
      .filter(
        ({ metadata }) =>
          metadata.labels?.['app'] === app.name && metadata['deletionTimestamp'] === undefined,
      );
    for (const pod of pods) {
      const map = String(valueAt(pod, 'spec.containers.0.envFrom.0.configMapRef.name'));
      const volumes = (valueAt(pod, 'spec.volumes') ?? []) as readonly unknown[];
      const secret = volumes
        .map((one) => valueAt(one, 'projected.sources.0.secret.name'))
        .find((one) => one !== undefined);
      const [settings, keys] = await Promise.all([
        bed.api.find<KubeObject>({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: map }),
        bed.api.find<KubeObject>({
          apiVersion: 'v1',
          kind: 'Secret',
          namespace,
          name: `${secret as string}`,
        }),
      ]);
      const key = Buffer.from((valueAt(keys, 'data.key') ?? '') as string, 'base64').toString();
      const has = `${String(valueAt(settings, 'data.colour'))}/${key}`;
      counts[has] = (counts[has] ?? 0) + 1;
    }
    return counts;
  };
  const untilPods = async (app: Application, wanted: Readonly<Record<string, number>>) => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const have = await inPods(app);
      if (Date.now() > deadline || isDeepStrictEqual(have, wanted)) return assert.deepEqual(have, wanted);
      await chronicle.catchUp();
    }
  };
  const copies = async () => {
    const selection = { labelSelector: 'sluice.dev/configuration-copy' };
    const maps = await bed.api.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: '' }, selection);
    return maps.map((copy) => String(valueAt(copy, 'data.colour'))).sort();
  };

  void test('without the rights it says so; with them it goes on by itself', async () => {
    const app = application(bed, namespace, 'web', { replicas: 3 });
    await put(app, 'blue', 'one');
    await deploy(app);
    const refused = await app.phase('Degraded');
    assert.match(
      invalidSpec(refused),
      /ConfigMaps cannot be read: .* needs the rights of deploy\/components/,
    );
    assert.match(invalidSpec(refused), /Secrets cannot be read/);
    for (const manifest of readManifests(COMPONENT)) await bed.api.apply(manifest);
    await app.phase('Healthy', 60);
    await untilPods(app, { 'blue/one': 3 });
  });

  void test('a change goes through the steps, a rollback brings the old content back: no request is lost', async () => {
    const app = application(bed, namespace, 'web', { replicas: 3 });
    const crowd = startCrowd(chronicle, app);
    await crowd.more(20);
    await app.put('v1', 'ConfigMap', 'web-settings', { data: { colour: 'green' } });
    await app.pausedAt(1, 60);
    await untilPods(app, { 'blue/one': 3, 'green/one': 2 });
    await app.act('abort');
    await app.phase('Degraded');
    await untilPods(app, { 'blue/one': 3 });
    await app.act('retry');
    await app.pausedAt(1, 60);
    await app.act('promote');
    await app.phase('Healthy', 60);
    await untilPods(app, { 'green/one': 3 });
    await app.put('v1', 'Secret', 'web-keys', { stringData: { key: 'two' } });
    await app.pausedAt(1, 60);
    await app.act('full');
    await app.phase('Healthy', 60);
    await untilPods(app, { 'green/two': 3 });
    await crowd.more(20);
    assert.deepEqual((await crowd.stop()).lost, []);
    assert.equal(
      valueAt(await app.get(), 'spec.template.spec.containers.0.envFrom.0.configMapRef.name'),
      'web-settings',
    );
  });

  void test('copies go when no ReplicaSet uses them, and with the Rollout', async () => {
    const app = application(bed, namespace, 'web', { replicas: 3 });
    const deadline = Date.now() + 30_000;
    while ((await copies()).includes('blue') && Date.now() < deadline) await chronicle.catchUp();
    assert.deepEqual(await copies(), ['green']);
    await bed.api.delete(app.ref);
    while ((await copies()).length > 0 && Date.now() < deadline) await chronicle.catchUp();
    assert.deepEqual(await copies(), []);
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'web-settings' };
    assert.notEqual(await bed.api.find(settings), null);
  });
});
