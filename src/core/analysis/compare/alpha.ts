import type {
  AnalysisRun,
  AnalysisRunSpec,
  AnalysisTemplateRef,
  AnalysisTemplateSpec,
  Metric,
} from '../../../api/analysis.ts';
import { ANNOTATION } from '../../../api/keys.ts';
import type { Json } from '../../../api/meta.ts';
import { isObject } from '../../../api/path.ts';
import { DEFAULT_ALPHA } from '../../compare/plan.ts';
import { flatten } from '../flatten.ts';
import { isDryRun } from '../rules.ts';
import { COMPARE, isCompared } from './compared.ts';

/** Templates that are named, by the keys of `templateKey`; null where there is none. */
type Templates = Readonly<Record<string, AnalysisTemplateSpec | null>>;
type Refs = readonly AnalysisTemplateRef[];

/**
 * Into how many parts the alpha of a release is split for an inline analysis: the number of `steps` that
 * compare by the same template, of the one that most do. `own` are the templates of the analysis, which is
 * one of the steps; 1 where it compares nothing.
 * Each template then fails a healthy release with a chance of at most alpha over all steps.
 */
export function partsOfAlpha(own: Refs, steps: readonly Refs[], templates: Templates): number {
  const others = steps.map((refs) => new Set(comparingIn(refs, templates)));
  const uses = comparingIn(own, templates).map((key) => others.filter((other) => other.has(key)).length);
  return Math.max(1, ...uses);
}

/** Keys of the templates that `refs` lead to and that compare. */
function comparingIn(refs: Refs, templates: Templates): readonly string[] {
  return flatten(refs, templates)
    .templates.filter(({ spec }) => spec.metrics?.some(isCompared) === true)
    .map(({ key }) => key);
}

/**
 * The spec by which a run is judged: where its template leaves `alpha` to us, it is the part of a release's
 * that was noted on the run when it was made, so that no later edit of the steps moves the line.
 */
export function judgedSpec({ metadata, spec }: Pick<AnalysisRun, 'metadata' | 'spec'>): AnalysisRunSpec {
  const parts = partsIn(metadata.annotations?.[ANNOTATION.alphaParts]);
  if (parts === 1) return spec;
  const isDry = ({ name }: Metric) => isDryRun(spec.dryRun, name);
  const given = (spec.metrics ?? []).filter(hasAlpha).map(isDry);
  const metrics = (spec.metrics ?? []).map((metric) =>
    isCompared(metric) && !given.includes(isDry(metric)) ? withAlpha(metric, DEFAULT_ALPHA / parts) : metric,
  );
  return { ...spec, metrics };
}

function partsIn(text = ''): number {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 1;
}

function hasAlpha(metric: Metric): boolean {
  const config = metric.provider.plugin?.[COMPARE];
  return isObject(config) && config['alpha'] !== undefined;
}

/** What is no configuration at all is told as that elsewhere. */
function withAlpha(metric: Metric, alpha: number): Metric {
  const config: Json | undefined = metric.provider.plugin?.[COMPARE];
  if (!isObject(config)) return metric;
  const plugin = { ...metric.provider.plugin, [COMPARE]: { ...config, alpha } };
  return { ...metric, provider: { ...metric.provider, plugin } };
}
