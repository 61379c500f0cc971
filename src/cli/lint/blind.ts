import type { AnalysisRunSpec, AnalysisTemplateSpec, Metric } from '../../api/analysis.ts';
import type { Issue, Manifest } from '../../api/meta.ts';
import { at, isObject } from '../../api/path.ts';
import { limitsOf } from '../../core/analysis/limits.ts';
import { resolveMetrics } from '../../core/analysis/resolve.ts';
import { substitute } from '../../core/analysis/substitute.ts';

/** Metrics of a template that would be a success without any data, with the defaults of its arguments. */
export function blindMetrics(manifest: Manifest): readonly Issue[] {
  const spec = isObject(manifest['spec']) ? (manifest['spec'] as AnalysisTemplateSpec) : {};
  const values = (spec.args ?? []).flatMap(({ name, value }) =>
    value === undefined ? [] : [[`args.${name}`, value] as const],
  );
  const { value: metrics } = substitute(spec.metrics ?? [], new Map(values), new Set());
  return metrics.flatMap((metric, i) => blind(metric, at('spec', 'metrics', i, 'inconclusiveLimit')));
}

/** The same of a run that a Rollout's analysis would make; `path` is that of the analysis. */
export function blindRun(spec: AnalysisRunSpec, path: string): readonly Issue[] {
  const resolved = resolveMetrics(spec, null);
  return resolved.kind === 'metrics' ? resolved.metrics.flatMap((metric) => blind(metric, path)) : [];
}

/**
 * What two conditions leave open is inconclusive. Where all measurements may be, the count is reached with no
 * limit exceeded, which is a success.
 */
function blind(metric: Metric, path: string): readonly Issue[] {
  const { count, inconclusive } = limitsOf(metric);
  const isOpen = metric.successCondition !== undefined && metric.failureCondition !== undefined;
  const isKnown = !String(metric.count ?? '').includes('{{');
  if (!isOpen || !isKnown || count === null || inconclusive < count) return [];
  const message =
    `metric "${metric.name}" would be a success without any data: ` +
    `inconclusiveLimit (${inconclusive}) is not less than count (${count})`;
  return [{ path, message }];
}
