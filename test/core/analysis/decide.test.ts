import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRunSpec, AnalysisRunStatus, Metric } from '../../../src/api/analysis.ts';
import { decide } from '../../../src/core/analysis/decide.ts';
import { measurementOf } from '../../../src/core/analysis/measurement.ts';
import type { Reading } from '../../../src/core/analysis/reading.ts';
import type { Taken } from '../../../src/core/analysis/record.ts';
import { type Answer, metric, play, runOf, type Script, script, start } from './play.ts';

const above = 'result[0] >= 0.9';

whenAsked();

/** When each metric is asked, in seconds from the start. */
function whenAsked(): void {
  const row = (name: string, one: Script, ...expected: readonly string[]) =>
    void test(name, () => assert.deepEqual(play(one).asked, expected));
  const m = (fields: Partial<Metric>) => [metric('m', fields)];
  row('one measurement without an interval', script(m({})), '0 m start');
  row(
    'an interval and a count',
    script(m({ interval: '5s', count: 3 })),
    '0 m start',
    '5 m start',
    '10 m start',
  );
  row(
    'an interval counts from the whole second',
    script(m({ interval: '5s', count: 2 }), { begins: 0.9 }),
    '0.9 m start',
    '5 m start',
  );
  row(
    'a delay counts from the start of the run',
    script(m({ initialDelay: '7s' }), { begins: 0.4 }),
    '7 m start',
  );
  row(
    'an interval without a count has no end',
    script(m({ interval: '30s' }), { ends: 70 }),
    '0 m start',
    '30 m start',
    '60 m start',
  );
  row(
    'a count of 0 is none',
    script(m({ interval: '30s', count: 0 }), { ends: 31 }),
    '0 m start',
    '30 m start',
  );
  row(
    'an error is tried again after ten seconds',
    script(m({ interval: '1m', count: 1 }), { answers: { m: ['error500', 1] } }),
    '0 m start',
    '10 m start',
  );
  row(
    'also without an interval',
    script(m({}), { answers: { m: ['error500', 1] } }),
    '0 m start',
    '10 m start',
  );
  row(
    'five errors in a row are the end',
    script(m({}), { answers: { m: ['error500'] } }),
    '0 m start',
    '10 m start',
    '20 m start',
    '30 m start',
    '40 m start',
  );
  row(
    'a service that asks for time gets it',
    script(m({}), { answers: { m: [busy(start + 25_000), 1] } }),
    '0 m start',
    '25 m start',
  );
  row(
    'but not less than ten seconds',
    script(m({}), { answers: { m: [busy(start + 2000), 1] } }),
    '0 m start',
    '10 m start',
  );
  row(
    'two metrics by their own clocks',
    script([metric('a', { interval: '3s', count: 2 }), metric('b', { initialDelay: '2s' })]),
    '0 a start',
    '2 b start',
    '3 a start',
  );
  row(
    'what is under way is asked again when it wants',
    script(m({}), { answers: { m: [running(4), running(9), 1] } }),
    '0 m start',
    '4 m resume',
    '9 m resume',
  );
  row(
    'a run that is terminated calls it off',
    script(m({}), { answers: { m: [running(50)] }, terminatedAt: 5 }),
    '0 m start',
    '5 m terminate',
  );
  row(
    'a metric that fails calls off the others',
    script([metric('a'), metric('b', { successCondition: above })], {
      answers: { a: [running(50)], b: [0] },
    }),
    '0 a start',
    '0 b start',
    '0 a terminate',
  );
  row(
    'a dry run does not',
    script([metric('a', { interval: '5s', count: 2 }), metric('b', { successCondition: above })], {
      answers: { a: [1], b: [0] },
      spec: { dryRun: [{ metricName: '^b$' }] },
    }),
    '0 a start',
    '0 b start',
    '5 a start',
  );
}

function busy(retryAt: number): Reading {
  return { kind: 'error', message: 'busy', retryable: true, retryAt };
}

function running(seconds: number): Reading {
  return { kind: 'running', memo: { 'job-name': 'j' }, resumeAt: start + seconds * 1000 };
}

/** What a run ends as: phase, message, and of each metric its phase. */
function ends(name: string, one: Script, expected: string): void {
  void test(name, () => {
    const { phase, message, metricResults = [] } = play(one).status;
    const metrics = metricResults.map((result) => ` ${result.name}=${result.phase}`);
    assert.equal(`${phase}${message === undefined ? '' : ` (${message})`}${metrics.join('')}`, expected);
  });
}

const both = { successCondition: above, failureCondition: 'result[0] < 0.5' };
const failing = (name: string) => metric(name, { successCondition: above });
const answers = (...list: readonly Answer[]) => ({ answers: { m: list } });
const assessed = (phase: string, reason: string) =>
  `${phase} (Metric "m" assessed ${phase} due to ${reason}) m=${phase}`;

