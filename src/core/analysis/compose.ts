import type {
  AnalysisRunSpec,
  AnalysisTemplateSpec,
  DryRun,
  MeasurementRetention,
  Metric,
} from '../../api/analysis.ts';
import type { Issue, Manifest } from '../../api/meta.ts';
import { find } from '../../api/path.ts';
import type { RolloutAnalysis } from '../../api/rollout.ts';
import { argumentsOf, mergeArguments } from './arguments.ts';
import { asksRouter } from './compare/compared.ts';
import { flatten } from './flatten.ts';
import { resolveMetrics } from './resolve.ts';

/** What a run is made from. */
export interface Composition {
  /** The analysis of a step, or that in the background. */
  readonly analysis: RolloutAnalysis;
  /** Every template that may be named, by the keys of `templateKey`; null where there is none. */
  readonly templates: Readonly<Record<string, AnalysisTemplateSpec | null>>;
  /** What the analysis is of, a Rollout or an Experiment: arguments may name its fields. */
  readonly rollout: Manifest;
  readonly stableHash: string;
  readonly latestHash: string;
  /** Where the analysis stands in the Rollout, for issues, e.g. `spec.strategy.canary.steps[1].analysis`. */
  readonly path: string;
}

/** A run's spec, or everything that keeps it from being made. */
export type Composed =
  | { readonly kind: 'spec'; readonly spec: AnalysisRunSpec }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

/**
 * Puts all metrics of an analysis's templates into the spec of one run, with every argument resolved that is
 * no Secret. Arguments that no template asks for are dropped. Texts of issues are the original's where it has
 * one.
 */
export function composeRun(want: Composition): Composed {
  const { analysis, templates, path } = want;
  const flat = flatten(analysis.templates ?? [], templates);
  const merged = mergeArguments(flat.templates.map(({ spec }) => spec.args ?? []));
  const args = argumentsOf(merged.args, analysis.args ?? [], want);
  const specs = flat.templates.map((template) => template.spec);
  const metrics = specs.flatMap((spec) => spec.metrics ?? []);
  const dryRun: readonly DryRun[] = [
    ...(analysis.dryRun ?? []),
    ...specs.flatMap((spec) => spec.dryRun ?? []),
  ];
  const retention: readonly MeasurementRetention[] = [
    ...(analysis.measurementRetention ?? []),
    ...specs.flatMap((spec) => spec.measurementRetention ?? []),
  ];
  const problems = [
    ...flat.circles.map((names) => `templates name each other in a circle: ${names.join(', ')}`),
    ...repeated(metrics.map(({ name }) => name)).map((name) => `two metrics have the same name '${name}'`),
    ...merged.problems,
    ...ruleProblems('Dry-Run', dryRun),
    ...ruleProblems('Measurement Retention', retention),
    // What a template lacks cannot be told before all templates are there.
    ...(flat.missing.length > 0 ? [] : args.problems),
  ];
  const issues = [
    ...flat.missing.map((ref) => invalid(path, ref.name, `${ref.kind} '${ref.name}' not found`)),
    ...problems.map((problem) => invalid(path, namesOf(flat.templates), problem)),
  ];
  if (issues.length > 0) return { kind: 'issues', issues };
  const spec: AnalysisRunSpec = {
    metrics,
    ...(args.args.length === 0 ? {} : { args: args.args }),
    ...(dryRun.length === 0 ? {} : { dryRun }),
    ...(retention.length === 0 ? {} : { measurementRetention: retention }),
  };
  // A run that would be refused as soon as it is there must not be made.
  const resolved = resolveMetrics(spec, null);
  const reasons = resolved.kind === 'metrics' ? unrouted(resolved.metrics, want.rollout) : resolved.reasons;
  if (reasons.length === 0) return { kind: 'spec', spec };
  const refusals = reasons.map((reason) => invalid(path, namesOf(flat.templates), reason));
  return { kind: 'issues', issues: refusals };
}

/** Whose counters are compared is told by the traffic router, where nobody says it. */
function unrouted(metrics: readonly Metric[], rollout: Manifest): readonly string[] {
  const isRouted = find(rollout, 'spec.strategy.canary.trafficRouting').length > 0;
  const asking = isRouted || rollout.kind !== 'Rollout' ? [] : metrics.filter(asksRouter);
  return asking.map(
    ({ name }) => `metric '${name}' needs preset or counters, as the Rollout has no traffic router`,
  );
}

function namesOf(templates: readonly { readonly name: string }[]): string {
  return `templateNames: [${templates.map(({ name }) => name).join(' ')}]`;
}

function invalid(path: string, value: string, reason: string): Issue {
  return { path: `${path}.templates`, message: `Invalid value: "${value}": ${reason}` };
}

function ruleProblems(kind: string, rules: readonly (DryRun | MeasurementRetention)[]): readonly string[] {
  const names = rules.map(({ metricName }) => metricName);
  return repeated(names).map((name) => `two ${kind} metric rules have the same name '${name}'`);
}

/** Each name that is there more than once, once. */
function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
}
