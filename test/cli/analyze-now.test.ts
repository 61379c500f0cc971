import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Manifest } from '../../src/api/meta.ts';
import { json, type Received, type Reply, serve, text } from '../providers/support/server.ts';
import { type Given, type Harness, harness, type Ran, until } from './support/harness.ts';

const GOLDEN = join(import.meta.dirname, '../golden/analyze');

function matchFile(file: string, content: string): void {
  const path = join(GOLDEN, file);
  if (process.env['UPDATE'] === '1') writeFileSync(path, content);
  assert.equal(content, existsSync(path) ? readFileSync(path, 'utf8') : '(no such file)');
}

/** What Prometheus answers: one sample. */
function sample(value: string): Reply {
  const result = [{ metric: {}, value: [1_795_248_000, value] }];
  return json({ status: 'success', data: { resultType: 'vector', result } });
}

const RATE = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: error-rate}
spec:
  args:
    - name: service
    - {name: limit, value: "0.05"}
  metrics:
    - name: errors
      interval: 1m
      count: 3
      failureLimit: 1
      successCondition: result[0] < {{args.limit}}
      provider:
        prometheus: {address: http://prometheus.nowhere, query: 'errors{service="{{args.service}}"}'}
`;

interface Play {
  readonly given?: Given;
  readonly templates?: string;
  readonly replies: readonly Reply[];
  readonly flags?: readonly string[];
  /** How much time passes from one measurement to the next. Default: a minute. */
  readonly stepMs?: number;
  /** How many measurements are taken at a time. Default: one. */
  readonly each?: number;
  /** Done to the command line once so many measurements are there. */
  readonly after?: { readonly measured: number; readonly act: (line: Harness) => Promise<void> | void };
}

interface Played extends Ran {
  readonly requests: readonly Received[];
}

/** Runs templates against a server, with a minute passing whenever a measurement is told. */
async function play({
  given,
  templates = RATE,
  replies,
  flags = [],
  stepMs = 60_000,
  each = 1,
  after,
}: Play): Promise<Played> {
  await using server = await serve(replies);
  const folder = mkdtempSync(join(tmpdir(), 'analyze-'));
  try {
    const file = join(folder, 'template.yaml');
    writeFileSync(file, templates.replaceAll('SERVER', server.url));
    const line = harness(given);
    let ran: Ran | null = null;
    const address = templates.includes('SERVER') ? [] : ['--prometheus', server.url];
    const running = line.run('analyze', '-f', file, ...address, ...flags).then((one) => {
      ran = one;
    });
    const told = () => measuredIn(`${line.out.text}${line.err.text}`);
    for (let seen = 0; ran === null; ) {
      const before = seen;
      await until(() => ran !== null || told() >= before + each);
      seen = told();
      if (after !== undefined && told() >= after.measured) await after.act(line);
      if (ran === null) await line.clock.pass(stepMs);
    }
    await running;
    const said = (ran ?? { code: -1, out: '', err: '' }) as Ran;
    return {
      code: said.code,
      out: said.out.replaceAll(server.url, 'SERVER'),
      err: said.err.replaceAll(server.url, 'SERVER').replaceAll(folder, ''),
      requests: server.received,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How many measurements a text tells of: lines of a log, or the count in the last frame of a table. */
function measuredIn(shown: string): number {
  const lines = shown.match(/ UTC {2}/g)?.length ?? 0;
  return Math.max(lines, Number(/.*\b(\d)\/3/s.exec(shown)?.[1] ?? 0));
}

const SHOP = ['-a', 'service=shop'];
const GOOD = [sample('0.01'), sample('0.02'), sample('0.03')];
const BAD = [sample('0.01'), sample('0.2'), sample('0.3')];
const DOWN = [text('overloaded', 503)];

void describe('a template, run now', () => {
  for (const [name, replies, code] of [
    ['good', GOOD, 0],
    ['bad', BAD, 1],
    ['down', DOWN, 2],
  ] as const) {
    const stepMs = name === 'down' ? 10_000 : 60_000;
    for (const [format, ending] of [
      ['text', 'txt'],
      ['json', 'json'],
      ['junit', 'xml'],
    ] as const)
      void test(`${name}, as ${format}`, async () => {
        const played = await play({ replies, stepMs, flags: [...SHOP, '-o', format] });
        assert.equal(played.code, code);
        // For machines nothing but the result is on standard output.
        if (format === 'text') assert.equal(played.err, '');
        else
          assert.match(played.err, /^errors: prometheus, every 1m, 3 times; expected result\[0\] < 0\.05\n/);
        matchFile(`now-${name}.${ending}`, played.out);
      });
  }

  void test('arguments are filled in', async () => {
    const { requests } = await play({ replies: GOOD, flags: [...SHOP, '-a', 'limit=1'] });
    assert.equal(requests.length, 3);
    assert.match(decodeURIComponent(requests[0]?.body ?? ''), /query=errors\{service="shop"\}/);
  });

  void test('undecided: neither good nor bad', async () => {
    const templates = RATE.replace('failureLimit: 1', 'failureCondition: result[0] > 0.5');
    const { code, out } = await play({ templates, replies: [sample('0.2')], flags: SHOP });
    assert.equal(code, 3);
    assert.match(out, /^\? Inconclusive {2}error-rate {2}after 0s$/m);
  });

  const ENDLESS = RATE.replace('      count: 3\n', '');
  void test('a metric without a count ends with --for, as with a release', async () => {
    const flags = [...SHOP, '--for', '2m'];
    const { code, out, requests } = await play({ templates: ENDLESS, replies: GOOD, flags });
    assert.equal(code, 0);
    // At the beginning and after one minute; at the end nothing new is begun.
    assert.equal(requests.length, 2);
    assert.match(out, /^errors: prometheus, every 1m, for 2m; expected result/);
    assert.match(out, /✔ Successful {2}error-rate {2}after 2m\n/);
  });

  void test('a metric without a count and without an end is refused', async () => {
    const { code, err } = await play({ templates: ENDLESS, replies: GOOD, flags: SHOP });
    assert.deepEqual(
      [code, err],
      [
        2,
        'Error: the metric "errors" has no count, so it goes on as long as a release does; say --for DURATION\n',
      ],
    );
  });

  void test('what has not been measured at all is no success', async () => {
    const templates = ENDLESS.replace('interval: 1m', 'interval: 1m\n      initialDelay: 1h');
    const line = harness();
    const folder = mkdtempSync(join(tmpdir(), 'analyze-'));
    const file = join(folder, 'template.yaml');
    writeFileSync(file, templates);
    const running = line.run('analyze', '-f', file, ...SHOP, '--for', '1m');
    await until(() => line.clock.timers > 0);
    await line.clock.pass(60_000);
    const { code, out } = await running;
    rmSync(folder, { recursive: true });
    assert.equal(code, 3);
    assert.match(out, /nothing was measured that counts/);
  });

  const SEVERAL = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: several}
spec:
  dryRun: [{metricName: tried}]
  metrics:
    - {name: ready, interval: 1m, count: 3, provider: {web: {url: SERVER}}}
    - {name: tried, interval: 1m, count: 3, failureLimit: 3, successCondition: result > 5, provider: {web: {url: SERVER}}}
    - {name: small, interval: 1m, count: 3, successCondition: result < 2, provider: {web: {url: SERVER}}}
    - {name: later, initialDelay: 1h, provider: {web: {url: SERVER}}}
`;
  const answers = ['1', '1', '1', '2', '2', '2'].map((one) => text(one));
  for (const [format, ending] of [
    ['text', 'txt'],
    ['junit', 'xml'],
  ] as const)
    void test(`several metrics, of which one ends the others, as ${format}`, async () => {
      const played = await play({ templates: SEVERAL, replies: answers, flags: ['-o', format], each: 3 });
      assert.equal(played.code, 1, played.err);
      // Lines are in the order in which answers came.
      const sorted = played.out.split('\n').toSorted().join('\n');
      matchFile(`now-several.${ending}`, format === 'text' ? sorted : played.out);
    });

  void test('--timeout', async () => {
    const { code, out } = await play({ replies: GOOD, flags: [...SHOP, '--timeout', '90s'] });
    assert.equal(code, 3);
    assert.match(
      out,
      /\? Inconclusive {2}error-rate {2}after 1m 30s\n.*2\/3.*\n {2}it was not over after 1m 30s\n$/,
    );
  });

  void test('Ctrl-C says what was measured', async () => {
    const after = { measured: 2, act: (line: Harness) => line.interrupt() };
    const { code, out } = await play({ replies: GOOD, flags: SHOP, after });
    assert.equal(code, 130);
    assert.match(out, /errors {2}◌ Running {2}2\/3 {2}0\.01, 0\.02/);
  });

  void test('on a terminal a table is rewritten in place, and gone at the end', async () => {
    const given = { terminal: { columns: 100, rows: 30 } };
    const { code, out } = await play({ given, replies: BAD, flags: [...SHOP, '--no-color'] });
    assert.equal(code, 1);
    const frames = out.split('\x1b[?2026h').map((frame) => stripVTControlCharacters(frame));
    assert.match(
      frames[1] ?? '',
      /METRIC {2}STATUS +MEASURED {2}LATEST {2}NEXT\n\rerrors {2}◌ Pending {2}0\/3 +now\n/,
    );
    assert.ok(frames.some((frame) => /errors {2}◌ Running {2}1\/3 +0\.01 +in 1m\n/.test(frame)));
    // Whatever stood there is erased before the verdict.
    const end = '\\e[2A\r\\e[J\\e[?7h\\e[?25h✖ Failed  error-rate  after 2m\n';
    assert.ok(out.replaceAll('\x1b', '\\e').includes(end));
  });
});

