import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findPrometheus, startPrometheus } from '../providers/support/real-prometheus.ts';
import { json, nowhere, serve, text } from '../providers/support/server.ts';
import { type Given, harness, type Ran } from './support/harness.ts';
import { type Known, NOW, openMetrics, type PastServer, past, servePast } from './support/past.ts';

const GOLDEN = join(import.meta.dirname, '../golden/analyze/past');
const TEMPLATE = join(GOLDEN, 'error-rate.yaml');
const ROLLOUT = join(GOLDEN, 'shop.yaml');

function matchFile(file: string, content: string): void {
  const path = join(GOLDEN, file);
  if (process.env['UPDATE'] === '1') writeFileSync(path, content);
  assert.equal(content, existsSync(path) ? readFileSync(path, 'utf8') : '(no such file)');
}

function replay(server: Pick<PastServer, 'url'>, flags: readonly string[], given: Given = {}): Promise<Ran> {
  return harness({ now: NOW, ...given }).run('analyze', '--replay', '--prometheus', server.url, ...flags);
}

const SHOP = ['-f', TEMPLATE, '-f', ROLLOUT, '--from-rollout', 'shop'];
const BY_NAME = ['-f', TEMPLATE, '-n', 'prod', '--rollout', 'shop'];

void describe('the past, told', () => {
  for (const [format, ending] of [
    ['text', 'txt'],
    ['json', 'jsonl'],
    ['junit', 'xml'],
  ] as const)
    void test(`as ${format}`, async () => {
      await using server = await servePast(past(['replicaSets', 'errors']));
      const { code, out, err } = await replay(server, [...SHOP, '-o', format]);
      assert.equal(code, 1);
      assert.equal(
        err,
        format === 'text' ? '' : 'errors: prometheus, every 1m, 10 times; expected result[0] < 0.05\n',
      );
      matchFile(`told.${ending}`, out);
    });
});

void describe('releases', () => {
  const rows: readonly (readonly [string, readonly Known[], readonly string[], readonly string[]])[] = [
    [
      'of the last week, from ReplicaSets',
      ['replicaSets'],
      SHOP,
      ['18T10:00 bbb', '19T10:00 ccc', '20T10:00 ddd'],
    ],
    ['the latest', ['replicaSets'], [...SHOP, '--releases', '1'], ['20T10:00 ddd']],
    ['of two days', ['replicaSets'], [...SHOP, '--from', '2d'], ['19T10:00 ccc', '20T10:00 ddd']],
    [
      'from the phases of the Rollout',
      ['phases'],
      [...BY_NAME, '-a', 'canary=x'],
      ['18T10:00', '19T10:00', '20T10:00'],
    ],
    ['ReplicaSets are better', ['phases', 'replicaSets'], [...SHOP, '--releases', '1'], ['20T10:00 ddd']],
    [
      'given',
      [],
      [...BY_NAME, '-a', 'canary=x', '--at', '2026-11-20T12:30:00Z', '--at', '2026-11-19T00:00:00Z'],
      ['19T00:00', '20T12:30'],
    ],
  ];
  for (const [name, known, flags, expected] of rows)
    void test(name, async () => {
      await using server = await servePast(past(known));
      const { out, err } = await replay(server, flags);
      assert.equal(err, '');
      const told = [...out.matchAll(/^2026-11-(\d\dT\d\d:\d\d):\d\dZ {2}(\w{3})?/gm)];
      assert.deepEqual(
        told.map(([, time, hash]) => (hash === undefined ? time : `${time} ${hash}`)),
        expected,
      );
    });

  void test('the stable version is the one that had pods, and not the one before', async () => {
    await using server = await servePast(past(['replicaSets', 'errors']));
    const folder = mkdtempSync(join(tmpdir(), 'past-'));
    const file = join(folder, 'shop.yaml');
    writeFileSync(
      file,
      readFileSync(ROLLOUT, 'utf8').replace('podTemplateHashValue: Latest', 'podTemplateHashValue: Stable'),
    );
    await replay(server, ['-f', TEMPLATE, '-f', file, '--from-rollout', 'shop', '--releases', '1']);
    rmSync(folder, { recursive: true });
    const hashes = server.asked.flatMap(({ query }) => /hash="(\w+)"/.exec(query)?.[1] ?? []);
    assert.deepEqual([...new Set(hashes)], ['bbb']);
  });

  void test('an analysis that begins after steps', async () => {
    await using server = await servePast(past(['errors']));
    const flags = [...BY_NAME, '-a', 'canary=ccc', '--at', '2026-11-19T10:00:00Z', '--after', '3m'];
    const { out } = await replay(server, flags);
    assert.match(
      out,
      /^2026-11-19T10:00:00Z {2}✖ would have failed after 2m: errors failed 2 of 3 measurements/m,
    );
  });

  void test('each question is about its own moment', async () => {
    await using server = await servePast(past(['errors']));
    const { code } = await replay(server, [...BY_NAME, '-a', 'canary=bbb', '--at', '2026-11-18T10:00:00Z']);
    assert.equal(code, 0);
    const minutes = Array.from({ length: 10 }, (_, i) =>
      String(Date.parse('2026-11-18T10:00:00Z') / 1000 + i * 60),
    );
    assert.deepEqual(
      server.asked.map(({ time }) => time),
      minutes,
    );
  });
});

