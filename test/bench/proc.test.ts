import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePasses } from '../../bench/passes.ts';
import { parseStatTicks, parseStatus } from '../../bench/proc.ts';

const REST = '1 42 42 0 -1 4194560 2157 0 3 0 120 34 5 6 20 0 11 0 8351 1266147328';

for (const name of ['node', 'a) (b', 'with spaces'])
  void test(`ticks of a process whose name is "${name}"`, () => {
    assert.equal(parseStatTicks(`42 (${name}) S ${REST}`), 154);
  });

void test('resident memory now and at its peak', () => {
  const text = 'Name:\tnode\nVmPeak:\t 999999 kB\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\nThreads:\t11\n';
  assert.deepEqual(parseStatus(text), { residentMiB: 100, peakMiB: 200 });
});

void test('passes by queue are read from a page of metrics', () => {
  const page = [
    '# HELP workqueue_work_duration_seconds Duration of a pass, by queue.',
    'workqueue_work_duration_seconds_bucket{le="1",name="rollout"} 7',
    'workqueue_work_duration_seconds_sum{name="rollout"} 0.5',
    'workqueue_work_duration_seconds_count{name="rollout"} 7606',
    'workqueue_work_duration_seconds_count{name="analysisrun"} 0',
    'workqueue_retries_total{name="rollout"} 3',
    '',
  ].join('\n');
  assert.deepEqual(parsePasses(page), { rollout: 7606, analysisrun: 0 });
});
