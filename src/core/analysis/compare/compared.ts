import type { Metric } from '../../../api/analysis.ts';
import type { CompareBaseline } from '../../../api/compare.ts';
import { isObject } from '../../../api/path.ts';

/** The name of the plugin. */
export const COMPARE = 'sluice/compare';

/** Claims that a metric compares canary and stable. Loads nothing, for those who only ask. */
export function isCompared({ provider }: Metric): boolean {
  return Object.hasOwn(provider.plugin ?? {}, COMPARE);
}

/** The fresh copy of the stable version that a metric compares with; null where it wants none. */
export function baselineIn(metric: Metric): CompareBaseline | null {
  const config = metric.provider.plugin?.[COMPARE];
  if (!isCompared(metric) || !isObject(config) || !isObject(config['baseline'])) return null;
  return config['baseline'];
}

/** Claims that a metric compares counters that only the Rollout's traffic router can tell. */
export function asksRouter(metric: Metric): boolean {
  const config = metric.provider.plugin?.[COMPARE];
  if (!isCompared(metric) || !isObject(config)) return false;
  const { counters, preset = 'auto' } = config;
  return counters === undefined && preset === 'auto';
}