void describe('what cannot be told', () => {
  void test('a release that is not over', async () => {
    await using server = await servePast([
      ...past([]),
      ...Array.from({ length: 10 }, (_, i) => ({
        name: 'errors',
        labels: { service: 'shop', hash: 'x' },
        seconds: Date.parse('2026-11-21T07:55:00Z') / 1000 + i * 60,
        value: 0,
      })),
    ]);
    const { code, out } = await replay(server, [
      ...BY_NAME,
      '-a',
      'canary=x',
      '--at',
      '2026-11-21T07:55:00Z',
    ]);
    assert.equal(code, 3);
    assert.match(out, /\? undecided after 5m: it is not over: the rest of its time has not come yet/);
  });

  void test('an analysis that has not begun yet', async () => {
    await using server = await servePast(past(['errors']));
    const flags = [...BY_NAME, '-a', 'canary=x', '--at', '2026-11-21T07:55:00Z', '--after', '1h'];
    const { code, out, err } = await replay(server, flags);
    assert.deepEqual([code, out, err], [3, '', 'Left out: a release after which it has not begun yet\n']);
  });

  void test('a time of which nothing is known', async () => {
    await using server = await servePast(past([]));
    const { code, out } = await replay(server, [
      ...BY_NAME,
      '-a',
      'canary=x',
      '--at',
      '2026-10-01T00:00:00Z',
    ]);
    assert.equal(code, 2);
    assert.match(out, /⚠ could not be judged after 40s: errors could not be measured 5 times in a row/);
  });

  void test('metrics that are not of Prometheus are left out', async () => {
    await using server = await servePast(past(['errors']));
    const folder = mkdtempSync(join(tmpdir(), 'past-'));
    const file = join(folder, 't.yaml');
    const web =
      '    - name: ready\n      provider: {web: {url: http://shop/ready}}\n' +
      '    - name: smoke\n      provider: {job: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}\n' +
      '  dryRun: [{metricName: ready}]\n  measurementRetention: [{metricName: errors, limit: 3}]\n';
    writeFileSync(file, `${readFileSync(TEMPLATE, 'utf8')}${web}`);
    const { code, err } = await replay(server, [
      '-f',
      file,
      '-a',
      'canary=bbb',
      '--at',
      '2026-11-18T10:00:00Z',
    ]);
    rmSync(folder, { recursive: true });
    assert.deepEqual(
      [code, err],
      [0, 'Left out, as only Prometheus can be asked about the past: ready, smoke\n'],
    );
  });

  void test('two Rollouts of one name', async () => {
    const twice = past(['replicaSets']).flatMap((one) => [
      one,
      { ...one, labels: { ...one.labels, namespace: 'test' } },
    ]);
    await using server = await servePast(twice);
    const { code, err } = await replay(server, ['-f', TEMPLATE, '-a', 'canary=x', '--rollout', 'shop']);
    assert.deepEqual(
      [code, err],
      [2, 'Error: there is a shop in the namespaces prod, test; say which with -n\n'],
    );
  });

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [['-a', 'canary=x'], /^Error: which releases\? Say --at TIME, or --rollout NAME/],
    [['--at', '2026-11-20T10:00:00Z'], /^Error: the argument "canary" has no value; say -a canary=VALUE/],
    [['-a', 'canary=x', '--at', 'yesterday'], /^Error: --at: yesterday is not a time such as/],
    [['-a', 'canary=x', '--at', '2027-01-01T00:00:00Z'], /^Error: --at: a time to come cannot be replayed/],
    [
      ['-a', 'canary=x', '--rollout', 'shop', '--releases', '0'],
      /^Error: --releases: 0 is not a number from 1 to 100/,
    ],
    [
      ['-a', 'canary=x', '--rollout', 'shop', '--from', 'long'],
      /^Error: --from: long is not a duration such as/,
    ],
    [['-a', 'canary=x', '--rollout', 'sh"op'], /^Error: --rollout: sh"op is no name of an object/],
    [['-a', 'canary=x', '--rollout', 'shop'], /^Error: no release of shop is found: Prometheus has neither/],
    [
      ['-a', 'canary=x', '--at', '2026-11-20T10:00:00Z', '--from', '7d'],
      /^Error: say either --at, or --releases and --from/,
    ],
  ];
  for (const [flags, message] of refused)
    void test(`--replay ${flags.join(' ')}`, async () => {
      await using server = await servePast(past([]));
      const { code, out, err } = await replay(server, ['-f', TEMPLATE, ...flags]);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, message);
    });

  void test('options of the past need --replay', async () => {
    const { code, err } = await harness().run('analyze', '-f', TEMPLATE, '--releases', '3');
    assert.deepEqual([code, err], [2, 'Error: --releases needs --replay\n']);
  });

  // A hundred times as fast, so that nobody waits for the pauses between attempts.
  const clock = {
    now: () => Date.parse(NOW),
    elapsed: () => performance.now(),
    after: (delayMs: number, work: () => void) => {
      const timer = setTimeout(work, delayMs / 100);
      return () => clearTimeout(timer);
    },
  };

  void test('a Prometheus that is busy is asked again', async () => {
    const good = json({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: {}, value: [0, '0'] }] },
    });
    await using server = await serve([text('', 503), text('', 503), good]);
    const flags = ['-f', TEMPLATE, '-a', 'canary=x', '--at', '2026-11-18T10:00:00Z'];
    const { code } = await replay(server, flags, { clock });
    assert.equal(code, 0);
    assert.equal(server.received.length, 12);
  });

  void test('a Prometheus that repeats a secret', async () => {
    const refused = json({ status: 'error', errorType: 'bad_data', error: 'no such user hush' }, 400);
    await using server = await serve([refused]);
    const folder = mkdtempSync(join(tmpdir(), 'past-'));
    const file = join(folder, 't.yaml');
    writeFileSync(
      file,
      readFileSync(TEMPLATE, 'utf8')
        .replace('  args:\n', '  args:\n    - {name: token, valueFrom: {secretKeyRef: {name: m, key: t}}}\n')
        .replace('query:', 'headers: [{key: Authorization, value: "{{args.token}}"}]\n          query:'),
    );
    const secret = ['--secret', 'm/t=env:TOKEN', '-a', 'canary=x', '--rollout', 'shop'];
    const { code, err } = await replay(server, ['-f', file, ...secret], { env: { TOKEN: 'hush' } });
    rmSync(folder, { recursive: true });
    assert.equal(server.received[0]?.headers['authorization'], 'hush');
    assert.deepEqual([code, err], [2, 'Error: Prometheus answered with status 400: no such user *****\n']);
  });

  void test('a Prometheus that is not there', async () => {
    const url = await nowhere();
    const { code, err } = await replay({ url }, BY_NAME.concat('-a', 'canary=x'), { clock });
    assert.equal(code, 2);
    assert.match(err, /^Error: Post "http:\/\/127\.0\.0\.1:\d+\/api\/v1\/query": .*connection refused\n$/);
  });

  void test('Ctrl-C', async () => {
    await using server = await servePast(past(['replicaSets', 'errors']));
    const line = harness({ now: NOW });
    line.interrupt();
    const { code } = await line.run('analyze', '--replay', '--prometheus', server.url, ...SHOP);
    assert.equal(code, 130);
  });
});

