import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnalysisRunSpec } from '../../../src/api/analysis.ts';
import { KEPT } from '../../../src/core/analysis/compare/kept.ts';
import { proofOf } from '../../../src/core/analysis/compare/proof.ts';
import { resolveMetrics } from '../../../src/core/analysis/resolve.ts';
import type { Counters } from '../../../src/core/compare/counters.ts';
import { chanceOf } from '../compare/traffic.ts';
import { compare, compared, counted, inALine, type Source, steady } from './comparing.ts';

// Metrics that compare canary and stable, in runs: what ends them, when, and in which words.

const errors = compared('errors');
const healthy = steady({ canary: [10, 0.01], stable: [90, 0.01] });
const twice = { ratio: 2 };
const broken = { kind: 'error', message: 'no route to host', retryable: true } as const;

function row(
  name: string,
  spec: AnalysisRunSpec,
  source: Source,
  want: string | RegExp,
  labels: Readonly<Record<string, string>> = {},
): void {
  void test(name, () => {
    const got = inALine(compare(spec, source, { labels }));
    if (typeof want === 'string') assert.equal(got, want);
    else assert.match(got, want);
  });
}

void describe('ends', () => {
  row(
    'a bad canary fails as soon as the evidence is enough',
    { metrics: [errors] },
    steady({ canary: [10, 0.1], stable: [90, 0.01] }),
    'Failed at 15s | errors Failed: rolled back — canary fails 10x as often as stable (95% 3.0–37x): 15 of 150 vs 13 of 1 350 requests over 15s at 10%. Evidence over a million, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 14.',
  );
  row(
    'nothing is decided to the end',
    { metrics: [compared('errors', {}, { count: 3 })] },
    healthy,
    /^Successful at 30s \| errors Successful: 3 of 300 canary vs 27 of 2 700 stable requests failed; .* undecided\./,
  );
  row(
    'and then it is as the user says',
    { metrics: [compared('errors', { onUndecided: 'Failed' }, { count: 3 })] },
    healthy,
    /^Failed at 30s \| errors Failed: 3 of 300 canary vs 27 of 2 700 stable requests failed;/,
  );
  row(
    'proven to be healthy before the end',
    { metrics: [compared('errors', { provenWhen: twice })] },
    healthy,
    /^Successful at \d+s \| errors Successful: canary within 2x of stable proven/,
  );
  row(
    'no proof ends it while the release goes on to more traffic',
    { metrics: [compared('errors', { provenWhen: twice }, { count: 60 })] },
    healthy,
    /^Successful at 885s \| errors Successful: canary within 2x of stable proven/,
    { 'rollout-type': 'Background' },
  );
  row(
    'one metric is proven and the other is not',
    { metrics: [compared('errors', { provenWhen: twice }), compared('others', { provenWhen: twice })] },
    (seconds, metric) =>
      (metric === 'errors' ? healthy : steady({ canary: [10, 0], stable: [90, 0] }))(seconds, ''),
    /^Successful at 285s \|/,
  );
  row(
    'two metrics that are each a little bad are enough together',
    { metrics: [compared('errors'), compared('others')] },
    steady({ canary: [10, 0.027], stable: [90, 0.01] }),
    /^Failed at 75s \| errors Failed: rolled back/,
  );
  row(
    'one of them alone takes longer',
    { metrics: [errors] },
    steady({ canary: [10, 0.027], stable: [90, 0.01] }),
    /^Failed at 75s \| errors Failed: rolled back/,
  );
  row(
    'of a dry run it is told, and nothing comes of it',
    { metrics: [compared('errors', {}, { count: 3 }), compared('trial')], dryRun: [{ metricName: 'trial' }] },
    (seconds, metric) =>
      (metric === 'trial' ? steady({ canary: [10, 0.1], stable: [90, 0.01] }) : healthy)(seconds, ''),
    /^Successful at 30s \| errors Successful: .* \| trial Failed: Metric assessed Failed due to rolled back/,
  );
  row(
    'a metric that cannot be measured ends the run as any other',
    { metrics: [errors] },
    () => broken,
    'Error at 40s | errors Error: no route to host',
  );
});