const SECRET = RATE.replace(
  '    - name: service\n',
  '    - name: service\n    - {name: token, valueFrom: {secretKeyRef: {name: metrics, key: token}}}\n',
).replace(
  "query: 'errors",
  'headers: [{key: Authorization, value: "Bearer {{args.token}}"}], query: \'errors',
);
const refused: Reply = json({ status: 'error', errorType: 'bad_data', error: 'no such user hush' }, 400);

void describe('Secrets of a template', () => {
  const sources: readonly (readonly [string, string, Given])[] = [
    ['the environment', 'metrics/token=env:TOKEN', { env: { TOKEN: 'hush' } }],
    ['a file', 'metrics/token=file:TOKENFILE', {}],
    ['of one namespace', 'shop/metrics/token=env:TOKEN', { env: { TOKEN: 'hush' } }],
  ];
  for (const [name, secret, given] of sources)
    void test(`${name}: used, and never shown`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'secret-'));
      const file = join(folder, 'token');
      writeFileSync(file, 'hush\n');
      const flag = secret.replace('TOKENFILE', file);
      const flags = [...SHOP, '-n', 'shop', '--secret', flag, '-o', 'json'];
      const { code, out, err, requests } = await play({
        templates: SECRET,
        given,
        replies: [refused],
        flags,
      });
      rmSync(folder, { recursive: true });
      assert.equal(code, 2);
      assert.equal(requests[0]?.headers['authorization'], 'Bearer hush');
      assert.match(out, /no such user \*{5}/);
      assert.doesNotMatch(`${out}${err}`, /hush/);
    });

  void test('the cluster, where it is named', async () => {
    const secret: Manifest = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'metrics', namespace: 'shop' },
      data: { token: Buffer.from('hush').toString('base64') },
    };
    const flags = [...SHOP, '--context', 'production'];
    const given = { objects: [secret] };
    const { code, requests } = await play({ templates: SECRET, given, replies: GOOD, flags });
    assert.equal(code, 0);
    assert.equal(requests[0]?.headers['authorization'], 'Bearer hush');
  });

  const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'nobody gives it',
      [],
      /^Error: the argument "token" is in Secret metrics, key token: say --secret metrics\/token=env:VARIABLE or name a cluster/,
    ],
    [
      'no such variable',
      ['--secret', 'metrics/token=env:NOPE'],
      /^Error: --secret: there is no environment variable NOPE$/m,
    ],
    [
      'no such file',
      ['--secret', 'metrics/token=file:/no/such'],
      /^Error: --secret: \/no\/such cannot be read \(ENOENT\)$/m,
    ],
    [
      'the value itself',
      ['--secret', 'metrics/token=hush'],
      /^Error: --secret: must be of the form NAME\/KEY=env:VARIABLE or NAME\/KEY=file:PATH$/m,
    ],
  ];
  for (const [name, flags, message] of refusals)
    void test(name, async () => {
      const { code, out, err, requests } = await play({
        templates: SECRET,
        replies: GOOD,
        flags: [...SHOP, ...flags],
      });
      assert.deepEqual([code, out, requests.length], [2, '', 0]);
      assert.match(err, message);
      assert.doesNotMatch(err, /hush/);
    });
});
