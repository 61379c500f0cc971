import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AnalysisRunStatus, Metric, MetricResult } from '../../../src/api/analysis.ts';
import { decide } from '../../../src/core/analysis/decide.ts';
import { limitsOf } from '../../../src/core/analysis/limits.ts';
import { measurementOf } from '../../../src/core/analysis/measurement.ts';
import type { Taken } from '../../../src/core/analysis/record.ts';
import { resolveMetrics } from '../../../src/core/analysis/resolve.ts';
import { isDryRun, retentionOf } from '../../../src/core/analysis/rules.ts';
import { type Answer, metric, type Played, play, readingOf, runOf, type Script, start } from './play.ts';

const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.constantFrom<Answer>(0, 0.7, 1, 'empty', 'nan', 'error500'),
  fc.nat(40).map((seconds): Answer => {
    return { kind: 'running', memo: null, resumeAt: start + seconds * 1000 };
  }),
);

const limits = fc.record(
  {
    interval: fc.constantFrom('1s', '5s', '20s'),
    initialDelay: fc.constantFrom('0s', '3s', '40s'),
    count: fc.nat(4),
    failureLimit: fc.integer({ min: -1, max: 3 }),
    inconclusiveLimit: fc.nat(2),
    consecutiveErrorLimit: fc.nat(2),
    consecutiveSuccessLimit: fc.nat(2),
    successCondition: fc.constant('result[0] >= 0.9'),
    failureCondition: fc.constant('result[0] < 0.5'),
  },
  { requiredKeys: [] },
);

const scripts: fc.Arbitrary<Script> = fc
  .record({
    metrics: fc.array(limits, { minLength: 1, maxLength: 3 }),
    answers: fc.array(fc.array(answer, { minLength: 1, maxLength: 6 }), { minLength: 3, maxLength: 3 }),
    dryRun: fc.option(fc.nat(2), { nil: null }),
    keep: fc.option(fc.integer({ min: -1, max: 4 }), { nil: null }),
    terminatedAt: fc.option(fc.nat(60), { nil: null }),
    latency: fc.constantFrom(0, 0.3),
  })
  .map(({ metrics, answers, dryRun, keep, terminatedAt, latency }) => ({
    spec: {
      metrics: metrics.map((fields, index) => metric(`m${index}`, fields)),
      ...(dryRun === null || dryRun >= metrics.length ? {} : { dryRun: [{ metricName: `m${dryRun}` }] }),
      ...(keep === null ? {} : { measurementRetention: [{ metricName: 'm', limit: keep }] }),
    },
    answers: Object.fromEntries(answers.map((list, index) => [`m${index}`, list])),
    begins: 0.5,
    ends: 90,
    latency,
    ...(terminatedAt === null ? {} : { terminatedAt }),
  }))
  .filter(({ spec }) => resolveMetrics(spec, null).kind === 'metrics');

/** A law that holds of every run, whatever its metrics answer. */
function law(name: string, holds: (played: Played, script: Script) => void): void {
  void test(name, () => {
    fc.assert(fc.property(scripts, (script) => holds(play(script), script)));
  });
}

function each(
  { statuses }: Played,
  { spec }: Script,
  holds: (metric: Metric, result: MetricResult, status: AnalysisRunStatus) => void,
): void {
  for (const status of statuses)
    for (const one of spec.metrics) {
      const result = status.metricResults?.find(({ name }) => name === one.name);
      if (result !== undefined) holds(one, result, status);
    }
}

law('counts add up', (played, script) =>
  each(played, script, (one, result) => {
    const { count = 0, successful = 0, failed = 0, inconclusive = 0, error = 0 } = result;
    assert.equal(count, successful + failed + inconclusive);
    assert.ok((result.consecutiveSuccess ?? 0) <= successful && (result.consecutiveError ?? 0) <= error);
    const underWay = result.measurements?.at(-1)?.finishedAt === undefined ? 1 : 0;
    const kept = Math.min(count + error + underWay, retentionOf(script.spec.measurementRetention, one.name));
    assert.equal(result.measurements?.length, kept);
  }),
);

law('there are never more measurements than were asked for', (played, script) =>
  each(played, script, (one, { count = 0 }) =>
    assert.ok(count <= (limitsOf(one).count ?? Number.POSITIVE_INFINITY)),
  ),
);

law('a run is never successful while a limit is exceeded', (played, script) =>
  each(played, script, (one, result, { phase }) => {
    if (phase !== 'Successful' || isDryRun(script.spec.dryRun, one.name)) return;
    const { failure, inconclusive, consecutiveError } = limitsOf(one);
    assert.equal(result.phase, 'Successful');
    assert.ok((result.failed ?? 0) <= (failure ?? Number.POSITIVE_INFINITY));
    assert.ok((result.inconclusive ?? 0) <= inconclusive);
    assert.ok((result.consecutiveError ?? 0) <= consecutiveError);
  }),
);

law('a dry run never decides', (played, script) => {
  if (!script.spec.metrics.every(({ name }) => isDryRun(script.spec.dryRun, name))) return;
  for (const { phase } of played.statuses) assert.ok(phase === 'Running' || phase === 'Successful');
});

law('summaries count every metric once', ({ statuses }, { spec }) => {
  for (const { runSummary, dryRunSummary } of statuses)
    assert.equal((runSummary?.count ?? 0) + (dryRunSummary?.count ?? 0), spec.metrics.length);
});

law('the same run ends in the same way', (played, script) => assert.deepEqual(play(script), played));

law('each end is told once', ({ notes }) => assert.equal(new Set(notes).size, notes.length));

law('what has ended never changes, and asks for nothing', ({ status }, { spec }) => {
  if (status.completedAt === undefined) return;
  const [first = metric('m0')] = spec.metrics;
  const span = { startedAt: start, at: start };
  const measurement = measurementOf(first, readingOf(0), null, span, (text) => text);
  const late: readonly Taken[] = [0, 1, 2, 3, 4].map((after) => {
    return { metric: first.name, after, measurement, metadata: {} };
  });
  const decision = decide(frozen(runOf(spec, status)), start + 999_000, late);
  assert.deepEqual(decision.status, status);
  assert.deepEqual([decision.due, decision.notes], [[], []]);
});

law('what has not ended is looked at again', ({ status }, { spec }) => {
  if (status.completedAt !== undefined) return;
  const decision = decide(frozen(runOf(spec, status)), start + 90_000, []);
  assert.ok(decision.due.length > 0 || decision.wakeAt !== null);
});

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
