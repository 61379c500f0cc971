import type { DryRun, MeasurementRetention } from '../../api/analysis.ts';
import { tryPattern } from '../../api/pattern/try.ts';

/** Measurements of a metric that are kept where no rule says otherwise. */
export const DEFAULT_RETENTION = 10;

/** Claims that the metric's outcome does not count. */
export function isDryRun(rules: readonly DryRun[] | undefined, name: string): boolean {
  return (rules ?? []).some((rule) => applies(rule.metricName, name));
}

/**
 * How many measurements of a metric to keep: the last rule that applies wins. At least one, to go on from.
 */
export function retentionOf(rules: readonly MeasurementRetention[] | undefined, name: string): number {
  const rule = (rules ?? []).findLast(({ metricName }) => applies(metricName, name));
  return Math.max(rule?.limit ?? DEFAULT_RETENTION, 1);
}

/**
 * Patterns match anywhere in a name, as in the original. One that cannot be read or takes too long applies to
 * nothing: the run has been refused for it.
 */
function applies(pattern: string, name: string): boolean {
  const tried = tryPattern(pattern, [name]);
  return tried.kind === 'tried' && tried.matching.length > 0;
}
