import type { AnalysisRun, AnalysisRunStatus, Metric } from '../../api/analysis.ts';
import { baselineObstacle } from '../../core/analysis/compare/baseline.ts';
import { baselineIn } from '../../core/analysis/compare/compared.ts';
import { type Comparison, comparisonOf } from '../../core/analysis/compare/comparison.ts';
import { isCompared } from '../../core/analysis/compare/party.ts';
import { type ReleaseSides, sidesOf } from '../../core/analysis/compare/sides.ts';
import { unableRouters } from '../../routers/index.ts';
import type { Stores } from '../stores.ts';
import type { Prepared } from './prepare.ts';

/** What a metric that compares gets beside others; nothing for those that do not. */
export function comparing(
  stores: Pick<Stores, 'rollouts'>,
  view: { readonly run: AnalysisRun; readonly decision: { readonly status: AnalysisRunStatus } },
  { metrics }: Pick<Prepared, 'metrics'>,
  metric: Metric,
): { readonly comparison?: Comparison | null; readonly release?: ReleaseSides | null } {
  if (!isCompared(metric)) return {};
  const { run, decision } = view;
  const spec = { ...run.spec, metrics: metrics.map((one) => one.metric) };
  const result = decision.status.metricResults?.find(({ name }) => name === metric.name);
  return { comparison: comparisonOf(spec, metric, result), release: releaseOf(stores, run, metric) };
}

/** Null: the run belongs to no Rollout that is there. */
function releaseOf(
  { rollouts }: Pick<Stores, 'rollouts'>,
  { metadata }: AnalysisRun,
  metric: Metric,
): ReleaseSides | null {
  const owner = metadata.ownerReferences?.find(({ kind, controller }) => kind === 'Rollout' && controller);
  const found = owner === undefined ? null : rollouts.get(`${metadata.namespace ?? ''}/${owner.name}`);
  if (found === null || found.metadata.uid !== owner?.uid) return null;
  const baseline = baselineIn(metric);
  const obstacle = baseline === null ? null : baselineObstacle(baseline, found, unableRouters(found));
  return { ...sidesOf(found, { metadata }), obstacle };
}
