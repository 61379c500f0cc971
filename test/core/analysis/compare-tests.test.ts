import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compare, compared, inALine, steady } from './comparing.ts';

// Metrics of `sluice/compare` whose test is another than bad requests, in runs.

const burning = steady({ canary: [10, 0.05], stable: [90, 0.05] });
const bad = steady({ canary: [10, 0.5], stable: [90, 0.05] });
const budget = compared('budget', { test: 'burnRate', burn: { objective: 0.999 } });
const starved = steady({ canary: [4, 0], stable: [96, 0] });

void describe('other tests', () => {
  const rows = [
    [
      'a service that burns pauses, and blames nobody',
      { metrics: [budget] },
      burning,
      /^Inconclusive at 15s \| budget Inconclusive: paused — the service uses up the error budget of 99\.9% too fast: 49x over 1h and 49x over 5m, limit 14\.4x; 74 of 1 500 requests failed\. That blames nobody, so nothing is rolled back\.$/,
    ],
    [
      'one that does not is let go',
      { metrics: [compared('budget', { test: 'burnRate', burn: { objective: 0.9 } }, { count: 3 })] },
      burning,
      /^Successful at 30s \| budget Successful: 150 of 3 000 requests failed; the service uses up the error budget of 90% 0\.5x/,
    ],
    [
      'beside a comparison it pauses what nothing else has failed',
      { metrics: [compared('errors'), budget] },
      burning,
      /^Inconclusive at \d+s \| errors Successful: .* \| budget Inconclusive: paused/,
    ],
    [
      'and not what that has',
      { metrics: [compared('errors'), budget] },
      bad,
      /^Failed at 15s \| errors Failed: rolled back/,
    ],
    [
      'less requests than the weight says',
      { metrics: [compared('requests', { test: 'throughput' })] },
      starved,
      /^Failed at 30s \| requests Failed: rolled back — canary has 0\.37x .* of the requests that its weight says/,
    ],
    [
      'less of something',
      { metrics: [compared('orders', { direction: 'decrease' })] },
      steady({ canary: [100, 0.005], stable: [100, 0.05] }),
      /^Failed at 15s \| orders Failed: rolled back — canary has 0\.09x .* of the requests that should be counted/,
    ],
  ] as const;
  for (const [name, { metrics }, source, want] of rows)
    void test(name, () => {
      assert.match(inALine(compare({ metrics: [...metrics] }, source)), want);
    });
});