ends(
  'failures up to the limit',
  script([metric('m', { ...both, interval: '1s', count: 3, failureLimit: 1 })], answers(0, 1, 1)),
  'Successful m=Successful',
);
ends(
  'one more',
  script([metric('m', { ...both, interval: '1s', count: 3, failureLimit: 1 })], answers(0, 1, 0)),
  assessed('Failed', 'failed (2) > failureLimit (1)'),
);
ends(
  'limits may be text',
  script([metric('m', { ...both, interval: '1s', count: '3', failureLimit: '1' })], answers(0, 1, 0)),
  assessed('Failed', 'failed (2) > failureLimit (1)'),
);
ends(
  'neither good nor bad',
  script([metric('m', both)], answers(0.7)),
  assessed('Inconclusive', 'inconclusive (1) > inconclusiveLimit (0)'),
);
ends(
  'enough in a row before the count',
  script(
    [metric('m', { ...both, interval: '1s', count: 9, failureLimit: -1, consecutiveSuccessLimit: 2 })],
    answers(0, 1, 0, 1, 1),
  ),
  'Successful m=Successful',
);
ends(
  'never enough in a row, and failures do not count',
  script(
    [metric('m', { ...both, interval: '1s', count: 2, failureLimit: -1, consecutiveSuccessLimit: 2 })],
    answers(0, 1),
  ),
  assessed('Failed', 'count (2) reached without consecutiveSuccessLimit (2)'),
);
ends(
  'never enough in a row, and failures within the limit',
  script(
    [metric('m', { ...both, interval: '1s', count: 3, failureLimit: 1, consecutiveSuccessLimit: 2 })],
    answers(1, 0, 1),
  ),
  assessed('Inconclusive', 'count (3) reached without consecutiveSuccessLimit (2)'),
);
ends(
  'errors do not count as measurements',
  script([metric('m', { interval: '1s', count: 2 })], answers(1, 'error500', 1)),
  'Successful m=Successful',
);
ends(
  'a success ends a row of errors',
  script(
    [metric('m', { interval: '1s', count: 2, consecutiveErrorLimit: 1 })],
    answers('error500', 1, 'error500', 1),
  ),
  'Successful m=Successful',
);
ends(
  'the worst of two',
  script([failing('a'), metric('m', both)], { answers: { a: [0], m: [0.7] } }),
  'Failed (Metric "a" assessed Failed due to failed (1) > failureLimit (0)) a=Failed m=Inconclusive',
);
ends(
  'terminated before anything was measured',
  script([metric('m', { initialDelay: '1h' })], { terminatedAt: 3 }),
  'Successful (Run Terminated)',
);
ends(
  'terminated with failures within the limit',
  script([metric('m', { ...both, interval: '1s', failureLimit: 9 })], { ...answers(0), terminatedAt: 3 }),
  'Successful (Run Terminated) m=Successful',
);
ends(
  'terminated with a measurement under way',
  script([metric('m')], { ...answers(running(50)), terminatedAt: 3 }),
  'Inconclusive (Metric "m" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0): "Error Message: Metric Terminated") m=Inconclusive',
);
ends(
  'only dry runs',
  script([failing('m')], { ...answers(0), spec: { dryRun: [{ metricName: '.*' }] } }),
  'Successful m=Failed',
);

void test('a measurement that is already stored is not stored again', () => {
  const spec = { metrics: [metric('m', { interval: '5s', count: 3 })] };
  const taken = one(spec, 0);
  const status = decide(runOf(spec, undefined), start, [taken]).status;
  assert.deepEqual(decide(runOf(spec, status), start + 1000, [taken]).status, status);
  const next = decide(runOf(spec, status), start + 5000, [one(spec, 1)]).status;
  assert.equal(next.metricResults?.[0]?.count, 2);
});

function one(spec: AnalysisRunSpec, after: number): Taken {
  const [first = metric('m')] = spec.metrics;
  const span = { startedAt: start, at: start };
  const reading: Reading = { kind: 'value', value: 1, text: '1' };
  const measurement = measurementOf(first, reading, null, span, (text) => text);
  return { metric: 'm', after, measurement, metadata: {} };
}

void test('notes of a measurement under way come back as they were', () => {
  const played = play(script([metric('m')], { answers: { m: [running(50)] }, ends: 1 }));
  const [measurement] = played.status.metricResults?.[0]?.measurements ?? [];
  assert.deepEqual(measurement?.metadata, { 'job-name': 'j' });
  assert.equal(measurement?.resumeAt, '2026-11-21T08:00:50Z');
});

void test('notes stay when the measurement is finished', () => {
  const { status } = play(script([metric('m')], answers(running(4), 1)));
  assert.deepEqual(status.metricResults?.[0]?.measurements?.[0]?.metadata, { 'job-name': 'j' });
});

void test('a metric that has ended takes nothing more in while others go on', () => {
  const spec = { metrics: [metric('m'), metric('n', { interval: '5s', count: 9 })] };
  const { status } = decide(runOf(spec, undefined), start, [one(spec, 0)]);
  const again = decide(runOf(spec, status), start, [one(spec, 1)]).status;
  assert.deepEqual(again.metricResults, status.metricResults);
});

void test('the last rule of retention wins, and one measurement is kept in any case', () => {
  const keep = (...limits: readonly number[]) => {
    const measurementRetention = limits.map((limit) => ({ metricName: 'm', limit }));
    const one = script([metric('m', { interval: '1s', count: 5 })], { spec: { measurementRetention } });
    return play(one).status.metricResults?.[0]?.measurements?.length;
  };
  assert.deepEqual([keep(), keep(3), keep(3, 2), keep(0)], [5, 3, 2, 1]);
});

void test('what is not ours stays in the status', () => {
  const spec = { metrics: [metric('m')] };
  const strange = { phase: 'Running', startedAt: '2026-11-21T08:00:00Z', other: { x: 1 } };
  const { status } = decide(runOf(spec, strange as unknown as AnalysisRunStatus), start, []);
  assert.deepEqual(status, { ...strange, runSummary: { count: 1 }, dryRunSummary: {} });
});

void test('a clock that was set back keeps nobody waiting longer than the interval', () => {
  const spec = { metrics: [metric('m', { interval: '30s', count: 3 })] };
  const status = decide(runOf(spec, undefined), start + 3_600_000, [one(spec, 0)]).status;
  const { wakeAt } = decide(runOf(spec, { ...status, startedAt: '2026-11-21T09:00:00Z' }), start - 1000, []);
  assert.equal(wakeAt, start + 29_000);
});
