import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { type Application, application } from './support/application.ts';

const PLUGIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'kubectl-sluice.ts');

const STEPS = [{ setWeight: 50 }, { pause: {} }, { setWeight: 100 }];

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

void describe('the plugin, as a process on a real API server', { concurrency: true }, () => {
  let bed: Bed;
  let controller: Controller;
  let namespace: string;

  before(async () => {
    bed = await startBed();
    namespace = await bed.namespace('cli');
    controller = await startController(bed, { args: ['--leader-elect=false'] });
  });
  after(async () => {
    await controller?.kill();
    await bed?.stop();
  });

  const begin = (...args: readonly string[]): ChildProcess => {
    const flags = ['--kubeconfig', bed.kubeconfig('user'), '-n', namespace];
    const env = { ...process.env, NO_COLOR: '', FORCE_COLOR: '' };
    return spawn(process.execPath, [PLUGIN, ...args, ...flags], { stdio: ['ignore', 'pipe', 'pipe'], env });
  };
  const ended = async (child: ChildProcess): Promise<Ended> => {
    const exit = once(child, 'exit') as Promise<[number | null]>;
    const [out, err, [code]] = await Promise.all([
      child.stdout === null ? '' : text(child.stdout),
      child.stderr === null ? '' : text(child.stderr),
      exit,
    ]);
    return { code, out, err };
  };
  const run = (...args: readonly string[]): Promise<Ended> => ended(begin(...args));
  const deployed = async (name: string): Promise<Application> => {
    const app = application(bed, namespace, name);
    await app.putRollout({ steps: STEPS });
    assert.deepEqual(await run('status', name, '--timeout', '60s').then(last), {
      code: 0,
      out: 'Healthy',
      err: '',
    });
    return app;
  };
  const last = ({ code, out, err }: Ended): Ended => ({
    code,
    out: out.trim().split('\n').at(-1) ?? '',
    err,
  });
  const imageOf = async (app: Application) =>
    valueAt(await app.get(), 'spec.template.spec.containers.0.image');

  void test('a release: set image, look, promote, wait', async () => {
    const app = await deployed('release');
    const set = await run('set', 'image', 'release', 'app=demo/app:2');
    assert.deepEqual(set, { code: 0, out: 'rollout "release" image updated\n', err: '' });
    await app.pausedAt(1);

    const late = await run('status', 'release', '-t', '1s');
    assert.equal(late.code, 1);
    assert.match(late.out, /^Paused - CanaryPauseStep\n$/);
    assert.equal(late.err, "Error: rollout 'release' was not healthy after 1s\n");

    const seen = await run('get', 'rollout', 'release');
    assert.equal(seen.code, 0, seen.err);
    assert.match(seen.out, /^Waiting for: +a person to promote: paused at step 2\/3 since /m);
    assert.match(seen.out, /^ {2}ActualWeight: +50$/m);
    assert.match(seen.out, /demo\/app:1 \(stable\)\n +demo\/app:2 \(canary\)/);
    assert.match(seen.out, /□ release-\w+-\w+ +Pod +✔ Running +\w+ +ready:1\/1/);

    assert.equal((await run('promote', 'release')).out, "rollout 'release' promoted\n");
    assert.deepEqual(last(await run('status', 'release', '-t', '60s')), { code: 0, out: 'Healthy', err: '' });
  });

  void test('a bad release: abort, fail, retry, promote fully, undo', async () => {
    const app = await deployed('bad');
    await run('set', 'image', 'bad', '*=demo/app:2');
    await app.pausedAt(1);
    assert.equal((await run('abort', 'bad')).out, "rollout 'bad' aborted\n");
    const failed = await run('status', 'bad', '-t', '60s');
    assert.equal(failed.code, 1);
    assert.match(failed.err, /^Error: the rollout is degraded: RolloutAborted: /);
    const seen = await run('get', 'rollout', 'bad');
    assert.match(seen.out, /^Waiting for: +a new version, or a retry$/m);

    assert.equal((await run('retry', 'rollout', 'bad')).code, 0);
    await app.pausedAt(1);
    assert.equal((await run('promote', 'bad', '--full')).out, "rollout 'bad' fully promoted\n");
    assert.deepEqual(last(await run('status', 'bad', '-t', '60s')), { code: 0, out: 'Healthy', err: '' });
    assert.equal(await imageOf(app), 'demo/app:2');

    assert.deepEqual(await run('undo', 'bad'), { code: 0, out: "rollout 'bad' undo\n", err: '' });
    assert.equal(await imageOf(app), 'demo/app:1');
    assert.match((await run('undo', 'bad', '--to-revision', '9')).err, /unable to find specified revision 9/);
  });

  void test('blue-green: both versions are seen, a person switches, and undo switches back', async () => {
    const app = application(bed, namespace, 'blue');
    for (const service of ['blue', 'blue-preview'])
      await app.put('v1', 'Service', service, {
        spec: { selector: { app: 'blue' }, ports: [{ port: 80, targetPort: 8080 }] },
      });
    const blueGreen = {
      activeService: 'blue',
      previewService: 'blue-preview',
      autoPromotionEnabled: false,
      scaleDownDelaySeconds: 600,
    };
    await app.putRollout({}, { strategy: { blueGreen } });
    assert.equal((await run('status', 'blue', '-t', '60s')).code, 0);
    await run('set', 'image', 'blue', 'app=demo/app:2');
    await app.phase('Paused');

    const seen = await run('get', 'rollout', 'blue');
    assert.match(seen.out, /^Waiting for: +a person to promote: paused before the switch since /m);
    assert.match(seen.out, /demo\/app:1 \(stable, active\)\n +demo\/app:2 \(preview\)/);
    assert.equal(seen.out.match(/□ blue-\w+-\w+ +Pod +✔ Running/g)?.length, 4, seen.out);
    const why = await run('explain', 'blue');
    assert.match(
      why.out,
      /active Service blue leads to revision 1\n +preview Service blue-preview leads to revision 2/,
    );
    assert.match(
      why.out,
      /kubectl sluice promote blue -n \S+ +switches the active Service to revision 2 now/,
    );

    assert.equal((await run('promote', 'blue')).code, 0);
    assert.deepEqual(last(await run('status', 'blue', '-t', '60s')), { code: 0, out: 'Healthy', err: '' });
    assert.match((await run('get', 'rollout', 'blue')).out, /ReplicaSet +✔ Healthy +\w+ +delay:9m\d+s/);
    assert.deepEqual(await run('undo', 'blue'), { code: 0, out: "rollout 'blue' undo\n", err: '' });
    assert.deepEqual(last(await run('status', 'blue', '-t', '60s')), { code: 0, out: 'Healthy', err: '' });
    assert.match((await run('get', 'rollout', 'blue')).out, /demo\/app:1 \(stable, active\)/);
  });

  void test('a gate is approved by whom the API server knows', async () => {
    const gate = { plugin: { name: 'sluice/gate', config: { name: 'qa' } } };
    const app = application(bed, namespace, 'gated');
    await app.putRollout({ steps: [gate] });
    await app.phase('Healthy');
    await run('set', 'image', 'gated', 'app=demo/app:2');
    await app.until((found) => valueAt(found, 'status.canary.stepPluginStatuses.0.phase') === 'Running');
    const why = await run('explain', 'gated');
    assert.match(why.out, /waiting for step 1\/1 \(gate qa\): 0 of 1 approval/);
    assert.match(why.out, /kubectl sluice approve gated -n \S+ +says yes to gate qa, in your name/);
    assert.match((await run('approve', 'gated')).out, /^gate 'qa' of rollout 'gated' approved by \S+\n$/);
    assert.deepEqual(last(await run('status', 'gated', '-t', '60s')), { code: 0, out: 'Healthy', err: '' });
  });

  void test('get -w follows a rollout until Ctrl-C, and ends well when nobody reads on', async () => {
    const app = await deployed('watched');
    const child = begin('get', 'rollout', 'watched', '-w');
    let shown = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (shown.includes('॥ Paused')) child.kill('SIGINT');
    });
    await once(child.stdout ?? child, 'data');
    await app.release('2');
    const { code, err } = await ended(child);
    assert.deepEqual([code, err], [0, '']);
    assert.match(shown, /✔ Healthy[\s\S]*◌ Progressing[\s\S]*॥ Paused/);

    const unread = begin('get', 'rollout', 'watched', '-w');
    const [first] = (await once(unread.stdout ?? unread, 'data')) as [Buffer];
    assert.match(first.toString(), /^Name: +watched/);
    // It may end as soon as there is news, so the end is waited for from the beginning.
    const end = once(unread, 'exit') as Promise<[number]>;
    unread.stdout?.destroy();
    await run('promote', 'watched', '--full');
    const [exit] = await end;
    assert.equal(exit, 0);
  });

  void test('what cannot be done is said, with an exit code', async () => {
    const missing = await run('promote', 'nothing');
    assert.deepEqual(missing, { code: 1, out: '', err: 'Error: rollouts.argoproj.io "nothing" not found\n' });

    const forbidden = await run('list', 'rollouts', '--as', 'nobody');
    assert.equal(forbidden.code, 1);
    assert.match(
      forbidden.err,
      /^Error: rollouts\.argoproj\.io is forbidden: User "nobody" cannot list resource/,
    );

    const refused = await run('list', 'rollouts', '--token', 'wrong');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^Error: the API server refused the credentials: /);

    const away = await run('list', 'rollouts', '-s', 'https://127.0.0.1:1');
    assert.equal(away.code, 1);
    assert.match(away.err, /^Error: cannot reach the cluster: .*ECONNREFUSED/);

    const nowhere = await run('list', 'rollouts', '--context', 'other');
    assert.deepEqual([nowhere.code, /no context "other"/.test(nowhere.err)], [1, true]);
  });

  void test('pause and list', async () => {
    await deployed('paused');
    assert.equal((await run('pause', 'paused')).code, 0);
    await application(bed, namespace, 'paused').phase('Paused');
    const { out } = await run('list', 'rollouts', '--name', 'paused');
    assert.match(out, /^NAME .*\npaused +Canary +॥ Paused +3\/3 +100 +2\/2 +2 +2 +2\n$/);
    assert.match((await run('version')).out, /^kubectl-sluice: v\d[\s\S]*\nKubernetes: v\d/);
  });
});