void describe('a gate', () => {
  const budget = compared('budget', { test: 'burnRate', burn: { objective: 0.999 } });
  row(
    'that shuts pauses, and blames nobody',
    { metrics: [errors, budget] },
    steady({ canary: [10, 0.05], stable: [90, 0.05] }),
    /^Inconclusive at \d+s \| errors Successful: .* \| budget Inconclusive: /,
  );
  row(
    'is nothing to a canary that is worse',
    { metrics: [errors, budget] },
    steady({ canary: [10, 0.5], stable: [90, 0.01] }),
    /^Failed at 15s \| errors Failed: rolled back/,
  );
});

void describe('too little', () => {
  const short = { count: 3 };
  row(
    'no requests at all on the canary',
    { metrics: [compared('errors', {}, short)] },
    steady({ canary: [0, 0], stable: [90, 0.01] }),
    'Inconclusive at 30s | errors Inconclusive: the canary had no requests; not judged. Traffic is not split as asked: 0.0% go to the canary (TrafficShareMismatch).',
  );
  row(
    'nor on the stable version: then there is nothing to compare with',
    { metrics: [compared('errors', {}, short)] },
    steady({ canary: [90, 0.01], stable: [0, 0] }),
    /^Inconclusive at 30s \| errors Inconclusive: the stable version had no requests to compare with; not judged\./,
  );
  row(
    'it is waited for them',
    { metrics: [compared('errors', { waitAtMost: '2m', minRequests: 1000 }, short)] },
    (seconds) => steady({ canary: [10, 0.01], stable: [90, 0.01] })(seconds, ''),
    /^Successful at 105s \|/,
  );
  row(
    'but not for ever',
    {
      metrics: [compared('errors', { waitAtMost: '2m', minRequests: 10_000, onNoTraffic: 'Failed' }, short)],
    },
    healthy,
    'Failed at 150s | errors Failed: only 1 500 of the 10 000 canary requests that it takes; not judged.',
  );
  row(
    'no data is another word than no requests',
    { metrics: [compared('errors', {}, short)] },
    () => counted(null, null),
    'Inconclusive at 30s | errors Inconclusive: no data to judge: 2 looks without an answer (NoData).',
  );
  row(
    'the metric tells that is why',
    { metrics: [compared('errors', {}, short), compared('others', {}, short)] },
    (seconds, metric) => (metric === 'errors' ? healthy(seconds, '') : counted(null, null)),
    /^Inconclusive at 30s \| errors Inconclusive: others: no data to judge: 2 looks without an answer \(NoData\)\./,
  );
});

void describe('what is kept', () => {
  void test('is in the newest measurement alone, through errors too', () => {
    const flaky: Source = (seconds, name) =>
      seconds >= 60 && seconds < 90 ? broken : healthy(seconds, name);
    for (const seconds of [50, 75, 200]) {
      const { status } = compare({ metrics: [errors] }, flaky, { seconds });
      const measurements = status.metricResults?.[0]?.measurements ?? [];
      const keeping = measurements.map(({ metadata }) => metadata?.[KEPT] !== undefined);
      assert.deepEqual(
        keeping,
        measurements.map((_, i) => i === measurements.length - 1),
      );
    }
  });

  void test('one that is kept alone is enough', () => {
    const measurementRetention = [{ metricName: '.*', limit: 1 }];
    const got = compare({ metrics: [errors], measurementRetention }, healthy).status;
    assert.equal(got.phase, 'Successful');
    assert.match(got.metricResults?.[0]?.message ?? '', /after 2 850 canary requests/);
  });

  void test('a counter that begins anew in an outage counts no request twice', () => {
    const source: Source = (seconds) =>
      seconds > 30 && seconds < 60
        ? broken
        : counted({ total: 10 * (seconds % 45), bad: 0 }, { total: 90 * seconds, bad: seconds });
    const { status } = compare({ metrics: [compared('errors', {}, { count: 5 })] }, source);
    const value = JSON.parse(status.metricResults?.[0]?.measurements?.at(-1)?.value ?? '{}') as {
      canary: unknown;
    };
    assert.deepEqual(value.canary, { bad: 0, total: 650 });
  });
});

