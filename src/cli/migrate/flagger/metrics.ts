import type { Argument, Metric } from '../../../api/analysis.ts';
import { type Fields, fieldsOf, shortDuration, specOf, textOf } from '../fields.ts';
import { type Given, named } from '../neighbours.ts';
import { builtInQuery, isBuiltIn } from './builtin.ts';
import { type Canary, numberOf } from './canary.ts';
import { prometheusSource, type Source, sourceOf } from './providers.ts';
import { queryOf } from './query.ts';

/**
 * How long a metric is looked at: for as long as there are steps, until it was good so many times in a row,
 * or as an argument of the template says, by whose default it is the former.
 */
export type Course =
  | { readonly kind: 'beside' }
  | { readonly kind: 'until'; readonly successes: number }
  | { readonly kind: 'argument' };

/** The argument of a template that says how often in a row a metric must be good; 0: there is no end. */
export const SUCCESSES: Argument = { name: 'successes', value: '0' };

/** Metrics in our words, with what they need and what is left out. */
export interface Metrics {
  readonly metrics: readonly Metric[];
  readonly args: readonly Argument[];
  readonly lost: readonly string[];
  readonly notes: readonly string[];
}

/** Where a query cannot be asked it is asked again after so long. */
const AGAIN_MS = 10_000;

/** The metrics of an analysis of Flagger. */
export function metricsOf(canary: Canary, given: Given, course: Course): Metrics {
  const all = canary.analysis.metrics.map((metric) => metricOf(metric, canary, given, course));
  return {
    metrics: all.flatMap(({ metrics }) => metrics),
    args: all.flatMap(({ args }) => args),
    lost: all.flatMap(({ lost }) => lost),
    notes: all.flatMap(({ notes }) => notes),
  };
}

function metricOf(metric: Fields, canary: Canary, given: Given, course: Course): Metrics {
  const name = textOf(metric['name']);
  const found = sourceFor(metric, canary, given);
  if (found.kind === 'none')
    return { metrics: [], args: [], lost: [`metric ${name}: ${found.why}`], notes: [] };
  const { provider, args, notes } = found;
  const condition = conditionOf(metric, found);
  return {
    metrics: [{ name: metricName(name), ...pace(canary, course), successCondition: condition, provider }],
    args,
    lost: [],
    notes,
  };
}

/** A metric's name as the names of objects are written. */
export function metricName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'metric'
  );
}

/**
 * Flagger counts failed checks up to its threshold. A query that cannot be asked is one there; here it is
 * asked again sooner, and may fail for as long.
 */
export function pace(
  { analysis }: Canary,
  course: Course,
): Pick<
  Metric,
  'interval' | 'initialDelay' | 'consecutiveSuccessLimit' | 'failureLimit' | 'consecutiveErrorLimit'
> {
  const { intervalMs, threshold } = analysis;
  const interval = shortDuration(intervalMs);
  const errors = Math.ceil((threshold * intervalMs) / AGAIN_MS) - 1;
  return {
    initialDelay: interval,
    interval,
    ...successesOf(course),
    failureLimit: threshold - 1,
    consecutiveErrorLimit: Math.max(errors, 1),
  };
}

function successesOf(course: Course): Pick<Metric, 'consecutiveSuccessLimit'> {
  switch (course.kind) {
    case 'beside':
      return {};
    case 'until':
      return { consecutiveSuccessLimit: course.successes };
    case 'argument':
      return { consecutiveSuccessLimit: `{{args.${SUCCESSES.name}}}` };
    default:
      return course satisfies never;
  }
}

function sourceFor(metric: Fields, canary: Canary, given: Given): Source {
  const name = textOf(metric['name']);
  const interval = textOf(metric['interval']) || '1m';
  const reference = fieldsOf(metric['templateRef']);
  if (textOf(reference['name']) !== '') return templateSource(metric, { canary, given, interval });
  const own = textOf(metric['query']);
  if (own !== '') return prometheusSource(canary.metricsServer, own.trim());
  if (!isBuiltIn(name)) return { kind: 'none', why: 'it has neither a templateRef nor a query' };
  const query = builtInQuery(name, canary, interval);
  if (query === null) {
    const { provider } = canary;
    const mesh = provider.kind === 'other' ? provider.name : provider.kind;
    return {
      kind: 'none',
      why: `the figures of ${mesh} go by Deployments, which the versions of a Rollout are not; take a MetricTemplate of your own`,
    };
  }
  return prometheusSource(canary.metricsServer, query);
}

function templateSource(
  metric: Fields,
  { canary, given, interval }: { readonly canary: Canary; readonly given: Given; readonly interval: string },
): Source {
  const name = textOf(fieldsOf(metric['templateRef'])['name']);
  const template = named(given, 'MetricTemplate', name);
  if (template === null) return { kind: 'none', why: `metrictemplate/${name} is not there` };
  const { provider, query } = specOf(template);
  const variables = fieldsOf(metric['templateVariables']);
  const asked = queryOf(textOf(query), canary, { interval, variables });
  if (asked.kind === 'unknown')
    return { kind: 'none', why: `nobody fills {{ ${asked.name} }} into the query of metrictemplate/${name}` };
  const source = sourceOf({ provider: fieldsOf(provider), query: asked.text, interval });
  if (source.kind === 'none' || !asked.isUnclear) return source;
  const { target, service } = canary;
  const doubt = `metric ${textOf(metric['name'])}: its query goes by the name ${target}, which both versions of a Rollout have; tell them apart by the Service ${service.canary} or by {{args.canary-hash}}`;
  return { ...source, notes: [...source.notes, doubt] };
}

/** A range of values, in a condition. No value at all is a failed check, as with Flagger. */
function conditionOf(metric: Fields, source: Extract<Source, { kind: 'source' }>): string {
  const { min, max } = fieldsOf(metric['thresholdRange']);
  const { value, some } = source;
  const isRange = metric['thresholdRange'] !== undefined && metric['thresholdRange'] !== null;
  const old = numberOf(metric['threshold']) ?? 0;
  const isLeast = metric['name'] === 'request-success-rate';
  const least = isRange ? numberOf(min) : isLeast ? old : null;
  const most = isRange ? numberOf(max) : isLeast ? null : old;
  const bounds = [
    ...(least === null ? [] : [`${value} >= ${least}`]),
    ...(most === null ? [] : [`${value} <= ${most}`]),
  ];
  return [some, ...bounds].join(' && ');
}
