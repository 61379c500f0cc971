import type { AnalysisRunSpec, AnalysisTemplateSpec, Argument } from '../analysis.ts';
import type { Issue, Manifest } from '../meta.ts';
import { at } from '../path.ts';
import { tryPattern } from '../pattern/try.ts';
import type { RolloutAnalysis } from '../rollout.ts';
import { checkShape, withoutNulls } from '../shape.ts';
import { invalid, required, unique, when } from './issue.ts';
import { metricIssues } from './metric.ts';

const FIELD_REF = 'Analyses arguments must refer to valid object metadata supported by downwardAPI';

const NO_MATCH = "Rule didn't match any metric name(s)";

/**
 * Everything that is wrong with an AnalysisTemplate, ClusterAnalysisTemplate or AnalysisRun by itself.
 * Numbers that come from arguments (`{{args.x}}`) are taken on trust: an AnalysisRun is checked again when
 * they are known.
 */
export function validateAnalysis(manifest: Manifest): readonly Issue[] {
  const { wrong } = checkShape(manifest);
  if (wrong.length > 0) return wrong;
  const spec = withoutNulls(manifest['spec']) as AnalysisTemplateSpec;
  return analysisSpecIssues(spec).map((issue) => ({ ...issue, path: `spec.${issue.path}` }));
}

/**
 * The same of a spec whose shape is right. Paths begin at the spec: an AnalysisRun tells the first issue as
 * `Analysis spec invalid: <path>: <message>`, except that of a run without metrics, which it tells without a
 * path.
 */
export function analysisSpecIssues(spec: AnalysisTemplateSpec | AnalysisRunSpec): readonly Issue[] {
  const { metrics = [], dryRun = [], measurementRetention = [] } = spec;
  const names = metrics.map((metric) => metric.name);
  const templates = 'templates' in spec ? (spec.templates ?? []) : [];
  // Rules may be meant for metrics of a nested template, which we do not see.
  const rules = templates.length > 0 ? [] : { dryRun, measurementRetention };
  return [
    ...when(metrics.length === 0 && templates.length === 0, {
      path: 'metrics',
      message: 'no metrics specified',
    }),
    ...metrics.flatMap((metric, index) => [
      ...when(names.indexOf(metric.name) < index, {
        path: at('metrics', index),
        message: `duplicate name '${metric.name}'`,
      }),
      ...metricIssues(at('metrics', index), metric),
    ]),
    ...Object.entries(rules).flatMap(([field, list]) =>
      list.flatMap((rule, index) => ruleIssues(at(field, index), rule.metricName, names)),
    ),
    ...argumentIssues('args', spec.args),
  ];
}

function ruleIssues(path: string, pattern: string, names: readonly string[]): readonly Issue[] {
  const tried = tryPattern(pattern, names);
  switch (tried.kind) {
    case 'error':
      return [{ path, message: `${JSON.stringify(pattern)} is no regular expression` }];
    case 'costly':
      return [{ path, message: `${JSON.stringify(pattern)} takes too long to try on the metric names` }];
    case 'tried':
      return when(tried.matching.length === 0, { path, message: NO_MATCH });
    default:
      return tried satisfies never;
  }
}

/** Everything that is wrong with an analysis that a Rollout starts, but for the templates that it names. */
export function rolloutAnalysisIssues(path: string, analysis: RolloutAnalysis | undefined): readonly Issue[] {
  if (analysis === undefined) return [];
  return [
    ...(analysis.templates ?? []).flatMap((template, index) =>
      when((template.templateName ?? '') === '', required(at(path, 'templates', index, 'templateName'))),
    ),
    ...argumentIssues(at(path, 'args'), analysis.args),
  ];
}

/** Everything that is wrong with arguments by themselves. */
export function argumentIssues(path: string, args: readonly Argument[] | undefined): readonly Issue[] {
  if (args === undefined) return [];
  return [
    ...args.flatMap((argument, index) => {
      const { name, valueFrom } = argument;
      const fieldPath = valueFrom?.fieldRef?.fieldPath;
      const isField = fieldPath === undefined || isKnownField(fieldPath);
      return [
        ...when(name === '', required(at(path, index, 'name'))),
        ...when(
          !isField,
          invalid(at(path, index, 'valueFrom', 'fieldRef', 'fieldPath'), fieldPath, FIELD_REF),
        ),
      ];
    }),
    ...unique(
      args.map((argument) => argument.name),
      (index) => at(path, index, 'name'),
    ),
  ];
}

/** Of metadata only what the downward API knows may be read; all other fields of a Rollout may. */
function isKnownField(path: string): boolean {
  if (path === '') return false;
  if (!/^metadata\b/.test(path)) return true;
  return /^metadata\.(name|namespace|uid|labels|annotations|(labels|annotations)\['[^']+'\])$/.test(path);
}
