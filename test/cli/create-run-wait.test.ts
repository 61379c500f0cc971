import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnalysisRunStatus, Measurement } from '../../src/api/analysis.ts';
import type { Manifest } from '../../src/api/meta.ts';
import { resources } from '../../src/api/resources.ts';
import { type Given, type Harness, harness, type Ran, until } from './support/harness.ts';

// `create analysisrun --wait`: what is shown while the controller works, and what comes of it.

const template: Manifest = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'rate', namespace: 'shop' },
  spec: {
    metrics: [
      {
        name: 'errors',
        interval: '10s',
        count: 3,
        successCondition: 'result < 0.05',
        provider: { web: { url: 'http://shop' } },
      },
    ],
  },
};

const BEGUN = '2026-11-21T08:00:00Z';

/** A measurement at a second of the minute: `0 0.01`, bad with an `x` behind it. */
function measured(text: string): Measurement {
  const [second = '', value = '', bad] = text.split(' ');
  const at = `2026-11-21T08:00:${second.padStart(2, '0')}Z`;
  return { phase: bad === undefined ? 'Successful' : 'Failed', startedAt: at, finishedAt: at, value };
}

/** The controller writes: the phase of the run and its metric, and the measurements that it keeps. */
function write(line: Harness, phase: AnalysisRunStatus['phase'], ...kept: readonly string[]): void {
  const made = line.store.requests.find(({ path }) => path === 'analysisruns')?.body as Manifest;
  const measurements = kept.map(measured);
  const failed = measurements.filter((one) => one.phase === 'Failed').length;
  const counts = { count: measurements.length, successful: measurements.length - failed, failed };
  const isOver = phase !== 'Running';
  const status = {
    phase,
    startedAt: BEGUN,
    ...(isOver ? { completedAt: '2026-11-21T08:00:20Z' } : {}),
    metricResults: [{ name: 'errors', phase, measurements, ...counts }],
  };
  line.store.put({ ...made, metadata: { ...made.metadata, name: 'now' }, status } as Manifest);
}

async function wait(
  meanwhile: (line: Harness) => void | Promise<void>,
  more: { readonly given?: Given; readonly flags?: readonly string[] } = {},
): Promise<Ran & { readonly line: Harness }> {
  const line = harness({ objects: [template], now: BEGUN, ...more.given });
  const args = ['create', 'analysisrun', '--from', 'rate', '--name', 'now', '--wait'];
  const running = line.run(...args, ...(more.flags ?? []));
  await until(() => line.store.watches > 0);
  await meanwhile(line);
  const ran = await running;
  assert.deepEqual([line.store.watches, line.clock.timers, line.uses], [0, 0, ['watch']]);
  return { ...ran, line };
}

const HEAD = 'analysisrun.argoproj.io/now created\nerrors: web, every 10s, 3 times; expected result < 0.05\n';
const GOES_ON =
  "analysisrun 'now' goes on in the cluster; this ends it: kubectl sluice terminate analysisrun now -n shop\n";

interface Row {
  readonly meanwhile: (line: Harness) => void | Promise<void>;
  readonly flags?: readonly string[];
  readonly code: number;
  readonly out: string;
  readonly err?: string;
}