const program = findPrometheus();
// With CI set nothing may be left out, so the missing program makes the test fail.
const skip = program === null && (process.env['CI'] ?? '') === '' ? 'no Prometheus here' : false;

void test('a real Prometheus says the same', { skip }, async () => {
  const samples = openMetrics(past(['replicaSets', 'errors']));
  await using real = await startPrometheus(program ?? 'prometheus', undefined, samples);
  const { code, out, err } = await replay(real, SHOP);
  assert.deepEqual([code, err], [1, '']);
  matchFile('told.txt', out);
});

void test('a real Prometheus says the same of phases', { skip }, async () => {
  await using real = await startPrometheus(
    program ?? 'prometheus',
    undefined,
    openMetrics(past(['phases', 'errors'])),
  );
  const { code, out } = await replay(real, [...BY_NAME, '-a', 'canary=ccc']);
  assert.equal(code, 1);
  assert.match(
    out,
    /^2026-11-19T10:00:\d\dZ {2}✖ would have failed after 5m: errors failed 2 of 6 measurements/m,
  );
});

void test('a real Prometheus is asked now', { skip }, async () => {
  await using real = await startPrometheus(program ?? 'prometheus');
  const once = readFileSync(TEMPLATE, 'utf8')
    .replace('count: 10', 'count: 1')
    .replace(/query: .*/, 'query: vector(0.01)');
  const line = harness({ now: NOW, stdin: once });
  const { code, out } = await line.run('analyze', '-f', '-', '-a', 'canary=x', '--prometheus', real.url);
  assert.equal(code, 0);
  assert.match(out, /^08:00:00 UTC {2}✔ errors: 0\.01$/m);
});
