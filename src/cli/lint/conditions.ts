import type { AnalysisTemplateSpec, Metric } from '../../api/analysis.ts';
import type { Issue, Manifest } from '../../api/meta.ts';
import { at } from '../../api/path.ts';
import { checkCondition } from '../../core/expr/condition.ts';

const FIELDS = ['successCondition', 'failureCondition'] as const;

/** Conditions of metrics that cannot be evaluated. Those with arguments in them are known only in a run. */
export function conditionIssues(manifest: Manifest): readonly Issue[] {
  if (!/^(Cluster)?Analysis(Template|Run)$/.test(manifest.kind)) return [];
  const { metrics = [] } = manifest['spec'] as AnalysisTemplateSpec;
  return metrics.flatMap((metric, i) => FIELDS.flatMap((field) => issues(metric, field, i)));
}

function issues(metric: Metric, field: (typeof FIELDS)[number], index: number): readonly Issue[] {
  const condition = metric[field];
  if (condition === undefined || condition === '' || condition.includes('{{')) return [];
  const error = checkCondition(condition);
  if (error === null) return [];
  return [{ path: at('spec.metrics', index, field), message: `cannot be evaluated: ${error.message}` }];
}
