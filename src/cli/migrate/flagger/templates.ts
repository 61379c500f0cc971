import type { AnalysisTemplate, Argument, Metric } from '../../../api/analysis.ts';
import { API_VERSION } from '../../../api/keys.ts';
import type { RolloutAnalysis } from '../../../api/rollout.ts';
import type { Fields } from '../fields.ts';
import type { Given } from '../neighbours.ts';
import type { Canary } from './canary.ts';
import { type Course, metricsOf, SUCCESSES } from './metrics.ts';
import {
  acceptanceMetric,
  gateMetric,
  gateName,
  gateTemplate,
  type Hooks,
  loadMetric,
  rollbackMetric,
} from './webhooks.ts';

/** An analysis as a Rollout names it, with its templates; without a template it has nothing to ask. */
export interface Judged {
  readonly analysis: RolloutAnalysis;
  readonly templates: readonly AnalysisTemplate[];
  readonly lost: readonly string[];
  readonly notes: readonly string[];
}

/** What every template may need to know. */
const NAMESPACE: Argument = {
  name: 'namespace',
  valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } },
};
const HASH: Argument = { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } };

/** The metrics as a template; null where there is none, and nothing to say of one. */
export function judged(canary: Canary, given: Given, course: Course): Judged | null {
  const { metrics, args, lost, notes } = metricsOf(canary, given, course);
  if (metrics.length === 0) return lost.length === 0 ? null : { analysis: {}, templates: [], lost, notes };
  const own = course.kind === 'argument' ? [SUCCESSES, ...unique(args)] : unique(args);
  return { ...templated(canary, 'analysis', metrics, own), lost, notes };
}

/** The same metrics, until each was good once. */
export function onceGood({ analysis, ...rest }: Judged): Judged {
  const args = [...(analysis.args ?? []), { name: SUCCESSES.name, value: '1' }];
  return { ...rest, analysis: { ...analysis, args } };
}

/** Load tests as a template; null where there are none. */
export function loads(canary: Canary, hooks: Hooks, course: Course): Judged | null {
  const metrics = hooks.rollout.map((hook) => loadMetric(hook, canary, course));
  return metrics.length === 0 ? null : { ...templated(canary, 'load', metrics, []), lost: [], notes: [] };
}

/** Whoever may wish to go back, as a template; null where nobody is asked. */
export function rollbacks(canary: Canary, hooks: Hooks): Judged | null {
  const metrics = hooks.rollback.map((hook) => rollbackMetric(hook, canary));
  return metrics.length === 0 ? null : { ...templated(canary, 'rollback', metrics, []), lost: [], notes: [] };
}

/** A template of some metrics, and how to name it: with what every template may need to know. */
function templated(
  { target, namespace }: Canary,
  suffix: string,
  metrics: readonly Metric[],
  more: readonly Argument[],
): Pick<Judged, 'analysis' | 'templates'> {
  const name = `${target}-${suffix}`;
  const own = [NAMESPACE, HASH].filter((arg) => isUsed(metrics, arg.name));
  const args = [...own.map((arg) => ({ name: arg.name })), ...more];
  const spec = { ...(args.length === 0 ? {} : { args }), metrics: withNames(metrics) };
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const template: AnalysisTemplate = { apiVersion: API_VERSION, kind: 'AnalysisTemplate', metadata, spec };
  return { analysis: analysisOf(name, own), templates: [template] };
}

/** A gate: waits until its service says yes. */
export function gate(hook: Fields, canary: Canary): Judged {
  return single(hook, canary, gateMetric(hook, canary));
}

/** A test that must succeed before users come. */
export function acceptance(hook: Fields, canary: Canary): Judged {
  return single(hook, canary, acceptanceMetric(hook, canary));
}

function single(hook: Fields, canary: Canary, metric: Metric): Judged {
  const template = gateTemplate(hook, canary, metric);
  return {
    analysis: analysisOf(gateName(hook, canary), [NAMESPACE]),
    templates: [template],
    lost: [],
    notes: [],
  };
}

/** Several analyses in one; those that are null do not count. */
export function together(some: readonly (Judged | null)[]): Judged {
  const all = some.filter((one) => one !== null);
  const args = unique(all.flatMap(({ analysis }) => analysis.args ?? []));
  return {
    analysis: {
      templates: all.flatMap(({ analysis }) => analysis.templates ?? []),
      ...(args.length === 0 ? {} : { args }),
    },
    templates: all.flatMap(({ templates }) => templates),
    lost: all.flatMap(({ lost }) => lost),
    notes: all.flatMap(({ notes }) => notes),
  };
}

function analysisOf(templateName: string, args: readonly Argument[]): RolloutAnalysis {
  return { templates: [{ templateName }], ...(args.length === 0 ? {} : { args }) };
}

function isUsed(metrics: readonly Metric[], argument: string): boolean {
  return JSON.stringify(metrics).includes(`{{args.${argument}}}`);
}

/** Whether there is anything to ask. */
export function isAsking(judgement: Judged | null): judgement is Judged {
  return judgement !== null && judgement.templates.length > 0;
}

/** Two metrics of one name get numbers. */
function withNames(metrics: readonly Metric[]): readonly Metric[] {
  return metrics.map((metric, i) => {
    const before = metrics.slice(0, i).filter(({ name }) => name === metric.name).length;
    return before === 0 ? metric : { ...metric, name: `${metric.name}-${before + 1}` };
  });
}

function unique(args: readonly Argument[]): readonly Argument[] {
  return args.filter((arg, i) => args.findIndex(({ name }) => name === arg.name) === i);
}
