import type { AnalysisTemplateSpec, Metric } from '../../api/analysis.ts';
import { describeDuration, parsePause } from '../../api/duration.ts';
import type { Manifest } from '../../api/meta.ts';
import { find } from '../../api/path.ts';
import type { CanaryStep, Rollout, RolloutAnalysis } from '../../api/rollout.ts';
import { isCompared } from '../../core/analysis/compare/party.ts';
import { isExperiment } from '../../core/analysis/experiments-arguments.ts';
import { flatten } from '../../core/analysis/flatten.ts';
import { isDryRun } from '../../core/analysis/rules.ts';
import { limits } from '../../core/rollout/limits.ts';
import { splitByWeight } from '../../core/rollout/split.ts';
import { GATE } from '../../core/steps/stored.ts';
import { analysisSpan } from '../../view/explain/timing.ts';
import { sayStep } from '../../view/steps.ts';
import { analysesIn, templatesIn } from './neighbours.ts';

const OF_EXPERIMENTS = 'spec.strategy.canary.steps[].experiment.analyses[]';

type Templates = Readonly<Record<string, AnalysisTemplateSpec>>;

/** What is worth a second thought in a Rollout and its analyses, whatever happens. In sentences. */
export function adviceOn(rollout: Manifest & Rollout, others: readonly Manifest[]): readonly string[] {
  const templates = templatesIn(others, rollout.metadata.namespace ?? '');
  const analyses = analysesIn(rollout);
  const metrics = analyses.flatMap(({ analysis }) => metricsOf(analysis, templates));
  return [
    ...(analyses.length === 0 && find(rollout, OF_EXPERIMENTS).length === 0
      ? ['there is no analysis: only people and readiness probes can stop a bad release']
      : []),
    ...new Set(metrics.flatMap(({ metric, dryRun }) => cannotFail(metric, dryRun))),
    ...waits(rollout),
    ...blueGreen(rollout, templates),
    ...tooShort(rollout, templates),
    ...coarse(rollout),
  ];
}

function metricsOf(
  { templates: refs = [], dryRun }: RolloutAnalysis,
  templates: Templates,
): readonly { readonly metric: Metric; readonly dryRun: boolean }[] {
  return flatten(refs, templates).templates.flatMap(({ spec }) =>
    (spec.metrics ?? []).map((metric) => ({
      metric,
      dryRun: isDryRun(dryRun, metric.name) || isDryRun(spec.dryRun, metric.name),
    })),
  );
}

/** Why a metric can never bring a release down. */
function cannotFail(metric: Metric, dryRun: boolean): readonly string[] {
  const { name, successCondition = '', failureCondition = '', failureLimit } = metric;
  const says = (why: string): readonly string[] => [`metric ${name} cannot fail: ${why}`];
  if (dryRun) return says('it is in dry-run mode');
  if (isCompared(metric) || isExperiment(metric) || metric.provider.job !== undefined) return [];
  if (successCondition === '' && failureCondition === '')
    return says('it has neither a successCondition nor a failureCondition');
  return String(failureLimit) === '-1' ? says('failureLimit is -1') : [];
}

function waits(rollout: Rollout): readonly string[] {
  const steps = stepsOf(rollout);
  return steps.flatMap((step, i) => {
    const place = `step ${i + 1}/${steps.length}`;
    if (step.plugin?.name === GATE) return [`${place} waits for people: ${sayStep(step, i)}`];
    const { pause } = step;
    return pause !== undefined && pause.duration === undefined ? [`${place} waits for a person`] : [];
  });
}

/** What a switch of all users at once makes one think of. */
function blueGreen({ spec }: Rollout, templates: Templates): readonly string[] {
  const { blueGreen: strategy } = spec.strategy ?? {};
  if (strategy === undefined) return [];
  const { autoPromotionEnabled, prePromotionAnalysis: pre, postPromotionAnalysis: post } = strategy;
  const asked = pre === undefined ? [] : metricsOf(pre, templates);
  return [
    ...(autoPromotionEnabled === false ? ['it waits for a person before the switch'] : []),
    ...(pre === undefined && post !== undefined
      ? [
          'it is judged only behind the switch: all users get the new version before anything has looked at it',
        ]
      : []),
    ...(asked.some(({ metric }) => metric.provider.prometheus !== undefined)
      ? ['the pre-promotion analysis counts requests, and users do not visit the preview: somebody must']
      : []),
  ];
}

/** A background analysis that is not over when the release is. */
function tooShort(rollout: Rollout, templates: Templates): readonly string[] {
  const { analysis } = rollout.spec.strategy?.canary ?? {};
  if (analysis === undefined) return [];
  const span = analysisSpan(analysis, templates);
  const later = stepsOf(rollout).slice(analysis.startingStep ?? 0);
  const lengths = later.map((step) => lengthOf(step, templates));
  if (span.kind !== 'known' || lengths.includes(null)) return [];
  const leftMs = lengths.reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
  if (span.ms <= leftMs) return [];
  return [
    `the background analysis takes ${describeDuration(span.ms)} for all its measurements, and the steps after its start only ${describeDuration(leftMs)}: the release is over before it is`,
  ];
}

/** At least; null where it is not known, or waits for somebody. */
function lengthOf(step: CanaryStep, templates: Templates): number | null {
  if (step.pause !== undefined) {
    const pause = parsePause(step.pause.duration);
    return pause.kind === 'timed' ? pause.seconds * 1000 : null;
  }
  if (step.analysis === undefined) return 0;
  const span = analysisSpan(step.analysis, templates);
  return span.kind === 'known' ? span.ms : null;
}

/** The share of the pods that comes of a weight differs by more than this, in percent. */
const COARSE_PERCENT = 10;

/** Without a router the share of the pods is what counts, and few pods make large shares. */
function coarse(rollout: Rollout): readonly string[] {
  const { canary = {} } = rollout.spec.strategy ?? {};
  const { replicas = 1 } = rollout.spec;
  if (canary.trafficRouting !== undefined || replicas === 0) return [];
  const { maxSurge } = limits(canary, replicas);
  const steps = stepsOf(rollout);
  return steps.flatMap(({ setWeight }, i) => {
    if (setWeight === undefined || setWeight === 0 || setWeight === 100) return [];
    const pods = splitByWeight({ replicas, weight: setWeight, maxWeight: 100, maxSurge });
    const all = pods.canary + pods.stable;
    const share = Math.round((100 * pods.canary) / all);
    if (Math.abs(share - setWeight) < COARSE_PERCENT) return [];
    return [
      `step ${i + 1}/${steps.length} asks for ${setWeight}%, and ${pods.canary} of ${all} pods are ${share}%: without trafficRouting shares are those of pods`,
    ];
  });
}

function stepsOf(rollout: Rollout): readonly CanaryStep[] {
  return rollout.spec.strategy?.canary?.steps ?? [];
}
