import { EXPERIMENT, type ExperimentMetric } from '../experiment-metric.ts';
import type { Issue, Json } from '../meta.ts';
import { at, isObject, keysOf } from '../path.ts';
import { metricPlugins } from '../schema/metric-plugins.ts';
import { readConfig } from '../schema/step-plugins.ts';
import { experimentMetricIssues } from './experiment-metric.ts';

/**
 * Everything that is wrong with the plugins of a metric's provider, which stand at `path`. What comes from an
 * argument (`{{args.x}}`) is taken on trust: it is looked at again when it is known.
 */
export function metricPluginIssues(
  path: string,
  plugins: Readonly<Record<string, Json>> | undefined,
): readonly Issue[] {
  const named = Object.entries(plugins ?? {});
  // That there are several is told already.
  if (named.length > 1) return [];
  return named.flatMap(([name, config]) => {
    const here = at(path, name);
    if (!isKnown(name)) return [{ path: here, message: unknownPlugin(name) }];
    const read = readConfig<unknown>(metricPlugins[name], config, here);
    const issues = read.kind === 'issues' ? read.issues : meaningIssues(name, here, read.config);
    return issues.filter((issue) => !isTemplate(valueAt(config, issue.path.slice(here.length))));
  });
}

/** What is wrong with a configuration whose fields are right. */
function meaningIssues(name: string, path: string, config: unknown): readonly Issue[] {
  return name === EXPERIMENT ? experimentMetricIssues(path, config as ExperimentMetric) : [];
}

/** What is said of a name that no plugin has. Programs are not loaded, so no other can be there. */
export function unknownPlugin(name: string): string {
  return `unknown metric plugin "${name}"; known are ${Object.keys(metricPlugins).join(', ')}`;
}

function isKnown(name: string): name is keyof typeof metricPlugins {
  return Object.hasOwn(metricPlugins, name);
}

function valueAt(config: Json, path: string): unknown {
  const keys = keysOf(path.replace(/^\./, '')) ?? [];
  return keys.reduce<unknown>(
    (value, key) =>
      isObject(value) || Array.isArray(value) ? (value as Readonly<Record<string, unknown>>)[key] : undefined,
    config,
  );
}

function isTemplate(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{');
}
