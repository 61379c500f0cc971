import type { AnalysisRunSpec, Metric, SecretKeyRef } from '../../api/analysis.ts';
import type { Issue } from '../../api/meta.ts';
import { analysisSpecIssues } from '../../api/validate/index.ts';
import { withNumbers } from './compare/numbers.ts';
import { isCompared, partyOf } from './compare/party.ts';
import { fillExperiment, isExperiment } from './experiments-arguments.ts';
import { isDryRun } from './rules.ts';
import { type Substituted, substitute } from './substitute.ts';

/** The metrics of a run with all arguments filled in, or why the run cannot go on. */
export type Resolved = { readonly kind: 'metrics'; readonly metrics: readonly Metric[] } | Problem;

/** Why a run cannot go on: all reasons, and the message for its status. */
export interface Problem {
  readonly kind: 'problem';
  readonly reasons: readonly string[];
  readonly message: string;
}

/** An argument whose value is in a Secret. */
export interface SecretArgument {
  readonly name: string;
  readonly ref: SecretKeyRef;
}

/** The arguments of a run that are read from Secrets whenever something is measured. */
export function secretArguments(spec: AnalysisRunSpec): readonly SecretArgument[] {
  return (spec.args ?? []).flatMap(({ name, value, valueFrom }) => {
    const ref = valueFrom?.secretKeyRef;
    return value === undefined && ref !== undefined ? [{ name, ref }] : [];
  });
}

/**
 * Fills arguments into the metrics and checks what comes out. Values of Secrets come by argument name; null
 * leaves their placeholders standing, which is enough to know when to measure and what is allowed.
 */
export function resolveMetrics(spec: AnalysisRunSpec, secrets: ReadonlyMap<string, string> | null): Resolved {
  const isSecret = new Set(secretArguments(spec).map(({ name }) => name));
  const values = new Map<string, string>();
  const missing: string[] = [];
  for (const { name, value } of spec.args ?? []) {
    const known = isSecret.has(name) ? secrets?.get(name) : value;
    if (known !== undefined) values.set(`args.${name}`, known);
    else if (!isSecret.has(name)) missing.push(`argument "${name}" was not supplied`);
  }
  const keep = new Set([...isSecret].map((name) => `args.${name}`));
  const filled = fill(spec.metrics ?? [], values, keep);
  const without = new Set((spec.args ?? []).map(({ name }) => `args.${name}`));
  const unknown = filled.unresolved.filter((name) => !without.has(name));
  const unresolved = unknown.map((name) => `failed to resolve {{${name}}}`);
  const problems = [...missing, ...unresolved, ...filled.problems];
  if (problems.length > 0) return argumentProblem(problems);
  return check({ ...spec, metrics: filled.value });
}

/** Queries of comparisons have placeholders of their own: for the side that is asked for, and the time. */
const OF_SIDES = ['hash', 'service', 'window', 'from', 'to'];

function fill(
  metrics: readonly Metric[],
  values: ReadonlyMap<string, string>,
  keep: ReadonlySet<string>,
): Substituted<readonly Metric[]> {
  const each = metrics.map((metric) => {
    if (isExperiment(metric)) return fillExperiment(metric, values, keep);
    if (!isCompared(metric)) return substitute(metric, values, keep);
    const filled = substitute(metric, values, new Set([...keep, ...OF_SIDES]));
    return { ...filled, value: withNumbers(metric, filled.value) };
  });
  return {
    value: each.map(({ value }) => value),
    unresolved: [...new Set(each.flatMap(({ unresolved }) => unresolved))],
    problems: [...new Set(each.flatMap(({ problems }) => problems))],
  };
}

/** Arguments that could not be had: the original's words around reasons. */
export function argumentProblem(reasons: readonly string[]): Problem {
  const message = `Unable to resolve metric arguments: ${reasons.join('; ')}`;
  return { kind: 'problem', reasons, message };
}

/** A spec that cannot be followed: the original's words around reasons. */
export function specProblem(reasons: readonly string[]): Problem {
  return { kind: 'problem', reasons, message: `Analysis spec invalid: ${reasons.join('; ')}` };
}

function check(spec: AnalysisRunSpec): Resolved {
  const shape = analysisSpecIssues(spec);
  const issues = shape.length > 0 ? shape : compareIssues(spec);
  if (issues.length === 0) return { kind: 'metrics', metrics: spec.metrics };
  // That there is nothing to measure is told without a path.
  return specProblem(
    issues.map(({ path, message }) => (path === 'metrics' ? message : `${path}: ${message}`)),
  );
}

/** What keeps metrics from being judged together. */
function compareIssues({ metrics, dryRun }: AnalysisRunSpec): readonly Issue[] {
  return [true, false].flatMap((dry) => {
    const party = metrics.filter((metric) => isCompared(metric) && isDryRun(dryRun, metric.name) === dry);
    if (party.length === 0) return [];
    const read = partyOf(party, (metric) => `metrics[${metrics.indexOf(metric)}]`);
    return read.kind === 'issues' ? read.issues : [];
  });
}
