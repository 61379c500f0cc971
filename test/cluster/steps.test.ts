import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import type { KubeObject, Manifest } from './bed/client.ts';
import { type Controller, startController } from './bed/controller.ts';
import { type Application, application } from './support/application.ts';
import { byGateway, putHttpRoute, routed } from './support/routing.ts';

const PLUGIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'kubectl-sluice.ts');

const step = (name: string, config: object) => ({ plugin: { name: `sluice/${name}`, config } });
const job = (command: string, more: object = {}) => {
  const containers = [{ name: 'job', image: 'demo/job:1', command: ['sh', '-c', command] }];
  return step('job', {
    template: { spec: { backoffLimit: 0, template: { spec: { containers } } } },
    ...more,
  });
};

/** `1 Run Successful: said` of every status, joined by commas. */
function stepsOf(rollout: KubeObject): string {
  const list = (valueAt(rollout, 'status.canary.stepPluginStatuses') ?? []) as readonly Readonly<
    Record<string, unknown>
  >[];
  return list.map(({ index, operation, phase }) => [index, operation, phase].join(' ')).join(', ');
}

const messageOf = (rollout: KubeObject, index = 0) =>
  String(valueAt(rollout, `status.canary.stepPluginStatuses.${index}.message`));

void describe('steps that ship with Sluice, on a real API server', { concurrency: true }, () => {
  let bed: Bed;
  let controller: Controller;
  let namespace: string;

  before(async () => {
    bed = await startBed({ gatewayApi: true });
    namespace = await bed.namespace('steps');
    controller = await startController(bed, { args: ['--leader-elect=false'] });
  });
  after(async () => {
    await controller?.kill();
    await bed?.stop();
  });

  /** Its first version serves, and the second is released. */
  const released = async (name: string, steps: readonly object[]): Promise<Application> => {
    const app = application(bed, namespace, name);
    await app.putRollout({ steps });
    await app.phase('Healthy');
    await app.release('2');
    return app;
  };
  const steps = (app: Application, wanted: string, seconds?: number) =>
    app.until((rollout) => stepsOf(rollout) === wanted, seconds);
  const kubectl = async (...args: readonly string[]) => {
    const flags = [PLUGIN, ...args, '--kubeconfig', bed.kubeconfig('user'), '-n', namespace];
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = once(child, 'exit') as Promise<[number | null]>;
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
    assert.deepEqual([code, err], [0, '']);
    return out;
  };
  const jobs = async (app: Application) => {
    const all = await bed.api.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
    const mine = all.filter(({ metadata }) => metadata.name.startsWith(`${app.name}-`));
    return mine.map((one) => one.metadata.name.slice(app.name.length + 1).replace(/^[a-z0-9]+-/, '')).sort();
  };
  /** Waits for an Event of an application: they are written in the background. */
  const told = async (app: Application, reason: string, words: RegExp) => {
    const isIt = (event: KubeObject) =>
      event['reason'] === reason &&
      valueAt(event, 'involvedObject.name') === app.name &&
      words.test(String(event['message']));
    for (let look = 0; look < 100; look++) {
      const all = await bed.api.list({ apiVersion: 'v1', kind: 'Event', namespace });
      if (all.some(isIt)) return;
      await pause(100);
    }
    assert.fail(`no event ${reason} of ${app.name}`);
  };

  void test('two people open a gate, at the same time; who approved is told', async () => {
    const app = await released('gate', [
      step('gate', { name: 'qa', approvals: { required: 2 } }),
      { pause: {} },
    ]);
    const waiting = await steps(app, '0 Run Running');
    assert.equal(messageOf(waiting), 'gate qa: 0 of 2 approvals');
    const [said] = await Promise.all([
      kubectl('approve', 'gate', '--by', 'anna'),
      kubectl('approve', 'gate', '--by', 'ben@example.com', '--comment', 'fine'),
    ]);
    assert.equal(said, "gate 'qa' of rollout 'gate' approved by anna\n");
    const paused = await app.pausedAt(1);
    assert.match(
      messageOf(paused),
      /^approved by (anna|ben@example\.com) \(.* UTC\), (anna|ben@example\.com) \(.* UTC\)$/,
    );
  });

  void test('without a name the API server says who approves', async () => {
    const app = await released('me', [step('gate', {}), { pause: {} }]);
    await steps(app, '0 Run Running');
    assert.match(await kubectl('approve', 'me'), /^gate 'step-1' of rollout 'me' approved by \S+$/m);
    await app.pausedAt(1);
  });

  void test('a rejection gives the release up', async () => {
    const app = await released('rejected', [step('gate', {})]);
    await steps(app, '0 Run Running');
    await kubectl('reject', 'rejected', '--by', 'eve', '--comment', 'no');
    const degraded = await app.phase('Degraded');
    assert.match(
      String(valueAt(degraded, 'status.message')),
      /Step Plugin 1 \(sluice\/gate\) failed: rejected by eve: no$/,
    );
  });

  void test('a webhook is asked with a token from a Secret until it says yes', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method ?? ''} ${request.headers.authorization ?? ''}`);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ go: asked.length >= 3 }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    using _closing = { [Symbol.dispose]: () => server.close() };
    await bed.api.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'hook', namespace },
      stringData: { token: 'Bearer s3cret' },
    });
    const secretKeyRef = { name: 'hook', key: 'token' };
    const webhook = {
      url: `http://127.0.0.1:${port}/web`,
      method: 'POST',
      headers: [{ key: 'Authorization', valueFrom: { secretKeyRef } }],
      interval: '1s',
      successCondition: 'result.go',
    };
    const app = await released('webhook', [step('gate', { webhook }), { pause: {} }]);
    const paused = await app.pausedAt(1);
    assert.equal(messageOf(paused), 'the webhook said yes');
    assert.deepEqual(
      asked,
      Array.from({ length: 3 }, () => 'POST Bearer s3cret'),
    );
    assert.ok(!JSON.stringify(paused).includes('s3cret'));
  });

  void test('an annotation of a pipeline opens a gate', async () => {
    const app = await released('annotation', [
      step('gate', { annotation: 'example.com/tested' }),
      { pause: {} },
    ]);
    const waiting = await steps(app, '0 Run Running');
    const hash = String(valueAt(waiting, 'status.currentPodHash'));
    await bed.api.patch(app.ref, 'merge', { metadata: { annotations: { 'example.com/tested': hash } } });
    await app.pausedAt(1);
  });

  void test('a Job runs, and then the release goes on', async () => {
    const app = await released('job', [job('sleep 2'), { pause: {} }]);
    const running = await app.until((rollout) => messageOf(rollout).endsWith('is running'));
    assert.equal(valueAt(running, 'status.currentStepIndex'), 0);
    await app.pausedAt(1);
    assert.deepEqual(await jobs(app), ['1-1']);
    await told(app, 'StepJobCreated', /^Created Job job-/);
  });

  void test('a Job that fails gives the release up; a retry makes another one', async () => {
    const app = await released('fails', [job('exit 3')]);
    const degraded = await app.phase('Degraded');
    assert.match(
      String(valueAt(degraded, 'status.message')),
      /Step Plugin 1 \(sluice\/job\) failed: Job fails-\w+-1-1 failed: /,
    );
    await app.act('retry');
    await app.until((rollout) => messageOf(rollout).includes('-1-2'));
    await app.phase('Degraded');
    assert.deepEqual(await jobs(app), ['1-1', '1-2']);
  });

  void test('an abort deletes a Job that runs, and its pod', async () => {
    const app = await released('aborted', [job('sleep 600')]);
    await app.until((rollout) => messageOf(rollout).endsWith('is running'));
    await app.act('abort');
    await steps(app, '0 Run Running, 0 Abort Successful', 60);
    assert.deepEqual(await jobs(app), []);
  });

  void test('a Job like those of a CronJob', async () => {
    const containers = [{ name: 'job', image: 'demo/job:1', command: ['true'] }];
    const template = { spec: { template: { spec: { restartPolicy: 'Never', containers } } } };
    const app = await released('scheduled', [step('job', { from: { cronJob: 'nightly' } }), { pause: {} }]);
    await steps(app, '0 Run Error');
    await app.put('batch/v1', 'CronJob', 'nightly', {
      spec: { schedule: '0 3 * * *', suspend: true, jobTemplate: template },
    });
    await app.pausedAt(1, 60);
    assert.deepEqual(await jobs(app), ['1-1']);
  });

  void test('behind a point of no return the progress deadline pauses', async () => {
    const app = application(bed, namespace, 'behind');
    const deadline = { progressDeadlineSeconds: 5, progressDeadlineAbort: true };
    await app.putRollout({ steps: [job('true', { pointOfNoReturn: true }), { setWeight: 50 }] }, deadline);
    await app.phase('Healthy');
    await app.release('bad-image');
    const paused = await app.phase('Paused', 60);
    assert.match(
      String(valueAt(paused, 'status.message')),
      /^PointOfNoReturn: ReplicaSet ".*" has timed out progressing\.$/,
    );
    assert.deepEqual(
      [valueAt(paused, 'status.abort'), valueAt(paused, 'status.canary.pointOfNoReturn.step')],
      [undefined, 0],
    );
    await app.act('abort');
    const degraded = await app.phase('Degraded');
    assert.equal(valueAt(degraded, 'status.canary.pointOfNoReturn'), undefined);
    await told(app, 'PointOfNoReturn', /may not fit/);
  });

  void test('a window that is open is passed; one that is shut is skipped by who promotes', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const open = step('window', { open: [{}] });
    const shut = step('window', { open: [{}], closed: [`${today}/2099-12-31`] });
    const app = await released('window', [open, shut, { pause: {} }]);
    const waiting = await steps(app, '0 Run Successful, 1 Run Running');
    assert.equal(messageOf(waiting, 1), 'closed for more than a year');
    await kubectl('promote', 'window');
    const paused = await app.pausedAt(2);
    assert.equal(stepsOf(paused), '0 Run Successful, 1 Run Running, 1 Terminate Successful');
  });

  void test('header and mirror routes of an HTTPRoute come with their steps and go with the abort', async () => {
    const app = application(bed, namespace, 'routes');
    await app.putServices();
    await putHttpRoute(app);
    const match = [{ headerName: 'x-try', headerValue: { exact: 'yes' } }];
    const list = [
      { setCanaryScale: { replicas: 1 } },
      { setHeaderRoute: { name: 'try', match } },
      {
        setMirrorRoute: {
          name: 'shadow',
          percentage: 30,
          match: [{ path: { prefix: '/api' }, method: { exact: 'GET' } }],
        },
      },
      { pause: {} },
    ];
    const routing = {
      ...byGateway({ httpRoute: app.name }),
      managedRoutes: [{ name: 'try' }, { name: 'shadow' }],
    };
    await app.putRollout(routed(app, routing, list));
    await app.phase('Healthy');
    await app.release('2');
    await app.pausedAt(3);
    const ref = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace, name: app.name };
    const rules = (route: KubeObject | null) => (valueAt(route, 'spec.rules') ?? []) as readonly object[];
    const before = rules(await bed.api.get(ref));
    assert.equal(before.length, 3);
    assert.deepEqual(valueAt(before[0], 'backendRefs.0.name'), 'routes-canary');
    await app.act('abort');
    await bed.api.until(ref, (route) => rules(route).length === 1);
  });

  void test('the policy of the documents lets people sign with their own name only', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/steps.md'), 'utf8');
    const found = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
      (match) => parse(match[1] ?? '') as unknown,
    );
    const blocks = found.filter((block) => !Array.isArray(block)) as readonly Manifest[];
    const place = await bed.namespace('signed');
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': place } };
    for (const block of blocks)
      await bed.api.apply(
        block.kind === 'ValidatingAdmissionPolicyBinding'
          ? { ...block, spec: { ...(block['spec'] as object), matchResources: { namespaceSelector } } }
          : block,
      );
    const app = application(bed, place, 'signed');
    await app.putRollout({ steps: [{ pause: {} }] });
    const sign = (name: string, value: string | null) =>
      bed.api.patch(app.ref, 'merge', {
        metadata: { annotations: { [`gate.sluice.dev/qa.${name}`]: value } },
      });
    // The API server follows policies with some delay.
    for (let look = 0; look < 200; look++) {
      const refused = await sign('anna', `approve:${look}`).then(
        () => false,
        () => true,
      );
      if (refused) break;
      await pause(100);
    }
    await assert.rejects(sign('anna', 'approve:x'), /gates are opened in one's own name: admin/);
    await assert.rejects(sign('a.admin', 'approve:x'), /own name/);
    await assert.rejects(sign('anna', null), /own name/);
    await sign('admin', 'approve:x');
    await sign('admin', null);
    await app.phase('Healthy');
  });

  void test('an unknown plugin and every mistake in a configuration are told at once', async () => {
    const app = application(bed, namespace, 'unknown');
    await app.putRollout({ steps: [step('jobs', {}), step('gate', { webhok: 1 })] });
    const invalid = await app.phase('Degraded');
    const message = String(valueAt(invalid, 'status.message'));
    assert.match(
      message,
      /unknown step plugin "sluice\/jobs"; known are sluice\/gate, sluice\/job, sluice\/prove, sluice\/window/,
    );
    assert.match(message, /steps\[1\]\.plugin\.config\.webhok: unknown field/);
  });
});
