import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, type ControllerOptions, startController } from './bed/controller.ts';

const CRDS = join(import.meta.dirname, '../../crds');

void describe('starting and ending', () => {
  let bed: Bed;
  let namespace: string;
  const running: Controller[] = [];

  before(async () => {
    bed = await startBed({ bare: true });
    namespace = await bed.namespace('start');
  });
  after(async () => {
    await Promise.all(running.map((controller) => controller.kill()));
    await bed?.stop();
  });

  const start = async (name: string, options: ControllerOptions = {}): Promise<Controller> => {
    const args = ['--namespace', 'sluice', '--logformat', 'json', ...(options.args ?? [])];
    const controller = await startController(bed, { ...options, args, name });
    running.push(controller);
    return controller;
  };
  const stop = async (controller: Controller): Promise<number> => {
    const begun = performance.now();
    await controller.kill('SIGTERM');
    return (performance.now() - begun) / 1000;
  };
  const logOf = (controller: Controller) => readFileSync(controller.logFile, 'utf8');
  const says = (controller: Controller, text: string) =>
    until(`the log of ${controller.name} to say: ${text}`, () => logOf(controller).includes(text));
  const readiness = async (controller: Controller): Promise<number> => {
    const answer = await request(`${controller.health}/readyz`);
    await answer.body.dump();
    return answer.statusCode;
  };
  const isReady = (controller: Controller) =>
    until(`${controller.name} to be ready`, async () => (await readiness(controller)) === 200);
  const isLeading = async (controller: Controller): Promise<boolean> => {
    const answer = await request(`${controller.metrics}/metrics`);
    return /^leader_election_master_status\{.*\} 1$/m.test(await answer.body.text());
  };
  const release = async (name: string): Promise<void> => {
    const kind = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' };
    const template = {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'demo/app:1' }] },
    };
    const selector = { matchLabels: { app: name } };
    const spec = { replicas: 1, selector, template, strategy: { canary: {} } };
    await bed.api.apply({ ...kind, metadata: { name, namespace }, spec });
    const healthy = (rollout: unknown) => valueAt(rollout, 'status.phase') === 'Healthy';
    await bed.api.until({ ...kind, namespace, name }, healthy, 60);
  };

  void test('without CRDs it says how to install them, waits, ends when asked, and works once they are there', async () => {
    const impatient = await start('impatient', { waits: false });
    await says(impatient, 'kubectl apply --server-side -f crds/');
    assert.ok((await stop(impatient)) < 10);
    assert.equal(impatient.outcome(), 0);
    const controller = await start('patient', { waits: false });
    await says(controller, 'kubectl apply --server-side -f crds/');
    assert.equal(await readiness(controller), 503);
    await bed.install([CRDS]);
    await isReady(controller);
    await release('patient');
    assert.ok((await stop(controller)) < 10);
    assert.equal(controller.outcome(), 0);
  });

  void test('while the API server is away it says so and goes on as soon as it is back', async () => {
    const controller = await bed.restartApiServer(async () => {
      const early = await start('early', { waits: false });
      await says(early, 'ECONNREFUSED');
      return early;
    });
    await isReady(controller);
    await release('early');
    await stop(controller);
  });

  void test('without a namespace for its Lease it says how to make one, waits, and works once it is there', async () => {
    // Whoever runs it somewhere else than deploy/ does has to grant that.
    const rbac = 'rbac.authorization.k8s.io';
    const lease = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['*'] };
    const role = {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'leases' },
      rules: [lease],
    };
    await bed.api.apply(role);
    await bed.api.apply({
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'leases' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'leases' },
      subjects: [{ kind: 'ServiceAccount', name: 'sluice', namespace: 'sluice' }],
    });
    const controller = await start('nowhere', { args: ['--namespace', 'nowhere'] });
    await says(controller, 'kubectl create namespace nowhere');
    await bed.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'nowhere' } });
    await release('nowhere');
    await stop(controller);
  });

  const kubeconfigs: readonly [why: string, text: string | null, says: RegExp][] = [
    ['is not there', null, /missing\.kubeconfig/],
    ['is not YAML', '{{{', /kubeconfig/],
    ['has no contexts', 'apiVersion: v1\nkind: Config\n', /kubeconfig|context/],
  ];
  for (const [why, text, expected] of kubeconfigs)
    void test(`a kubeconfig that ${why} ends it with a message`, async () => {
      const file = join(bed.folder, 'missing.kubeconfig');
      if (text !== null) writeFileSync(file, text);
      const name = `kubeconfig-${why.replaceAll(' ', '-')}`;
      const controller = await start(name, { args: ['--kubeconfig', file], waits: false });
      await until('its end', () => !controller.isAlive());
      assert.equal(controller.outcome(), 1);
      const lines = logOf(controller).trim().split('\n');
      assert.equal(lines.length, 1, logOf(controller));
      assert.match(lines[0] ?? '', expected);
    });

  void test('a port that is taken ends it with a message', async () => {
    const first = await start('first-port');
    const taken = new URL(first.metrics).port;
    const second = await start('second-port', { args: ['--metricsPort', taken], waits: false });
    await until('its end', () => !second.isAlive());
    assert.equal(second.outcome(), 1);
    assert.match(logOf(second), /EADDRINUSE/);
    await stop(first);
  });

  void test('of two controllers one works; when it is killed the other one does', async () => {
    const pair = [await start('one'), await start('two')];
    const leaders = async () => (await Promise.all(pair.map(isLeading))).filter(Boolean).length;
    await until('a leader', async () => (await leaders()) === 1);
    await release('led');
    assert.equal(await leaders(), 1);
    const standings = await Promise.all(pair.map(isLeading));
    const leader = pair[standings.indexOf(true)] ?? assert.fail('nobody leads');
    const other = pair[standings.indexOf(false)] ?? assert.fail('both lead');
    assert.doesNotMatch(logOf(other), /"rollout":/);
    await leader.kill();
    await release('taken-over');
    assert.ok(await isLeading(other));
    await stop(other);
  });
});

/** Waits until `condition` holds; fails after a minute, saying what was waited for. */
async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const endsAt = Date.now() + 60_000;
  while (!(await Promise.resolve(condition()).catch(() => false))) {
    if (Date.now() > endsAt) throw new Error(`still waiting for ${what}`);
    await pause(50);
  }
}
