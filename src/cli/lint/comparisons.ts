import type { AnalysisRunSpec, AnalysisTemplateSpec, Metric } from '../../api/analysis.ts';
import type { Issue, Manifest } from '../../api/meta.ts';
import { at, isObject } from '../../api/path.ts';
import type { Rollout } from '../../api/rollout.ts';
import { withoutNulls } from '../../api/shape.ts';
import { baselineObstacle } from '../../core/analysis/compare/baseline.ts';
import { baselineIn, COMPARE, isCompared } from '../../core/analysis/compare/compared.ts';
import { comparisonIssues as issuesOf } from '../../core/analysis/compare/party.ts';
import { limitsOf } from '../../core/analysis/limits.ts';
import { resolveMetrics } from '../../core/analysis/resolve.ts';
import { isDryRun } from '../../core/analysis/rules.ts';
import { unableRouters } from '../../routers/index.ts';

/** What keeps metrics that compare canary and stable from being judged together. */
export function comparisonIssues(manifest: Manifest): readonly Issue[] {
  const { metrics = [], dryRun } = (withoutNulls(manifest['spec']) ?? {}) as AnalysisTemplateSpec;
  return [true, false].flatMap((dry) =>
    issuesOf(
      metrics.filter(({ name }) => isDryRun(dryRun, name) === dry),
      (metric) => at('spec', 'metrics', metrics.indexOf(metric)),
    ),
  );
}

/** What the metrics of a run that compare cannot do where a Rollout has put it, which stands at `path`. */
export function comparisonWarnings(spec: AnalysisRunSpec, path: string): readonly Issue[] {
  const resolved = resolveMetrics(spec, null);
  const metrics = resolved.kind === 'metrics' ? resolved.metrics : [];
  // A gate needs nothing to compare with, and its end is that of others.
  const compared = metrics.filter((metric) => isCompared(metric) && configOf(metric)['test'] !== 'burnRate');
  const named = compared.map(({ name }) => `"${name}"`).join(', ');
  if (compared.length > 0 && path.includes('.blueGreen.'))
    return [
      { path, message: `${named}: in blue-green only one version has users, so nothing can be compared` },
    ];
  const isEndless = compared.some((metric) => limitsOf(metric).count === null);
  if (!path.includes('.steps[') || !isEndless || compared.every(isProven)) return [];
  const message = `${named}: without count, or provenWhen for all, the step ends only where the canary fails`;
  return [{ path, message }];
}

/** Fresh copies of the stable version that this Rollout cannot have. */
export function baselineIssues(spec: AnalysisRunSpec, rollout: Rollout, path: string): readonly Issue[] {
  const resolved = resolveMetrics(spec, null);
  const metrics = resolved.kind === 'metrics' ? resolved.metrics : [];
  return metrics.flatMap((metric) => {
    const baseline = baselineIn(metric);
    const obstacle = baseline === null ? null : baselineObstacle(baseline, rollout, unableRouters(rollout));
    return obstacle === null ? [] : [{ path, message: `"${metric.name}": baseline: ${obstacle}` }];
  });
}

function isProven(metric: Metric): boolean {
  return configOf(metric)['provenWhen'] !== undefined;
}

function configOf({ provider }: Metric): Readonly<Record<string, unknown>> {
  const config = provider.plugin?.[COMPARE];
  return isObject(config) ? config : {};
}
