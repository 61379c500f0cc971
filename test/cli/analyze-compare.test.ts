import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findPrometheus, startPrometheus } from '../providers/support/real-prometheus.ts';
import { harness, type Ran, until } from './support/harness.ts';
import { NOW, openMetrics, past, servePast } from './support/past.ts';

const GOLDEN = join(import.meta.dirname, '../golden/analyze/past');
const TEMPLATE = join(GOLDEN, 'compare.yaml');
const WANTED = ['-f', TEMPLATE, '-n', 'prod', '--rollout', 'shop', '--for', '10m'];

function matchFile(file: string, content: string): void {
  const path = join(GOLDEN, file);
  if (process.env['UPDATE'] === '1') writeFileSync(path, content);
  assert.equal(content, existsSync(path) ? readFileSync(path, 'utf8') : '(no such file)');
}

function replay(url: string, ...flags: readonly string[]): Promise<Ran> {
  return harness({ now: NOW }).run('analyze', '--replay', '--prometheus', url, ...WANTED, ...flags);
}

void describe('canary against stable, over past releases', () => {
  for (const [format, ending] of [
    ['text', 'txt'],
    ['junit', 'xml'],
  ] as const)
    void test(`as ${format}`, async () => {
      await using server = await servePast(past(['replicaSets', 'requests']));
      const { code, out } = await replay(server.url, '-o', format);
      assert.equal(code, 1);
      matchFile(`compared.${ending}`, out);
    });

  void test('as json', async () => {
    await using server = await servePast(past(['replicaSets', 'requests']));
    const { code, out } = await replay(server.url, '-o', 'json');
    assert.equal(code, 1);
    const lines = out.trim().split('\n');
    const told = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    assert.deepEqual(
      told.map(({ run, verdict, t, release }) => [run, verdict, t, release]),
      [
        ['bbb', 'Successful', 540, 'bbb'],
        ['ccc', 'Failed', 300, 'ccc'],
        ['ddd', 'Successful', 540, 'ddd'],
      ],
    );
    const power = {
      metric: 'errors',
      situation: { perSecond: 100, badRate: 0.01, share: 0.05, margin: 1, alpha: 0.01, phi: 1 },
      secondsToFind: { '5x': 60, '2x': 540 },
      leastFound: { seconds: 600, with80: 1.91, with50: 1.67 },
    };
    assert.deepEqual(told[0]?.['power'], [power]);
    // What a comparison goes on from is nobody's business.
    assert.doesNotMatch(out, /"metadata"/);
  });

  const weights: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /a weight of 5% it sees 5x as many in 1m and 2x as many in 9m,/],
    [['--weight', '50'], /a weight of 50% it sees 5x as many in 1m and 2x as many in 2m,/],
    [['--weight', '0.5%'], /a weight of 0\.5% it sees 5x as many in 8m and 2x as many in 1h 20m,/],
  ];
  for (const [flags, expected] of weights)
    void test(`how much can be seen ${flags.join(' ')}`, async () => {
      await using server = await servePast(past(['replicaSets', 'requests']));
      const { out } = await replay(server.url, '--releases', '1', ...flags);
      assert.match(out, expected);
    });

  void test('how much can be seen is not made up', async () => {
    await using server = await servePast(past(['replicaSets']));
    const { code, out } = await replay(server.url, '--releases', '1');
    assert.equal(code, 3);
    assert.match(
      out,
      /^errors: what it can see is not known: no bad requests of the stable version are known/m,
    );
    assert.match(
      out,
      /\? undecided after 9m: errors: no data to judge: 9 looks without an answer \(NoData\)\./,
    );
  });

  void test('a weight that is none', async () => {
    await using server = await servePast([]);
    const { code, err } = await replay(server.url, '--weight', '100');
    assert.deepEqual([code, err], [2, 'Error: --weight: 100 is not a percentage over 0 and under 100\n']);
  });
});

const ROLLOUT = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: prod}
spec:
  selector: {matchLabels: {app: shop}}
  template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: shop, image: 'shop:1'}]}}
  strategy: {canary: {steps: [{setWeight: 10}, {pause: {}}]}}
status: {currentPodHash: HASH, stableRS: bbb}
`;

/** Runs it while a release goes on: the server knows what will be. */
async function during(begun: string, hash: string, ...flags: readonly string[]): Promise<Ran> {
  await using server = await servePast(past(['requests']));
  const folder = mkdtempSync(join(tmpdir(), 'compare-'));
  const file = join(folder, 'shop.yaml');
  writeFileSync(file, ROLLOUT.replace('HASH', hash));
  const line = harness({ now: begun });
  let ran: Ran | null = null;
  const running = line
    .run(
      'analyze',
      '--prometheus',
      server.url,
      '-f',
      TEMPLATE,
      '-f',
      file,
      '--from-rollout',
      'shop',
      '--for',
      '10m',
      ...flags,
    )
    .then((one) => {
      ran = one;
    });
  for (let looks = 1; ran === null; looks += 1) {
    await until(() => ran !== null || (line.out.text.match(/ UTC {2}/g)?.length ?? 0) >= looks);
    if (ran === null) await line.clock.pass(60_000);
  }
  await running;
  rmSync(folder, { recursive: true });
  return ran;
}

void describe('canary against stable, now', () => {
  void test('a canary that becomes bad', async () => {
    const { code, out } = await during('2026-11-19T10:00:00Z', 'ccc', '--no-color');
    assert.equal(code, 1);
    assert.match(
      out,
      /^errors: at 100 requests a second, 1% of them bad, and a weight of 10% it sees 5x as many in 1m/m,
    );
    assert.match(
      out,
      /^10:01:00 UTC {2}✔ errors: 3 of 300 canary vs 60 of 6 000 stable requests failed; canary ≈1\.0x/m,
    );
    assert.match(
      out,
      /^✖ Failed {2}error-rate {2}after \dm\n {2}errors {2}✖ Failed .*\n {2}errors: rolled back — canary fails/m,
    );
  });

  void test('one that is fine', async () => {
    const { code, out } = await during('2026-11-20T10:00:00Z', 'ddd');
    assert.equal(code, 0);
    assert.match(
      out,
      /✔ Successful {2}error-rate {2}after 9m\n.*\n {2}errors: canary within 2x of stable proven/,
    );
  });
});

const program = findPrometheus();
// With CI set nothing may be left out, so the missing program makes the test fail.
const skip = program === null && (process.env['CI'] ?? '') === '' ? 'no Prometheus here' : false;

void test('a real Prometheus says the same of canary and stable', { skip }, async () => {
  const samples = openMetrics(past(['replicaSets', 'requests']));
  await using real = await startPrometheus(program ?? 'prometheus', undefined, samples);
  const { code, out } = await replay(real.url);
  assert.equal(code, 1);
  matchFile('compared.txt', out);
});