void test('a proof is told of what was looked at, and only while nothing has failed', () => {
  const spec = { metrics: [compared('errors', {}, { count: 60 })] };
  const run = (source: Source, seconds: number) => {
    const { status } = compare(spec, source, { seconds });
    const metadata = { name: 'run' };
    return proofOf({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', metadata, spec, status }).kind;
  };
  assert.equal(run(healthy, 30), 'notYet');
  assert.equal(run(healthy, 600), 'proven');
  assert.equal(run(steady({ canary: [10, 0.1], stable: [90, 0.01] }), 600), 'notYet');
  assert.equal(
    run(() => broken, 600),
    'notYet',
  );
});

void describe('refused before it begins', () => {
  const of = (name: string) => `${name}{h="{{hash}}"}`;
  const rows: readonly (readonly [string, ReturnType<typeof compared>[], RegExp | null])[] = [
    ['all is well', [errors], null],
    [
      'placeholders of the sides',
      [compared('m', { counters: { total: 'a{h="{{hash}}"}', bad: 'b{s="{{ service }}"}' } })],
      null,
    ],
    [
      'one of nobody',
      [compared('m', { counters: { total: 'a{h="{{other}}"}', bad: 'b' } })],
      /failed to resolve \{\{other\}\}/,
    ],
    [
      'no interval',
      [compared('m', {}, { interval: '', count: 1 })],
      /metrics\[0\]: sluice\/compare compares looks, so it needs an interval of at least 5s/,
    ],
    ['a short one', [compared('m', {}, { interval: '4s' })], /an interval of at least 5s/],
    ['a condition', [compared('m', {}, { successCondition: 'true' })], /successCondition has no meaning/],
    [
      'successes in a row',
      [compared('m', {}, { consecutiveSuccessLimit: 2 })],
      /consecutiveSuccessLimit has no meaning/,
    ],
    [
      'failures that are put up with',
      [compared('m', {}, { failureLimit: 3 })],
      /failureLimit has no meaning/,
    ],
    [
      'counters that are sums',
      [compared('m', { counters: { total: 'sum(a)', bad: 'b' } })],
      /must select counters as they are/,
    ],
    ['errors of nothing', [compared('m', { counters: { bad: of('b') } })], /needs total/],
    ['nothing but requests', [compared('m', { counters: { total: of('b') } })], /needs total and bad/],
    [
      'times without buckets',
      [compared('m', { test: 'exceedance', counters: { total: of('b') } })],
      /exceedance needs buckets/,
    ],
    [
      'a version that would be compared with itself',
      [compared('m', { counters: { total: of('a'), bad: 'b' } })],
      /counters\.bad: must tell canary and stable version apart by \{\{hash\}\} or \{\{service\}\}/,
    ],
    ['two alphas', [compared('a', { alpha: 0.05 }), compared('b')], /must be 0.05 as in a/],
    [
      'a proof of less than is put up with',
      [compared('m', { margin: 3, provenWhen: twice })],
      /must be more than margin/,
    ],
  ];
  for (const [name, metrics, want] of rows)
    void test(name, () => {
      const read = resolveMetrics({ metrics }, null);
      const said = read.kind === 'problem' ? read.message : '';
      if (want === null) assert.equal(said, '');
      else assert.match(said, want);
    });
});

void describe('a source that fails or lies', () => {
  const strict = { provenWhen: twice, onUndecided: 'Inconclusive', onNoTraffic: 'Inconclusive' } as const;
  /** What may come in the place of a true answer. */
  const LIES: readonly ((truth: ReturnType<Source>, chance: () => number) => ReturnType<Source>)[] = [
    () => broken,
    () => counted(null, null),
    (truth) => ('kind' in truth ? truth : { ...truth, canary: null }),
    (truth) => ('kind' in truth ? truth : { ...truth, stable: {} }),
    (truth) => ('kind' in truth ? truth : { ...truth, sampledAt: 0 }),
    (_, chance) =>
      counted({ total: 1e6 * chance(), bad: 2e6 * chance() }, { total: 1e6 * chance(), bad: 2e6 * chance() }),
    () => counted({ total: Number.NaN, bad: 0 }, { total: Number.POSITIVE_INFINITY, bad: -1 }),
    () => counted({ total: 0, bad: 0 }, { total: 0, bad: 0 }),
    (truth) =>
      'kind' in truth ? truth : { ...truth, canary: halved(truth.canary), stable: halved(truth.stable) },
  ];
  const halved = (counters: Counters | null): Counters | null =>
    counters === null ? null : mapped(counters, (series) => mapped(series, (value) => Math.floor(value / 2)));
  const liar = (truth: Source, seed: number, part: number): Source => {
    const chance = chanceOf(seed);
    return (seconds, name) => {
      const told = truth(seconds, name);
      if (chance() >= part) return told;
      const lie = LIES[Math.floor(chance() * LIES.length)];
      return lie === undefined ? told : lie(told, chance);
    };
  };

  void test('never promotes where nothing that it says can be true', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const { status } = compare({ metrics: [compared('errors', strict)] }, liar(healthy, seed, 1));
      assert.notEqual(status.phase, 'Successful', `seed ${seed}: ${status.message ?? ''}`);
    }
  });

  void test('hides no bad canary behind some lies', () => {
    const bad = steady({ canary: [10, 0.03], stable: [90, 0.01] });
    let promoted = 0;
    for (let seed = 0; seed < 300; seed += 1) {
      const { status } = compare({ metrics: [compared('errors', strict)] }, liar(bad, seed, 0.2));
      if (status.phase === 'Successful') promoted += 1;
    }
    // A proof without cause has a chance of 5 %.
    assert.ok(promoted <= 15, `${promoted} of 300`);
  });

  void test('promotes without a proof only with as many requests as were asked for', () => {
    const config = { onUndecided: 'Successful', onNoTraffic: 'Inconclusive', minRequests: 1500 } as const;
    let promoted = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const { status } = compare({ metrics: [compared('errors', config)] }, liar(healthy, seed, 0.3));
      const text = status.metricResults?.[0]?.measurements?.at(-1)?.value ?? '{}';
      const { canary } = JSON.parse(text) as { canary?: { total: number } };
      if (status.phase !== 'Successful') continue;
      promoted += 1;
      assert.ok((canary?.total ?? 0) >= 1500, text);
    }
    assert.ok(promoted > 10, `${promoted}`);
  });
});

void test('an argument may be a number', () => {
  const config = {
    alpha: '{{args.alpha}}',
    provenWhen: { ratio: '{{ args.ratio }}' },
    canary: { hash: '{{args.alpha}}' },
  };
  const spec = {
    metrics: [compared('errors', config as unknown as Parameters<typeof compared>[1])],
    args: [
      { name: 'alpha', value: '0.05' },
      { name: 'ratio', value: '3' },
    ],
  };
  const read = resolveMetrics(spec, null);
  const plugin =
    read.kind === 'metrics' ? read.metrics[0]?.provider.plugin?.['sluice/compare'] : read.message;
  assert.deepEqual(plugin, { alpha: 0.05, provenWhen: { ratio: 3 }, canary: { hash: '0.05' } });
});

function mapped<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A) => B,
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
