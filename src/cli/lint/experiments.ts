import type { AnalysisRunSpec, AnalysisTemplateSpec } from '../../api/analysis.ts';
import { EXPERIMENT, type ExperimentMetric } from '../../api/experiment-metric.ts';
import type { Issue } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import { isExperiment } from '../../core/analysis/experiments-arguments.ts';
import { templateKey } from '../../core/world.ts';

/** Templates by which Experiments of metrics are judged, and that are not among the objects given. */
export function experimentWarnings(
  { metrics }: AnalysisRunSpec,
  templates: Readonly<Record<string, AnalysisTemplateSpec>>,
  path: string,
): readonly Issue[] {
  const judges = metrics.filter(isExperiment).flatMap(({ provider }) => {
    const config = provider.plugin?.[EXPERIMENT];
    // A run that is composed has had its shape looked at.
    return isObject(config) ? ((config as unknown as ExperimentMetric).analyses ?? []) : [];
  });
  const missing = judges.filter(
    (judge) => !judge.templateName.includes('{{') && !(templateKey(judge) in templates),
  );
  return missing.map(({ templateName, clusterScope }) => ({
    path: `${path}.templates`,
    message: `${clusterScope === true ? 'Cluster' : ''}AnalysisTemplate "${templateName}" is not among the given objects`,
  }));
}
