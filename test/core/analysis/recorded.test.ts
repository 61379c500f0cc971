import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AnalysisRunStatus } from '../../../src/api/analysis.ts';
import { play, type Script, start } from './play.ts';

/** A run of the original controller: what it was asked, what its metrics answered, and what it ended as. */
interface Recorded extends Script {
  readonly name: string;
  readonly status: AnalysisRunStatus;
  readonly events: readonly string[];
}

const recorded = JSON.parse(
  readFileSync(new URL('recorded-runs.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

/** Where we differ on purpose: the original counts a failed metric as successful, and does not say why it failed. */
const differences: Readonly<Record<string, Partial<AnalysisRunStatus>>> = {
  'run-limits/row-count': {
    message: 'Metric "r2" assessed Failed due to count (4) reached without consecutiveSuccessLimit (3)',
    runSummary: { count: 1, failed: 1 },
  },
};

for (const row of recorded)
  void test(`${row.name} ends as it did under the original`, () => {
    const played = play(row);
    const expected = { ...row.status, ...differences[row.name] };
    assert.deepEqual(comparable(played.status, row.name), comparable(expected, row.name));
    assert.deepEqual([...played.notes].sort(), [...row.events].sort());
  });

/** Metrics in the order of their names, and times in seconds from the start. */
function comparable(status: AnalysisRunStatus, name: string): unknown {
  const results = status.metricResults?.toSorted((a, b) => a.name.localeCompare(b.name));
  const sorted = results === undefined ? status : { ...status, metricResults: results };
  const text = JSON.stringify(sorted).replaceAll(/"(2026-[^"]*Z)"/g, (_, time: string) => {
    return `"<t+${(Date.parse(time) - start) / 1000}>"`;
  });
  // Under half a second the original measures as fast as it can, so times say nothing.
  return JSON.parse(name.startsWith('run-retention/') ? text.replaceAll(/<t\+\d+>/g, '<t>') : text);
}
