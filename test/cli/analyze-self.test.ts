import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { halvesBy } from '../../src/cli/analyze/self/halves.ts';
import { chanceOf } from '../../src/cli/analyze/self/report.ts';
import { harness, type Ran } from './support/harness.ts';
import { NOW, type PastSample, servePast } from './support/past.ts';
import { type PastPods, samplesOf } from './support/past-pods.ts';

/** `analyze --replay --aa`: how often a release that changes nothing would be failed. */

void describe('halves of pods', () => {
  const series = ['c', 'a', 'b', 'a', 'd'].map((pod) => ({ pod, code: '200' }));
  const rows: readonly (readonly [boolean, string, string])[] = [
    [true, 'a c', 'b d'],
    [false, 'b d', 'a c'],
  ];
  for (const [isFirstCanary, canary, stable] of rows)
    void test(`the canary has ${canary}`, () => {
      const { split, count } = halvesBy('pod', isFirstCanary);
      const sideOf = split(series);
      const of = (side: string) => ['a', 'b', 'c', 'd'].filter((pod) => sideOf({ pod }) === side).join(' ');
      assert.deepEqual([of('canary'), of('stable'), sideOf({ code: '200' })], [canary, stable, null]);
      assert.deepEqual(count(), { canary: 2, stable: 2 });
    });
});

void describe('the chance of so many alarms or more', () => {
  // Summed term by term.
  const rows: readonly (readonly [alarms: number, n: number, alpha: number, chance: number])[] = [
    [0, 50, 0.01, 1],
    [1, 50, 0.01, 0.3949939329],
    [2, 50, 0.01, 0.0894353131],
    [3, 50, 0.01, 0.0138172708],
    [4, 100, 0.01, 0.0183740364],
    [2, 2, 0.1, 0.01],
  ];
  for (const [alarms, n, alpha, want] of rows)
    void test(`${alarms} of ${n} at ${alpha}`, () => {
      const got = chanceOf(alarms, n, alpha);
      assert.ok(Math.abs(got - want) < 1e-6, String(got));
    });
});

const WITH_PODS = `
            counters:
              total: requests_total{deployment="web",version!="{{hash}}"}
              bad: requests_total{deployment="web",version!="{{hash}}",code="500"}`;

function template(config: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: compare}
spec:
  metrics:
    - name: errors
      interval: 1m
      provider:
        plugin:
          sluice/compare:
            control: {hash: old, service: web}${config}
`;
}

async function check(past: PastPods, config = WITH_PODS, ...more: readonly string[]): Promise<Ran> {
  await using server = await servePast(samplesOf(past));
  const line = harness({ now: NOW, stdin: template(config) });
  const flags = ['--from', '3h', '--windows', '10', '--for', '10m', '--prometheus', server.url];
  return await line.run('analyze', '-f', '-', '--replay', '--aa', ...flags, ...more);
}

const alike = { 'web-1': 0.005, 'web-2': 0.005, 'web-3': 0.005, 'web-4': 0.005 };

void describe('the stable version against itself', () => {
  void test('pods that are alike: no alarm', async () => {
    const { code, out, err } = await check({ pods: alike });
    assert.deepEqual([code, err], [0, '']);
    assert.equal(
      out,
      `errors: sluice/compare, every 1m, 10 times
