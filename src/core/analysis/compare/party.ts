import type { Metric } from '../../../api/analysis.ts';
import type { CompareConfig } from '../../../api/compare.ts';
import { parseDuration } from '../../../api/duration.ts';
import type { Issue } from '../../../api/meta.ts';
import { at, isObject } from '../../../api/path.ts';
import { compareConfig } from '../../../api/schema/compare.ts';
import { readConfig } from '../../../api/schema/step-plugins.ts';
import { type Configured, type Plan, planOf } from '../../compare/plan.ts';
import { COMPARE, isCompared } from './compared.ts';

export { COMPARE, isCompared } from './compared.ts';

/** Metrics of a run that are judged together. */
export interface Party {
  /** Names of the metrics, in the order of the plan. */
  readonly names: readonly string[];
  readonly plan: Plan;
}

/** What metrics that are judged together come to, or everything that keeps them from it. */
export type PartyRead =
  | { readonly kind: 'party'; readonly party: Party }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

/**
 * Reads the metrics that compare; `paths` says where each metric stands. Those of a dry run are a party of
 * their own, so they are not to be mixed with others here.
 */
export function partyOf(metrics: readonly Metric[], paths: (metric: Metric) => string): PartyRead {
  const mine = metrics.filter(isCompared);
  const issues: Issue[] = [];
  const configured: Configured[] = [];
  for (const metric of mine) {
    const path = at(paths(metric), 'provider', 'plugin', COMPARE);
    const read = readConfig(compareConfig, metric.provider.plugin?.[COMPARE], path);
    // The run's schedule leaves the warm-up out: nothing is measured in it.
    if (read.kind === 'config')
      configured.push({ name: metric.name, config: read.config, warmUpMs: 0, path });
    else issues.push(...read.issues);
    issues.push(...metricIssues(metric, paths(metric)));
    if (read.kind === 'config') issues.push(...counterIssues(read.config, path));
  }
  if (issues.length > 0) return { kind: 'issues', issues };
  const plan = planOf(configured);
  if (plan.kind === 'issues') return plan;
  return { kind: 'party', party: { names: configured.map(({ name }) => name), plan: plan.plan } };
}

/**
 * What is wrong with metrics that compare beside the fields of their configuration, which other rules tell
 * of. What comes from an argument is taken on trust.
 */
export function comparisonIssues(
  metrics: readonly Metric[],
  paths: (metric: Metric) => string,
): readonly Issue[] {
  const read = metrics.filter(isCompared).map((metric) => {
    const path = at(paths(metric), 'provider', 'plugin', COMPARE);
    return { metric, path, config: readConfig(compareConfig, metric.provider.plugin?.[COMPARE], path) };
  });
  const own = read.flatMap(({ metric, path, config }) => [
    ...metricIssues(metric, paths(metric)),
    ...(config.kind === 'config'
      ? counterIssues(config.config, path)
      : ofQueries(config.issues, metric, path)),
  ]);
  if (read.length === 0 || own.length > 0) return own;
  const configured = read.flatMap(({ metric: { name }, path, config }) =>
    config.kind === 'config' ? [{ name, config: config.config, warmUpMs: 0, path }] : [],
  );
  const plan = configured.length < read.length ? null : planOf(configured);
  return plan?.kind === 'issues' ? plan.issues : [];
}

/** The plan of one metric of a party: what its own evidence is gathered by. It counts as much as in all. */
export function planFor({ names, plan }: Party, name: string): Plan | null {
  const metric = plan.metrics[names.indexOf(name)];
  // Health is proven by all together.
  return metric === undefined ? null : { ...plan, metrics: [metric], endsWhenProven: false };
}

/** An argument may hold all of a query: that is looked at when it is known. */
const TOLD_APART = /\{\{\s*(?:hash\s*\}\}|service\s*\}\}|args\.)/;
const SHORTEST_MS = 5_000;
/** What a verdict that is not of one measurement has no use for. */
const WITHOUT_MEANING = [
  'successCondition',
  'failureCondition',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveSuccessLimit',
] as const;

function metricIssues(metric: Metric, path: string): readonly Issue[] {
  const { interval = '' } = metric;
  const span = parseDuration(interval);
  const isShort = span === null || span < SHORTEST_MS;
  return [
    ...(isShort && !interval.includes('{{')
      ? [{ path, message: `${COMPARE} compares looks, so it needs an interval of at least 5s` }]
      : []),
    ...WITHOUT_MEANING.filter((field) => ![undefined, '', 0, '0'].includes(metric[field])).map((field) => ({
      path,
      message: `${field} has no meaning for ${COMPARE}, which judges all of its measurements together`,
    })),
  ];
}

/** Queries hold placeholders of their sides, so that other rules take them on trust. */
function ofQueries(issues: readonly Issue[], { provider }: Metric, path: string): readonly Issue[] {
  const config = provider.plugin?.[COMPARE];
  const counters = isObject(config) ? config['counters'] : null;
  if (!isObject(counters)) return [];
  return Object.entries(counters).flatMap(([name, query]) =>
    typeof query === 'string' && query.includes('{{')
      ? issues.filter((issue) => issue.path === at(path, 'counters', name))
      : [],
  );
}

function counterIssues({ counters, preset, test, le }: CompareConfig, path: string): readonly Issue[] {
  if (counters === undefined) return [];
  const wrong = (message: string): readonly Issue[] => [{ path: at(path, 'counters'), message }];
  if (preset !== undefined) return wrong('set either counters or preset');
  // Without it a version would be compared with itself, and be found as good.
  const same = Object.entries(counters).filter(([, query]) => !TOLD_APART.test(query));
  if (same.length > 0)
    return same.map(([name]) => ({
      path: at(path, 'counters', name),
      message: 'must tell canary and stable version apart by {{hash}} or {{service}}',
    }));
  const has = (name: string) => Object.hasOwn(counters, name);
  const edges = Object.keys(counters).some((name) => /^le\s*[=:]/.test(name));
  if (test === 'exceedance')
    return has('buckets') || (edges && le !== 'auto') ? [] : wrong('test: exceedance needs buckets');
  if (!has('total')) return wrong('needs total');
  // Where requests themselves are compared none of them is bad.
  return has('bad') || test === 'throughput' ? [] : wrong('needs total and bad');
}