const rows: Readonly<Record<string, Row>> = {
  'is a success': {
    meanwhile: async (line) => {
      write(line, 'Running', '0 0.01');
      await until(() => line.out.text.includes('0.01'));
      write(line, 'Running', '0 0.01', '10 0.02');
      // The oldest are not kept for ever, and a watch may miss what was in between.
      write(line, 'Successful', '10 0.02', '20 0.03');
    },
    code: 0,
    out: `${HEAD}08:00:00 UTC  ✔ errors: 0.01
08:00:10 UTC  ✔ errors: 0.02
08:00:20 UTC  ✔ errors: 0.03
✔ Successful  now  after 20s
  errors  ✔ Successful  2/3  0.01, 0.02, 0.03
`,
  },
  fails: {
    meanwhile: (line) => write(line, 'Failed', '0 0.2 x'),
    code: 1,
    out: `${HEAD}08:00:00 UTC  ✖ errors: 0.2 (bad)
✖ Failed  now  after 20s
  errors  ✖ Failed  1/3, 1 bad  0.2 (bad)
  errors failed 1 of 1 measurement (limit 0); expected result < 0.05; measured 0.2 (bad) at 08:00:00 UTC
`,
  },
  'could not be measured': {
    meanwhile: (line) => write(line, 'Error'),
    code: 2,
    out: `${HEAD}⚠ Error  now  after 20s
  errors  ⚠ Error  0/3
  errors could not be measured 0 times in a row (limit 4)
`,
  },
  'is unclear': {
    meanwhile: (line) => write(line, 'Inconclusive', '0 0.04'),
    code: 3,
    out: `${HEAD}08:00:00 UTC  ✔ errors: 0.04
? Inconclusive  now  after 20s
  errors  ? Inconclusive  1/3  0.04
  errors was inconclusive in 0 of 1 measurement (limit 0); expected result < 0.05; measured 0.04 at 08:00:00 UTC
`,
  },
  'is not over in time, and goes on': {
    flags: ['--timeout', '90s'],
    meanwhile: async (line) => {
      write(line, 'Running', '0 0.01');
      await until(() => line.out.text.includes('0.01'));
      await line.clock.pass(90_000);
    },
    code: 3,
    out: `${HEAD}08:00:00 UTC  ✔ errors: 0.01
? Inconclusive  now  after 1m 30s
  errors  ◌ Running  1/3  0.01
  it was not over after 1m 30s
`,
    err: GOES_ON,
  },
  'is left with Ctrl-C, and goes on': {
    meanwhile: (line) => line.interrupt(),
    code: 130,
    out: `${HEAD}? Inconclusive  now  after 0s
  errors  ◌ Pending  0/3
  it was not over after 0s
`,
    err: GOES_ON,
  },
  'is deleted': {
    meanwhile: (line) => line.store.remove('AnalysisRun', 'now'),
    code: 2,
    out: HEAD,
    err: "Error: analysisrun 'now' was deleted\n",
  },
  'is begun by nobody': {
    meanwhile: async (line) => {
      await line.clock.pass(30_000);
      line.interrupt();
    },
    code: 130,
    out: `${HEAD}? Inconclusive  now  after 30s
  errors  ◌ Pending  0/3
  it was not over after 30s
`,
    err: `Warning: nobody has begun it after 30s; does a controller run, with the instance id of the run?\n${GOES_ON}`,
  },
};

void describe('create analysisrun --wait: a run that', () => {
  for (const [name, { meanwhile, flags = [], code, out, err = '' }] of Object.entries(rows))
    void test(name, async () => {
      const ran = await wait(meanwhile, { flags });
      assert.deepEqual([ran.code, ran.out, ran.err], [code, out, err]);
    });

  void test('leaves the run as it is, whatever happens', async () => {
    const { line } = await wait((one) => one.interrupt());
    assert.deepEqual(
      line.store.requests.map(({ verb }) => verb),
      ['POST'],
    );
    const left = await line.store.get(resources.analysisRuns, { name: 'now' });
    assert.equal(left.metadata.name, 'now');
  });

  void test('is a table on a terminal, which goes when it is over', async () => {
    const { out } = await wait(
      async (line) => {
        write(line, 'Running', '0 0.01');
        await until(() => line.out.text.includes('1/3'));
        write(line, 'Successful', '0 0.01', '10 0.01', '20 0.01');
      },
      { given: { terminal: { columns: 100, rows: 20 } }, flags: ['--no-color'] },
    );
    assert.match(out, /METRIC +STATUS +MEASURED +LATEST +NEXT/);
    assert.match(out, /errors +◌ Running +1\/3 +0\.01 +in 10s/);
    assert.match(out, /✔ Successful {2}now {2}after 20s\n {2}errors {2}✔ Successful {2}3\/3/);
    assert.ok(!out.includes('08:00:10 UTC'));
  });

  void test('whose watch breaks is watched anew', async () => {
    const { code, err } = await wait(async (line) => {
      write(line, 'Running', '0 0.01');
      line.store.refuse('analysisruns');
      line.store.breakWatches();
      await until(() => line.clock.timers > 1);
      await line.clock.pass(200);
      await until(() => line.err.text !== '');
      line.store.allow();
      write(line, 'Successful', '0 0.01', '10 0.01', '20 0.01');
      await line.clock.pass(600_000);
    });
    assert.equal(code, 0);
    assert.match(err, /^Warning: .*analysisruns is forbidden; trying again\n$/);
  });
});

void describe('create analysisrun --wait: what is wrong has the code 2, as 1 is a verdict', () => {
  const wrong = [
    [['--from', 'rate', '--wait', '--timeout', 'soon'], 2, /--timeout: soon is not a duration/],
    [['--from', 'missing', '--wait'], 2, /'missing' not found/],
    [['--from', 'rate', '--wait', '--typo'], 2, /unknown option/],
    [['--from', 'rate', '--timeout', '5m'], 1, /--timeout needs --wait/],
  ] as const;
  for (const [args, code, err] of wrong)
    void test(args.join(' '), async () => {
      const line = harness({ objects: [template] });
      const ran = await line.run('create', 'analysisrun', ...args);
      assert.equal(ran.code, code);
      assert.match(ran.err, err);
      assert.deepEqual(line.store.requests, []);
    });
});
