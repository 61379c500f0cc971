import type { DryRun, MeasurementRetention } from '../../api/analysis.ts';
import { Budget } from '../expr/budget.ts';
import { compilePattern, hasMatch } from '../expr/regex/pattern.ts';

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

/** Patterns match anywhere in a name, as in the original, and cannot backtrack. */
function applies(pattern: string, name: string): boolean {
  const compiled = compilePattern(pattern);
  // More than the largest pattern and the longest name that fits into an object can use.
  const budget = new Budget({ steps: Number.MAX_SAFE_INTEGER, memory: Number.MAX_SAFE_INTEGER });
  return compiled.kind === 'pattern' && hasMatch(compiled.program, name, budget);
}