the stable version, one half of its pods against the other: 10 windows of 10m, from 2026-11-21T04:59:00Z on
10 windows: 0 false alarms (0%); alpha allows 1%
errors: bad requests come in clumps of 1, at most 1.6 (dispersion)
`,
    );
  });

  void test('one pod that fails more: an alarm whenever it is in the half of the canary', async () => {
    const { code, out } = await check({ pods: { ...alike, 'web-3': 0.05 } });
    assert.equal(code, 1);
    assert.equal(out.match(/✖ false alarm after .*: errors: rolled back — canary fails /g)?.length, 5);
    assert.match(out, /\n10 windows: 5 false alarms \(50%\); alpha allows 1%\n/);
    assert.match(out, /\nThat is more than chance makes: /);
  });

  void test('errors in clumps are told, and make no alarm', async () => {
    const { code, out } = await check({ pods: alike, clump: 6 });
    assert.equal(code, 0);
    assert.match(out, /\nerrors: bad requests come in clumps of [4-8](\.\d)?, at most /);
  });

  void test('with JSON a line for each window, and the rest on standard error', async () => {
    const { code, out, err } = await check({ pods: { ...alike, 'web-3': 0.05 } }, WITH_PODS, '-o', 'json');
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    assert.equal(code, 1);
    assert.deepEqual([lines.length, lines.filter(({ verdict }) => verdict === 'alarm').length], [10, 5]);
    assert.deepEqual(Object.keys(lines.find(({ verdict }) => verdict === 'alarm') ?? {}).sort(), [
      'phi',
      'release',
      'startedAt',
      't',
      'verdict',
      'why',
    ]);
    assert.match(err, /10 windows: 5 false alarms/);
  });

  const unjudged: readonly (readonly [string, PastPods, string, RegExp])[] = [
    ['one pod', { pods: { 'web-1': 0.01 } }, WITH_PODS, /errors: there was one pod only/],
    ['no pod', { pods: {} }, WITH_PODS, /errors: nothing was counted/],
    ['no label of pods', { pods: alike, label: '' }, WITH_PODS, /of which pod a series is/],
    [
      'an entrance',
      { pods: alike },
      '\n            preset: nginx',
      /what nginx counts at the entrance knows no pods/,
    ],
    [
      'no Rollout, and no name',
      { pods: alike },
      '\n            preset: istio',
      /^(?!.*false).*control\.deployment is not set/s,
    ],
  ];
  for (const [name, past, config, why] of unjudged)
    void test(`${name}: nothing can be judged, and why`, async () => {
      const { code, out, err } = await check(past, config);
      assert.equal(code, 2);
      assert.match(out, why);
      assert.equal(err, 'Error: no window could be judged\n');
    });

  void test('another label of pods may be said', async () => {
    const config = `${WITH_PODS}\n            podLabel: k8s_pod`;
    const { code } = await check({ pods: alike, label: 'k8s_pod' }, config);
    assert.equal(code, 0);
  });
});

void describe('the version of a Rollout', () => {
  // It changed at half past six, when the pods of the one before went.
  const changedAt = '2026-11-21T06:30:00Z';
  const ready = (hash: string, isReady: (at: number) => boolean): readonly PastSample[] =>
    samplesOf({ pods: { one: 0 } })
      .filter(({ labels }) => labels['code'] === '200')
      .map(({ seconds }) => ({
        name: 'kube_replicaset_status_ready_replicas',
        labels: { namespace: 'shop', replicaset: `web-${hash}` },
        seconds,
        value: isReady(seconds) ? 4 : 0,
      }));
  const change = Date.parse(changedAt) / 1000;

  void test('is the one that had most ready pods when a window began', async () => {
    const both = ['old', 'new'].flatMap((hash) =>
      samplesOf({ pods: alike }).map((one) => ({ ...one, labels: { ...one.labels, hash } })),
    );
    const known = [...ready('old', (at) => at < change), ...ready('new', (at) => at >= change)];
    await using server = await servePast([...both, ...known]);
    const config = `
            counters:
              total: requests_total{hash="{{hash}}"}
              bad: requests_total{hash="{{hash}}",code="500"}`;
    const stdin = template(config).replace('control: {hash: old, service: web}', '');
    const line = harness({ now: NOW, stdin });
    const flags = ['--from', '3h', '--windows', '6', '--for', '10m', '--prometheus', server.url];
    const ran = await line.run(
      'analyze',
      '-f',
      '-',
      '--replay',
      '--aa',
      '--rollout',
      'web',
      ...flags,
      '-o',
      'json',
    );
    const lines = ran.out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { startedAt: string; release: string });
    assert.deepEqual(
      lines.map(({ release }) => release),
      ['old', 'old', 'old', 'old', 'new', 'new'],
    );
    assert.deepEqual([ran.code, lines[4]?.startedAt], [0, '2026-11-21T06:59:00Z']);
  });
});

void describe('flags that mean nothing together', () => {
  const rows = [
    ['--aa', /--aa needs --replay/],
    ['--replay --aa --releases 3', /--aa and --releases cannot be used together/],
    ['--replay --windows 3', /--windows needs --aa/],
    ['--replay --aa -o junit', /--aa tells text or json/],
    ['--replay --aa --windows 0', /--windows: 0 is not a number from 1 to 500/],
    ['--replay --aa --from 5m', /--from: a window takes 10m, which is more/],
  ] as const;
  for (const [flags, want] of rows)
    void test(flags, async () => {
      const line = harness({ now: NOW, stdin: template(WITH_PODS) });
      const { code, err } = await line.run('analyze', '-f', '-', '--for', '10m', ...flags.split(' '));
      assert.equal(code, 2);
      assert.match(err, want);
    });
});
