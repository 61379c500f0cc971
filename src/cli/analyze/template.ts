import { parseDuration } from '../../api/duration.ts';
import { isObject, keysOf } from '../../api/path.ts';
import { compareConfig } from '../../api/schema/compare.ts';
import { readConfig } from '../../api/schema/step-plugins.ts';
import { type Configured, type Plan, planOf } from '../../core/compare/plan.ts';
import { type Placed, parseText, type Source } from '../../shell/manifests/text.ts';

/** What is judged, or everything that is wrong with the manifests, each with its place. */
export type TemplateRead =
  | {
      readonly kind: 'plan';
      readonly plan: Plan;
      /** Metrics that counters cannot tell. */
      readonly others: readonly string[];
    }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** The name of the plugin. */
export const PLUGIN = 'sluice/compare';
const KINDS = ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'];

/** Reads the metrics of `sluice/compare` from manifests. They are judged together. */
export function readTemplates(sources: readonly Source[]): TemplateRead {
  const parsed = sources.map((source) => ({ source, ...parseText(source) }));
  const flaws = parsed.flatMap(({ source, flaws: all }) =>
    all
      .filter(({ severity }) => severity === 'error')
      .map(({ line, column, message }) => `${source.file}:${line}:${column}: ${message}`),
  );
  const metrics = parsed.flatMap(({ objects }) => objects.filter(isTemplate).flatMap(metricsIn));
  const read = metrics.map(configured);
  const wrong = [...flaws, ...read.flatMap((one) => (typeof one === 'string' ? [] : one.problems))];
  if (wrong.length > 0) return { kind: 'problems', problems: wrong };
  const mine = read.flatMap((one) => (typeof one === 'string' ? [] : one.configured));
  if (mine.length === 0) {
    const message = `no metric with provider.plugin["${PLUGIN}"] in ${sources.map(({ file }) => file).join(', ')}`;
    return { kind: 'problems', problems: [message] };
  }
  const plan = planOf(mine);
  if (plan.kind === 'plan')
    return { ...plan, others: read.flatMap((one) => (typeof one === 'string' ? [one] : [])) };
  return { kind: 'problems', problems: plan.issues.map(({ path, message }) => `${path}: ${message}`) };
}

function isTemplate({ value }: Placed): boolean {
  return isObject(value) && KINDS.includes(String(value['kind']));
}

interface Found {
  readonly object: Placed;
  readonly path: string;
  readonly metric: Readonly<Record<string, unknown>>;
}

function metricsIn(object: Placed): readonly Found[] {
  const spec = isObject(object.value) ? object.value['spec'] : null;
  const metrics: unknown = isObject(spec) ? spec['metrics'] : null;
  if (!Array.isArray(metrics)) return [];
  return metrics.flatMap((metric: unknown, i) =>
    isObject(metric) ? [{ object, path: `spec.metrics[${i}]`, metric }] : [],
  );
}

/** A metric of ours, what is wrong with it, or the name of one that is not ours. */
function configured({
  object,
  path,
  metric,
}: Found): string | { readonly configured: readonly Configured[]; readonly problems: readonly string[] } {
  const name = typeof metric['name'] === 'string' ? metric['name'] : path;
  const provider = metric['provider'];
  const plugin = isObject(provider) ? provider['plugin'] : null;
  if (!isObject(plugin) || !Object.hasOwn(plugin, PLUGIN)) return name;
  const at = `${path}.provider.plugin["${PLUGIN}"]`;
  const read = readConfig(compareConfig, plugin[PLUGIN], at);
  const delay = metric['initialDelay'] ?? '0s';
  const warmUpMs = typeof delay === 'string' ? parseDuration(delay) : null;
  const issues = [
    ...(read.kind === 'issues' ? read.issues : []),
    ...(warmUpMs === null || warmUpMs < 0
      ? [{ path: `${path}.initialDelay`, message: 'must be a duration' }]
      : []),
  ];
  if (read.kind === 'config' && issues.length === 0)
    return { configured: [{ name, config: read.config, warmUpMs: warmUpMs ?? 0, path: at }], problems: [] };
  const placed = issues
    .map((issue) => ({ ...issue, ...object.place(keysOf(issue.path) ?? []) }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  const problems = placed.map(
    (issue) => `${object.file}:${issue.line}:${issue.column}: ${issue.path}: ${issue.message}`,
  );
  return { configured: [], problems };
}
