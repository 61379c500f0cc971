import type { AnalysisTemplate, Argument, Metric } from '../../../api/analysis.ts';
import { API_VERSION } from '../../../api/keys.ts';
import type { RolloutAnalysis } from '../../../api/rollout.ts';
import type { Fields } from '../fields.ts';
import type { Given } from '../neighbours.ts';
import type { Canary } from './canary.ts';
import { type Course, metricsOf } from './metrics.ts';
import {
  acceptanceMetric,
  gateMetric,
  gateName,
  gateTemplate,
  type Hooks,
  loadMetric,
  rollbackMetric,
} from './webhooks.ts';

/** An analysis as a Rollout names it, with its templates. */
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

/** The metrics, load tests and, beside the steps, the wish to go back; null where there are none. */
export function judged(canary: Canary, given: Given, hooks: Hooks, course: Course): Judged | null {
  const found = metricsOf(canary, given, course);
  const loads = hooks.rollout.map((hook) => loadMetric(hook, canary, course));
  const backs = course.kind === 'beside' ? hooks.rollback.map((hook) => rollbackMetric(hook, canary)) : [];
  const metrics = withNames([...found.metrics, ...loads, ...backs]);
  const { lost, notes } = found;
  if (metrics.length === 0) return lost.length === 0 ? null : { analysis: {}, templates: [], lost, notes };
  const { target, namespace } = canary;
  const name = `${target}-analysis`;
  const own = [NAMESPACE, HASH].filter((arg) => isUsed(metrics, arg.name));
  const args = [...own.map((arg) => ({ name: arg.name })), ...unique(found.args)];
  const spec = { ...(args.length === 0 ? {} : { args }), metrics };
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const template: AnalysisTemplate = { apiVersion: API_VERSION, kind: 'AnalysisTemplate', metadata, spec };
  return { analysis: analysisOf(name, own), templates: [template], lost, notes };
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

/** Several analyses in one. */
export function together(all: readonly Judged[]): Judged {
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
