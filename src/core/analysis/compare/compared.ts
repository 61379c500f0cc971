import type { Metric } from '../../../api/analysis.ts';

/** The name of the plugin. */
export const COMPARE = 'sluice/compare';

/** Claims that a metric compares canary and stable. Loads nothing, for those who only ask. */
export function isCompared({ provider }: Metric): boolean {
  return Object.hasOwn(provider.plugin ?? {}, COMPARE);
}
