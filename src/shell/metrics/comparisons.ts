import type { AnalysisRun, MetricResult } from '../../api/analysis.ts';
import { isObject } from '../../api/path.ts';
import { isCompared } from '../../core/analysis/compare/party.ts';
import type { Family, Labels, Sample } from './text.ts';

/** What comparisons of canary and stable have found, as of their newest look. Series go with their run. */
export function comparisonFamilies(runs: () => Iterable<AnalysisRun>): readonly Family[] {
  const gauge = (name: string, help: string, field: string): Family => ({
    name,
    kind: 'gauge',
    help,
    samples: {
      *[Symbol.iterator]() {
        for (const run of runs()) yield* samplesOf(run, field);
      },
    },
  });
  return [
    gauge('rollout_analysis_evalue', 'Evidence that the canary is worse.', 'e'),
    gauge(
      'rollout_analysis_threshold',
      'Evidence of all metrics together from which on it fails.',
      'threshold',
    ),
    gauge('rollout_analysis_rate_ratio', 'How often the canary fails for one failure of stable.', 'ratio'),
    gauge(
      'rollout_analysis_excess_bad_requests_total',
      'Bad requests that the stable version would not have had; an estimate, which may fall.',
      'excess',
    ),
  ];
}

function* samplesOf(run: AnalysisRun, field: string): Generator<Sample> {
  for (const metric of run.spec.metrics) {
    if (!isCompared(metric)) continue;
    const result = run.status?.metricResults?.find(({ name }) => name === metric.name);
    const value = numberIn(result, field);
    const { name, namespace = '' } = run.metadata;
    const labels: Labels = { namespace, name, metric: metric.name };
    if (value !== null) yield { labels, value };
  }
}

/** A number of the newest measurement that has a value; null where it does not know it. */
function numberIn(result: MetricResult | undefined, field: string): number | null {
  const text = result?.measurements?.findLast(({ value }) => value !== undefined)?.value;
  if (text === undefined) return null;
  try {
    const read: unknown = JSON.parse(text);
    const value = isObject(read) ? read[field] : null;
    return typeof value === 'number' ? value : null;
  } catch {
    return null;
  }
}
