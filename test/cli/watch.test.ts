import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW, replicaSet, rollout, updating } from '../view/support/objects.ts';
import { type Given, type Harness, harness, until } from './support/harness.ts';

const now = new Date(NOW).toISOString();
const started = rollout(updating(0, { message: 'more replicas need to be updated' }));
const healthy = rollout(updating(4, { phase: 'Healthy', stableRS: 'new', updatedReplicas: 5 }));
const degraded = rollout(updating(0, { phase: 'Degraded', message: 'RolloutAborted: it failed' }));
const paused = rollout(updating(1, { phase: 'Paused', message: 'CanaryPauseStep' }));

const begun = (given: Given = {}): Harness => harness({ objects: [started], now, ...given });
const watching = (cli: Harness) => until(() => cli.store.watches > 0);

interface StatusRow {
  readonly meanwhile: (cli: Harness) => void | Promise<void>;
  readonly args?: readonly string[];
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const first = 'Progressing - more replicas need to be updated\n';

const rows: Readonly<Record<string, StatusRow>> = {
  'becomes healthy': {
    meanwhile: (cli) => {
      cli.store.put(paused);
      cli.store.put(paused);
      cli.store.put(healthy);
    },
    code: 0,
    out: `${first}Paused - CanaryPauseStep\nHealthy\n`,
    err: '',
  },
  'becomes degraded': {
    meanwhile: (cli) => cli.store.put(degraded),
    code: 1,
    out: `${first}Degraded - RolloutAborted: it failed\n`,
    err: 'Error: the rollout is degraded: RolloutAborted: it failed\n',
  },
  'takes too long': {
    args: ['--timeout', '90s'],
    meanwhile: async (cli) => {
      await cli.clock.pass(89_999);
      cli.store.put(paused);
      await until(() => cli.out.text.includes('Paused'));
      await cli.clock.pass(1);
    },
    code: 1,
    out: `${first}Paused - CanaryPauseStep\n`,
    err: "Error: rollout 'app' was not healthy after 90s\n",
  },
  'is deleted': {
    meanwhile: (cli) => cli.store.remove('Rollout', 'app'),
    code: 1,
    out: first,
    err: "Error: rollout 'app' was deleted\n",
  },
  'is not waited for any more': { meanwhile: (cli) => cli.interrupt(), code: 130, out: first, err: '' },
};

for (const [name, row] of Object.entries(rows)) {
  void test(`status: a rollout that ${name}`, async () => {
    const cli = begun();
    const ran = cli.run('status', 'app', ...(row.args ?? []));
    await watching(cli);
    await row.meanwhile(cli);
    assert.deepEqual(await ran, { code: row.code, out: row.out, err: row.err });
    assert.deepEqual([cli.store.watches, cli.clock.timers], [0, 0]);
  });
}

void test('status without waiting fails only where it is degraded', async () => {
  const now = (objects: Given['objects']) =>
    harness({ objects: objects ?? [] }).run('status', 'app', '--watch=false');
  assert.deepEqual(await now([started]), { code: 0, out: first, err: '' });
  assert.deepEqual(await now([healthy]), { code: 0, out: 'Healthy\n', err: '' });
  assert.equal((await now([degraded])).code, 1);
  assert.match((await now([])).err, /^Error: rollouts.argoproj.io "app" not found\n$/);
});

void test('get -w without a terminal prints a whole text for each change, and none twice', async () => {
  const cli = begun();
  const ran = cli.run('get', 'rollout', 'app', '-w');
  await until(() => cli.store.watches === 5);
  cli.store.put(started);
  await cli.clock.pass(100);
  cli.store.put(replicaSet('new', 2, { want: 1 }));
  cli.store.put(healthy);
  await until(() => cli.clock.timers > 0);
  await cli.clock.pass(100);
  await until(() => cli.out.text.includes('Healthy'));
  cli.interrupt();
  assert.equal((await ran).code, 0);
  const texts = cli.out.text.split('\n\nName:');
  assert.equal(texts.length, 2);
  assert.match(texts[0] ?? '', /◌ Progressing/);
  assert.match(texts[1] ?? '', /⧉ app-new/);
  assert.deepEqual([cli.store.watches, cli.clock.timers], [0, 0]);
});

void test('get -w ends with an error when time is over or the rollout is deleted', async () => {
  const late = begun();
  const ran = late.run('get', 'rollout', 'app', '-w', '--timeout-seconds', '30');
  await until(() => late.store.watches === 5);
  await late.clock.pass(30_000);
  assert.deepEqual([(await ran).code, late.err.text], [1, 'Error: gave up after 30s\n']);

  const gone = begun();
  const other = gone.run('get', 'rollout', 'app', '-w');
  await until(() => gone.store.watches === 5);
  gone.store.remove('Rollout', 'app');
  assert.deepEqual([(await other).code, gone.err.text], [1, "Error: rollout 'app' was deleted\n"]);
});

void test('get -w on a terminal rewrites one place, with ages that move', async () => {
  const cli = begun({ terminal: { columns: 100, rows: 40 }, env: { NO_COLOR: '1' } });
  const ran = cli.run('get', 'rollout', 'app', '-w');
  await until(() => cli.store.watches === 5);
  const before = cli.out.text.length;
  await cli.clock.pass(60_000);
  await until(() => cli.out.text.length > before);
  const frame = cli.out.text.slice(before);
  assert.match(frame, /61m/);
  assert.doesNotMatch(frame, /Namespace/);
  cli.interrupt();
  assert.equal((await ran).code, 0);
  assert.ok(cli.out.text.endsWith('\x1b[?7h\x1b[?25h'), 'the terminal is given back');
  assert.equal(cli.clock.timers, 0);
});

void test('list -w writes a line for each change', async () => {
  const cli = begun();
  const ran = cli.run('list', 'rollouts', '-w', '--timestamps');
  await watching(cli);
  cli.store.put(started);
  await cli.clock.pass(5000);
  cli.store.put(healthy);
  await until(() => cli.out.text.includes('Healthy'));
  cli.interrupt();
  assert.equal((await ran).code, 0);
  const lines = cli.out.text.trimEnd().split('\n');
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^TIMESTAMP +NAME +STRATEGY/);
  assert.match(lines[2] ?? '', /^2026-11-21T14:06:26Z {2}app {3}Canary {4}✔ Healthy /);
});

void test('trouble with a watch is told, and gone when it is over', async () => {
  const trouble = 'Warning: rollouts is forbidden; trying again';
  const happens = async (cli: Harness): Promise<void> => {
    await watching(cli);
    cli.store.refuse('rollouts');
    cli.store.breakWatches();
    await until(() => cli.clock.timers > 0);
    await cli.clock.pass(200);
  };
  const plain = begun();
  const status = plain.run('status', 'app');
  await happens(plain);
  assert.equal(plain.err.text, `${trouble}\n`);
  plain.store.allow();
  plain.store.put(healthy);
  await plain.clock.pass(600_000);
  assert.equal((await status).code, 0);

  const cli = begun({ terminal: { columns: 100, rows: 40 }, env: { NO_COLOR: '1' } });
  const get = cli.run('get', 'rollout', 'app', '-w');
  await until(() => cli.store.watches === 5);
  await happens(cli);
  assert.ok(cli.out.text.includes(trouble));
  assert.equal(cli.err.text, '');
  cli.store.allow();
  await cli.clock.pass(600_000);
  const before = cli.out.text.length;
  cli.store.put(healthy);
  await cli.clock.pass(200);
  assert.doesNotMatch(cli.out.text.slice(before), /Warning/);
  cli.interrupt();
  await get;
});
