import type { Argument } from '../api/analysis.ts';
import type { ExperimentTemplate } from '../api/experiment.ts';
import type { ExperimentMetric, ExperimentMetricTemplate } from '../api/experiment-metric.ts';
import type { ExperimentDraft } from '../core/analysis/experiments.ts';
import { copyOf } from '../core/experiment/copies.ts';
import { fnv1a, safeName } from '../core/hash/fnv.ts';
import type { Subject, Versions } from './provider.ts';

/** A Service's name is no longer, and begins with that of its Experiment. */
const MOST_CHARACTERS = 63;

/** The Experiment of a measurement, or everything that keeps it from being made. */
export type Drafted =
  | { readonly kind: 'draft'; readonly draft: ExperimentDraft }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** The Experiment of a measurement. `versions` is null where the run is of no release. */
export function draftOf(metric: ExperimentMetric, subject: Subject, versions: Versions | null): Drafted {
  const problems = [...new Set(copied(metric))].flatMap((version) => missing(version, versions));
  if (problems.length > 0) return { kind: 'problems', problems };
  const { templates, analyses, ...spec } = metric;
  const deadline = copied(metric).map((version) => versions?.(version)?.progressDeadlineSeconds)[0];
  return {
    kind: 'draft',
    draft: {
      name: experimentName(subject, templates),
      metric: subject.metric,
      spec: {
        ...(deadline === undefined ? {} : { progressDeadlineSeconds: deadline }),
        ...spec,
        templates: templates.map((template) => templateOf(template, versions)),
        ...(analyses === undefined ? {} : { analyses: analyses.map((one) => withHashes(one, versions)) }),
      },
    },
  };
}

/**
 * `<run>-<metric>-<hash>-<number>`: the hash is of the run's uid and the metric, so that it is another name
 * in another run. Begins with a letter, and leaves room for what names of Services have behind it.
 */
export function experimentName(
  { run, metric, number }: Subject,
  templates: readonly { readonly name: string }[],
): string {
  const end = `-${safeName(fnv1a(`${run.uid}/${metric.toWellFormed()}`))}-${number}`;
  const longest = Math.max(...templates.map(({ name }) => name.length), 0);
  // One more for the hyphen, and two for a name that is somebody else's.
  const room = Math.max(1, MOST_CHARACTERS - end.length - longest - 3);
  const words = `${run.name}-${metric}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const kept = words
    .replace(/^[^a-z]+/, '')
    .slice(0, room)
    .replace(/-+$/, '');
  return `${kept === '' ? 'e' : kept}${end}`;
}

/** The versions that are needed. */
function copied({ templates, analyses = [] }: ExperimentMetric): readonly ('stable' | 'canary')[] {
  const ofArguments = analyses
    .flatMap(({ args = [] }) => args)
    .flatMap(({ valueFrom }) => valueFrom?.podTemplateHashValue ?? [])
    .map((which) => VERSIONS[which]);
  return [...templates.flatMap(({ specRef }) => specRef ?? []), ...ofArguments];
}

const VERSIONS = { Stable: 'stable', Latest: 'canary' } as const;

function missing(version: 'stable' | 'canary', versions: Versions | null): readonly string[] {
  if (versions === null)
    return [
      `there is no ${version} version to copy, as no Rollout has made this run: give the template a selector and a template`,
    ];
  return versions(version) === null ? [`the ${version} version has no ReplicaSet to copy`] : [];
}

function templateOf(wanted: ExperimentMetricTemplate, versions: Versions | null): ExperimentTemplate {
  const { specRef, template = {}, selector = {}, minReadySeconds, ...rest } = wanted;
  const version = specRef === undefined ? null : (versions?.(specRef) ?? null);
  const copy =
    version === null
      ? copyOf({ selector, template }, rest)
      : copyOf(version, { ...rest, ...(wanted.selector === undefined ? {} : { selector }) });
  return { ...copy, ...(minReadySeconds === undefined ? {} : { minReadySeconds }) };
}

/** Which hashes the versions have is known here, and not to the Experiment. */
function withHashes<T extends { readonly args?: readonly Argument[] }>(
  analysis: T,
  versions: Versions | null,
): T {
  const { args } = analysis;
  if (args === undefined) return analysis;
  const filled = args.map((arg) => {
    const which = arg.valueFrom?.podTemplateHashValue;
    if (which === undefined || arg.value !== undefined) return arg;
    return { name: arg.name, value: versions?.(VERSIONS[which])?.hash ?? '' };
  });
  return { ...analysis, args: filled };
}
