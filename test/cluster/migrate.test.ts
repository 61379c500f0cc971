import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import type { KubeObject } from './bed/client.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { type Application, application, podTemplate } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Crowd, errorsIn, startCrowd } from './support/crowd.ts';
import { type Ground, openGround } from './support/ground.ts';
import { putIngress } from './support/routing.ts';

// With CI set, test/run.ts insists on it.
const lack = (await canBindPodAddresses()) ? false : 'needs the network namespace of test/run.ts';

const PLUGIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'kubectl-sluice.ts');
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };
const REPLICAS = 4;

void describe('migrate, on a real control plane, while users come', { skip: lack }, () => {
  let ground: Ground;
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('migrate', {
      traffic: true,
      watched: ['Pod', 'Service', 'Ingress', 'EndpointSlice'],
    });
    ({ bed, namespace, chronicle } = ground);
  });
  after(() => ground?.close());

  const begin = (...args: readonly string[]): ChildProcess => {
    const flags = ['--kubeconfig', bed.kubeconfig('user'), '-n', namespace];
    const env = { ...process.env, NO_COLOR: '', FORCE_COLOR: '' };
    return spawn(process.execPath, [PLUGIN, 'migrate', ...args, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
  };
  const ended = async (child: ChildProcess) => {
    const exit = once(child, 'exit') as Promise<[number | null]>;
    const [out, err, [code]] = await Promise.all([
      child.stdout === null ? '' : text(child.stdout),
      child.stderr === null ? '' : text(child.stderr),
      exit,
    ]);
    return { code, out, err };
  };
  const migrate = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await ended(begin(...args));
    assert.equal(code, 0, out + err);
    return out;
  };

  /** A Deployment behind a Service and an Ingress, and users who come all the time. */
  const serving = async (name: string): Promise<{ readonly app: Application; readonly crowd: Crowd }> => {
    const app = application(bed, namespace, name);
    await app.put('v1', 'Service', `${name}-stable`, {
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    });
    await putIngress(app);
    await app.put('apps/v1', 'Deployment', name, {
      spec: {
        replicas: REPLICAS,
        selector: { matchLabels: { app: name } },
        template: podTemplate(name, 'demo/app:1'),
      },
    });
    await chronicle.until(`deployment/${name} serves`, () => podsBehind(name).length === REPLICAS, 60);
    const crowd = startCrowd(chronicle, app);
    await crowd.more(20);
    return { app, crowd };
  };
  /** The pods that the user's Service leads to. */
  const podsBehind = (name: string): readonly KubeObject[] => {
    const names = chronicle
      .present('EndpointSlice')
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === `${name}-stable`)
      .flatMap((slice) => (slice['endpoints'] ?? []) as readonly unknown[])
      .filter((endpoint) => valueAt(endpoint, 'conditions.ready') === true)
      .map((endpoint) => String(valueAt(endpoint, 'targetRef.name')));
    return chronicle.present('Pod').filter(({ metadata }) => names.includes(metadata.name));
  };
  const isOfRollout = ({ metadata }: KubeObject) =>
    metadata.labels?.['rollouts-pod-template-hash'] !== undefined;
  const servedBy = (name: string, who: 'rollout' | 'deployment') =>
    chronicle.until(`${name} is served by its ${who}`, () => {
      const pods = podsBehind(name);
      const all = chronicle.present('Pod').filter(({ metadata }) => metadata.labels?.['app'] === name);
      const isRight = (pod: KubeObject) => isOfRollout(pod) === (who === 'rollout');
      return pods.length === REPLICAS && pods.every(isRight) && all.length === REPLICAS;
    });
  const assertNothingLost = async (crowd: Crowd, ...versions: readonly string[]) => {
    await crowd.more(20);
    const tally = await crowd.stop();
    assert.deepEqual(tally.lost, []);
    assert.equal(errorsIn(tally), 0);
    assert.deepEqual([...tally.answered.keys()].sort(), versions.map((version) => `${version} 200`).sort());
  };
  const deployment = (name: string) => ({ ...DEPLOYMENT, namespace, name });
  const release = (name: string, tag: string) =>
    bed.api.patch(deployment(name), 'json', [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: `demo/app:${tag}` },
    ]);

  void test('by copy: there, and back', async () => {
    const { crowd } = await serving('copy');
    const there = await migrate('deployment/copy', '--by', 'copy', '--apply', '--delete');
    assert.match(there, /✔ rollout\/copy is healthy, and its 4 pods have the traffic\n/);
    await servedBy('copy', 'rollout');
    assert.equal(await bed.api.find(deployment('copy')), null);
    const back = await migrate('rollout/copy', '--to', 'deployment', '--apply');
    assert.match(back, /✔ rollout\/copy is deleted\n$/);
    await servedBy('copy', 'deployment');
    await assertNothingLost(crowd, '1');
  });

  void test('by reference: there, a release, and back', async () => {
    const { app, crowd } = await serving('reference');
    await migrate('deployment/reference', '--apply');
    await servedBy('reference', 'rollout');
    await bed.api.patch(app.ref, 'merge', {
      spec: { strategy: { canary: { steps: [{ setWeight: 50 }, { pause: { duration: '2s' } }] } } },
    });
    await app.phase('Healthy');
    await release('reference', '2');
    await app.until(({ status }) => valueAt(status, 'currentStepIndex') === 0);
    await app.phase('Healthy', 60);
    await migrate('rollout/reference', '--to', 'deployment', '--apply');
    await servedBy('reference', 'deployment');
    await assertNothingLost(crowd, '1', '2');
  });

  void test('by reference, blue-green: there, a release, and back', async () => {
    const { app, crowd } = await serving('blue');
    await migrate('deployment/blue', '--strategy', 'blueGreen', '--apply');
    await servedBy('blue', 'rollout');
    await release('blue', '2');
    const isNew = ({ metadata, status }: KubeObject) =>
      metadata.annotations?.['rollout.argoproj.io/revision'] === '2' &&
      valueAt(status, 'phase') === 'Healthy';
    await app.until(isNew, 60);
    await migrate('rollout/blue', '--to', 'deployment', '--apply');
    await servedBy('blue', 'deployment');
    await assertNothingLost(crowd, '1', '2');
  });

  void test('by reference, and the Rollout is simply deleted', async () => {
    const { app, crowd } = await serving('deleted');
    await migrate('deployment/deleted', '--apply');
    await servedBy('deleted', 'rollout');
    await bed.api.delete(app.ref);
    await chronicle.until('the Deployment serves', () => !podsBehind('deleted').some(isOfRollout), 90);
    await servedBy('deleted', 'deployment');
    await assertNothingLost(crowd, '1');
  });

  void test('after Ctrl-C the same command goes on', async () => {
    const { crowd } = await serving('stopped');
    const child = begin('deployment/stopped', '--by', 'copy', '--apply');
    child.stdout?.once('data', () => child.kill('SIGINT'));
    const stopped = await ended(child);
    assert.deepEqual(
      [stopped.code, stopped.err],
      [130, 'interrupted: nothing is undone, and the same command goes on from here\n'],
    );
    await crowd.more(50);
    await migrate('deployment/stopped', '--by', 'copy', '--apply');
    await servedBy('stopped', 'rollout');
    await assertNothingLost(crowd, '1');
  });
});
