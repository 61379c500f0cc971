import type { Metric, Provider } from '../analysis.ts';
import { parseNanos } from '../duration.ts';
import { EXPERIMENT } from '../experiment-metric.ts';
import type { IntOrString, Issue } from '../meta.ts';
import { at } from '../path.ts';
import { metricPluginIssues } from './metric-plugins.ts';

/**
 * Everything that is wrong with a metric. The path is the metric's own, as in the messages of AnalysisRuns:
 * `metrics[0]: failureLimit must be >= 0, or -1 to be disabled`. Only of a plugin it is that of the field.
 */
export function metricIssues(path: string, metric: Metric): readonly Issue[] {
  const messages = [
    ...countMessages(metric),
    ...durationMessages(metric),
    ...limitMessages(metric),
    ...providerMessages(metric.provider),
    ...conditionMessages(metric),
  ];
  const plugins = metricPluginIssues(at(path, 'provider', 'plugin'), metric.provider.plugin);
  return [...messages.map((message) => ({ path, message })), ...plugins];
}

function durationMessages(metric: Metric): readonly string[] {
  const { interval = '', initialDelay = '' } = metric;
  const wrong = (text: string) => text !== '' && !isTemplate(text) && parseNanos(text) === null;
  return [
    ...(wrong(interval) ? [`invalid interval string: ${goReason(interval)}`] : []),
    ...(wrong(initialDelay) ? [`invalid startDelay string: ${goReason(initialDelay)}`] : []),
  ];
}

/** What Go says about a text that is no duration. */
function goReason(text: string): string {
  if (/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) return `time: missing unit in duration ${JSON.stringify(text)}`;
  const unit = /^[-+]?(?:\d+\.?\d*|\.\d+)([^\d.]+)/.exec(text)?.[1];
  if (unit !== undefined) {
    return `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`;
  }
  return `time: invalid duration ${JSON.stringify(text)}`;
}

function countMessages(metric: Metric): readonly string[] {
  const count = numberOf(metric.count);
  const failures = numberOf(metric.failureLimit ?? 0);
  const successes = numberOf(metric.consecutiveSuccessLimit ?? 0);
  if (count === 'unknown' || failures === 'unknown' || successes === 'unknown') return [];
  if (count === null || count <= 0) return [];
  const [failureLimit, successLimit] = [failures ?? 0, successes ?? 0];
  const tooFew = failureLimit >= 0 && successLimit >= 0 && count < failureLimit + successLimit;
  const sum = `(${failureLimit} + ${successLimit})`;
  return [
    ...(count > 1 && (metric.interval ?? '') === '' ? ['interval must be specified when count > 1'] : []),
    ...(tooFew
      ? [`count (${count}) must be >= failureLimit + consecutiveSuccessLimit ${sum} if both >= 0`]
      : []),
  ];
}

const LIMITS = [
  ['inconclusiveLimit', 'must be >= 0', 0],
  ['consecutiveErrorLimit', 'must be >= 0', 0],
  ['failureLimit', 'must be >= 0, or -1 to be disabled', -1],
  ['consecutiveSuccessLimit', 'must be >= 0', 0],
] as const;

function limitMessages(metric: Metric): readonly string[] {
  const wrong = LIMITS.flatMap(([field, rule, least]) => {
    const limit = numberOf(metric[field]);
    return typeof limit === 'number' && limit < least ? [`${field} ${rule}`] : [];
  });
  const noText = [...LIMITS.map(([field]) => field), 'count' as const].flatMap((field) =>
    isNumber(metric[field]) ? [] : [`${field} must be a number`],
  );
  const disabled =
    numberOf(metric.failureLimit) === -1 && (numberOf(metric.consecutiveSuccessLimit) ?? 0) === 0;
  const both = 'failureLimit and consecutiveSuccessLimit cannot both be disabled';
  return [...noText, ...wrong, ...(disabled ? [both] : [])];
}

function providerMessages(provider: Provider): readonly string[] {
  const set = Object.entries(provider).filter(([, config]) => config !== undefined && config !== null);
  const plugins = Object.keys(provider.plugin ?? {}).length;
  const count = set.length + Math.max(0, plugins - 1);
  if (count === 0) return ['no provider specified'];
  return count > 1 ? ['multiple providers specified'] : [];
}

/** A Job or an Experiment succeeds or fails by itself, so a condition would never be looked at. */
function conditionMessages(metric: Metric): readonly string[] {
  const { job, plugin } = metric.provider;
  const isExperiment = Object.hasOwn(plugin ?? {}, EXPERIMENT);
  if ((job ?? null) === null && !isExperiment) return [];
  const what = isExperiment ? 'an Experiment' : 'a job';
  return (['successCondition', 'failureCondition'] as const).flatMap((field) =>
    (metric[field] ?? '') === ''
      ? []
      : [`${field} has no meaning for ${what}, which succeeds or fails by itself`],
  );
}

/** Null: absent. `unknown`: comes from an argument. */
function numberOf(value: IntOrString | undefined): number | 'unknown' | null {
  if (value === undefined || value === '') return null;
  if (typeof value === 'number') return value;
  return /^[-+]?\d+$/.test(value) ? Number(value) : 'unknown';
}

function isNumber(value: IntOrString | undefined): boolean {
  return typeof value !== 'string' || isTemplate(value) || /^[-+]?\d*$/.test(value);
}

function isTemplate(text: string): boolean {
  return text.includes('{{');
}
