import type { Json } from '../api/meta.ts';
import type { metricPlugins } from '../api/schema/metric-plugins.ts';
import { unknownPlugin } from '../api/validate/metric-plugins.ts';
import { type BoundProvider, entry, type NoProvider, type ProviderEntry } from './bind.ts';
import { compare } from './compare/compare.ts';
import { dynatrace } from './dynatrace.ts';
import { elasticsearch } from './elasticsearch.ts';
import { experiment } from './experiment.ts';
import { googleCloudMonitoring } from './google-cloud-monitoring.ts';
import { loki } from './loki.ts';
import { splunk } from './splunk.ts';

/**
 * Metric providers under `provider.plugin`, by name. All are built in: programs are not loaded. Their
 * schemas are in the table `metricPlugins`, by which manifests are checked.
 */
export const plugins = {
  'sluice/compare': entry(compare),
  'sluice/loki': entry(loki),
  'sluice/elasticsearch': entry(elasticsearch),
  'sluice/dynatrace': entry(dynatrace),
  'sluice/splunk': entry(splunk),
  'sluice/google-cloud-monitoring': entry(googleCloudMonitoring),
  'sluice/experiment': entry(experiment),
} as const satisfies Readonly<Record<keyof typeof metricPlugins, ProviderEntry>>;

/** The plugin of a metric: exactly one must be named, known, and have the right fields. Pure. */
export function pluginOf(named: Readonly<Record<string, Json>>): BoundProvider | NoProvider {
  const [first, second] = Object.entries(named);
  if (first === undefined) return { kind: 'error', message: 'no provider specified' };
  if (second !== undefined) return { kind: 'error', message: 'multiple providers specified' };
  const [name, config] = first;
  if (!isKnown(name)) return { kind: 'error', message: unknownPlugin(name) };
  return plugins[name].bind(config ?? {});
}

function isKnown(name: string): name is keyof typeof plugins {
  return Object.hasOwn(plugins, name);
}
