import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRunSpec } from '../../../src/api/analysis.ts';
import { decide, refuse } from '../../../src/core/analysis/decide.ts';
import { metric, runOf, start } from './play.ts';

/** When a run that has ended is deleted, in seconds after its end; null for never. */
function expires(
  name: string,
  ttlStrategy: AnalysisRunSpec['ttlStrategy'],
  good: number | null,
  bad: number | null,
): void {
  for (const [phase, expected] of [
    ['Successful', good],
    ['Failed', bad],
    ['Error', bad],
    ['Inconclusive', bad],
  ] as const)
    void test(`${name}: ${phase}`, () => {
      const spec = { metrics: [metric('m')], ...(ttlStrategy === undefined ? {} : { ttlStrategy }) };
      const run = runOf(spec, { phase, completedAt: '2026-11-21T08:00:00Z' });
      const early = decide(run, start, []);
      const at = expected === null ? null : start + expected * 1000;
      assert.deepEqual([early.wakeAt, early.isExpired], [at, false]);
      if (at !== null) assert.equal(decide(run, at, []).isExpired, true);
    });
}

expires('no time to live', undefined, null, null);
expires('one for all', { secondsAfterCompletion: 9 }, 9, 9);
expires('one for success', { secondsAfterSuccess: 5 }, 5, null);
expires(
  'what is more precise wins',
  { secondsAfterCompletion: 9, secondsAfterFailure: 3, secondsAfterSuccess: 5 },
  5,
  3,
);

void test('a run that was refused lives from its creation', () => {
  const spec = { metrics: [], ttlStrategy: { secondsAfterCompletion: 9 } };
  assert.equal(decide(runOf(spec, undefined), start, []).wakeAt, start + 9000);
  assert.equal(refuse(runOf(spec, undefined), 'no', start).wakeAt, start + 9000);
});
