import type { AnalysisRun, AnalysisTemplateSpec, Metric } from '../../api/analysis.ts';
import type { Manifest } from '../../api/meta.ts';
import { comparisonFamilies } from './comparisons.ts';
import { each } from './rollouts.ts';
import type { Family, Labels, Sample } from './text.ts';

/** A template of either kind. Those of the cluster have no namespace. */
type Template = Manifest & { readonly spec: AnalysisTemplateSpec };

/** What is shown of each analysis run and template, as of now. Series go with their object. */
export function analysisFamilies(
  runs: () => Iterable<AnalysisRun>,
  templates: () => Iterable<Template>,
): readonly Family[] {
  const phase = each(runs, (run) => ({ labels: { ...nameOf(run), phase: phaseOf(run) }, value: 1 }));
  return [
    gauge('analysis_run_info', 'Information about analysis run.', phase),
    gauge(
      'analysis_run_phase',
      'Phase of the analysis run (deprecated, use analysis_run_info). The phase that is; others are left out.',
      phase,
    ),
    gauge('analysis_run_metric_type', 'Provider of a metric of an analysis run.', {
      *[Symbol.iterator]() {
        for (const run of runs())
          for (const metric of run.spec.metrics) yield { labels: metricOf(run, metric), value: 1 };
      },
    }),
    gauge('analysis_run_metric_phase', 'Phase of a metric of an analysis run; other phases are left out.', {
      *[Symbol.iterator]() {
        for (const run of runs()) yield* metricPhases(run);
      },
    }),
    ...comparisonFamilies(runs),
    gauge(
      'analysis_template_info',
      'Information about analysis template.',
      each(templates, (template) => ({ labels: nameOf(template), value: 1 })),
    ),
    gauge('analysis_template_metric_info', 'Metrics of analysis templates.', {
      *[Symbol.iterator]() {
        for (const template of templates())
          for (const metric of template.spec.metrics ?? [])
            yield { labels: { ...nameOf(template), type: typeOf(metric), metric: metric.name }, value: 1 };
      },
    }),
  ];
}

function gauge(name: string, help: string, samples: Iterable<Sample>): Family {
  return { name, kind: 'gauge', help, samples };
}

function* metricPhases(run: AnalysisRun): Generator<Sample> {
  const metrics = new Map(run.spec.metrics.map((metric) => [metric.name, metric]));
  for (const { name, phase, dryRun } of run.status?.metricResults ?? []) {
    const metric = metrics.get(name);
    if (metric === undefined) continue;
    yield { labels: { ...metricOf(run, metric), dry_run: String(dryRun === true), phase }, value: 1 };
  }
}

function metricOf(run: AnalysisRun, metric: Metric): Labels {
  return { ...nameOf(run), metric: metric.name, type: typeOf(metric) };
}

function nameOf({ metadata: { namespace = '', name } }: Manifest): Labels {
  return { namespace, name };
}

function phaseOf({ status }: AnalysisRun): string {
  return status === undefined || status.phase === '' ? 'Pending' : status.phase;
}

/** `Prometheus`, `Web`: the provider's key as dashboards know it. */
function typeOf({ provider }: Metric): string {
  const [key = ''] = Object.keys(provider);
  return `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
}
