import type { MetricResult, RunSummary } from '../../api/analysis.ts';

/** Counts metrics by outcome. Counts are absent at zero; `results` has undefined for metrics not begun. */
export function summaryOf(results: readonly (MetricResult | undefined)[]): RunSummary {
  const summary: { -readonly [Key in keyof RunSummary]: RunSummary[Key] } = {};
  const add = (key: keyof RunSummary): void => {
    summary[key] = (summary[key] ?? 0) + 1;
  };
  for (const result of results) {
    add('count');
    if (result?.phase === 'Successful') add('successful');
    if (result?.phase === 'Failed') add('failed');
    if (result?.phase === 'Inconclusive') add('inconclusive');
    if (result?.phase === 'Error') add('error');
  }
  return summary;
}
