import type { AnalysisTemplate } from '../../../api/analysis.ts';
import type { CanaryStep, CanaryStrategy, Strategy, TrafficRouting } from '../../../api/rollout.ts';
import type { SetHeaderRoute } from '../../../api/steps.ts';
import { shortDuration, textOf } from '../fields.ts';
import type { Part } from '../migration.ts';
import type { Given } from '../neighbours.ts';
import { type Canary, numberOf } from './canary.ts';
import { matchOf, nginxMatch } from './matches.ts';
import type { Mode } from './mode.ts';
import type { Routes } from './routes.ts';
import {
  acceptance,
  gate,
  isAsking,
  type Judged,
  judged,
  loads,
  onceGood,
  rollbacks,
  together,
} from './templates.ts';
import { type Hooks, hooksOf } from './webhooks.ts';

/** A strategy in our words, with its templates as manifests. */
export interface Strategized extends Part {
  readonly strategy: Strategy;
}

/** Everything that a strategy is made from. */
interface Making {
  readonly canary: Canary;
  readonly given: Given;
  readonly routes: Routes;
  readonly hooks: Hooks;
}

/** The strategy of a Canary. */
export function strategyOf(canary: Canary, mode: Mode, given: Given, routes: Routes): Strategized {
  const making = { canary, given, routes, hooks: hooksOf(canary) };
  switch (mode) {
    case 'skip':
      return {
        strategy: { canary: { steps: [] } },
        notes: ['there is no analysis: new versions come out at once'],
      };
    case 'canary':
      return byWeights(making);
    case 'headers':
      return byHeaders(making);
    case 'blueGreen':
      return blueGreen(making);
    default:
      return mode satisfies never;
  }
}

function byWeights(making: Making): Strategized {
  const { canary, given, hooks, routes } = making;
  const { analysis } = canary;
  const mirrored = mirroring(making);
  const before = beginning(making, mirrored.steps.length > 0);
  const metrics = judged(canary, given, { kind: 'argument' });
  const beside = together([metrics, loads(canary, hooks, { kind: 'beside' }), rollbacks(canary, hooks)]);
  const increases = hooks.confirmTrafficIncrease.map((hook) => gate(hook, canary));
  // As with Flagger a weight stays until its checks are good; what fails is counted beside the steps.
  const hold: CanaryStep = isAsking(metrics)
    ? stepOf(onceGood(metrics))
    : { pause: { duration: shortDuration(analysis.intervalMs) } };
  const weights = analysis.weights.flatMap((weight): readonly CanaryStep[] => [
    ...increases.map(stepOf),
    { setWeight: weight },
    hold,
  ]);
  const end = hooks.confirmPromotion.map((hook) => gate(hook, canary));
  const isSized = [...before.steps, ...mirrored.steps].some(
    ({ setCanaryScale }) => setCanaryScale !== undefined,
  );
  const unsized: readonly CanaryStep[] = isSized ? [{ setCanaryScale: { matchTrafficWeight: true } }] : [];
  const steps = [...before.steps, ...mirrored.steps, ...unsized, ...weights, ...end.map(stepOf)];
  const isVisited = (step: CanaryStep): boolean =>
    step.setWeight !== undefined || step.setMirrorRoute !== undefined;
  return assembled({
    making,
    steps,
    managed: mirrored.managed,
    background: isAsking(beside) ? { judgement: beside, startingStep: steps.findIndex(isVisited) + 1 } : null,
    judgements: [...before.judgements, ...increases, ...end, beside],
    lost: [
      ...mirrored.lost,
      ...(analysis.match.length === 0
        ? []
        : ['analysis.match: without iterations; set it in your route, or set iterations']),
      ...(analysis.weights.length === 0 ? ['the weights: neither stepWeight nor stepWeights is set'] : []),
      ...promotionNotes(canary),
    ],
    notes: routes.trafficRouting === null ? ['without trafficRouting a weight is a share of pods'] : [],
  });
}

/** Gates and tests before users come. A test needs a pod of the new version. */
function beginning({ canary, hooks, routes }: Making, needsPods: boolean) {
  const confirms = hooks.confirmRollout.map((hook) => gate(hook, canary));
  const tests = hooks.preRollout.map((hook) => acceptance(hook, canary));
  const isSized = routes.trafficRouting !== null;
  const first: readonly CanaryStep[] =
    tests.length === 0 && !needsPods ? [] : isSized ? [{ setCanaryScale: { replicas: 1 } }] : [];
  return {
    steps: [...confirms.map(stepOf), ...first, ...tests.map(stepOf)],
    judgements: [...confirms, ...tests],
  };
}

function mirroring({ canary, routes }: Making) {
  const { mirror, intervalMs } = canary.analysis;
  const name = `${canary.target}-mirror`;
  if (mirror === null) return { steps: [], managed: [], lost: [] };
  if (!routes.can.mirror)
    return { steps: [], managed: [], lost: ['analysis.mirror: this router cannot copy requests'] };
  const steps: readonly CanaryStep[] = [
    { setMirrorRoute: { name, match: [{ path: { prefix: '/' } }], percentage: mirror.percent } },
    { pause: { duration: shortDuration(intervalMs) } },
    { setMirrorRoute: { name } },
  ];
  return { steps, managed: [name], lost: [] };
}

function promotionNotes({ analysis }: Canary): readonly string[] {
  const isStepwise = (numberOf(analysis.raw['stepWeightPromotion']) ?? 0) > 0;
  return isStepwise
    ? [
        'analysis.stepWeightPromotion: there is no second shift, as the new pods themselves become the stable version',
      ]
    : [];
}

function byHeaders(making: Making): Strategized {
  const { canary, hooks, routes } = making;
  const { analysis } = canary;
  const before = beginning(making, false);
  const headers = headersFor(making);
  const timed = inTime(making);
  const back = rollbacks(canary, hooks);
  const wait: CanaryStep = { pause: { duration: shortDuration(analysis.iterations * analysis.intervalMs) } };
  const end = hooks.confirmPromotion.map((hook) => gate(hook, canary));
  const steps = [
    ...before.steps,
    ...(routes.trafficRouting === null ? [] : [{ setCanaryScale: { weight: 100 } }]),
    ...headers.routes.map((setHeaderRoute): CanaryStep => ({ setHeaderRoute })),
    isAsking(timed) ? stepOf(timed) : wait,
    ...end.map(stepOf),
  ];
  return assembled({
    making: { ...making, routes: withAnnotations(routes, headers.annotations) },
    steps,
    managed: headers.routes.map(({ name = '' }) => name),
    background: back === null ? null : { judgement: back, startingStep: 0 },
    judgements: [...before.judgements, timed, ...end, ...(back === null ? [] : [back])],
    lost: [...headers.lost, ...unheard(hooks)],
    notes: [],
  });
}

/** The metrics and load tests of so many iterations: each must be good so many times in a row. */
function inTime({ canary, given, hooks }: Making): Judged {
  const course = { kind: 'until', successes: canary.analysis.iterations } as const;
  return together([judged(canary, given, course), loads(canary, hooks, course)]);
}

interface Headers {
  readonly routes: readonly SetHeaderRoute[];
  /** Of a canary Ingress, without their prefix. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly lost: readonly string[];
}

/** The users whom a new version gets: by routes for their headers, or by annotations of an Ingress. */
function headersFor({ canary, routes }: Making): Headers {
  const { analysis, target, provider } = canary;
  const told = (lost: readonly string[]) => lost.map((what) => `analysis.match: ${what}`);
  if (provider.kind === 'nginx') {
    const { annotations, lost } = nginxMatch(analysis.match);
    return { routes: [], annotations, lost: told(lost) };
  }
  const matches = analysis.match.map(matchOf);
  if (!routes.can.headers)
    return { routes: [], annotations: {}, lost: ['analysis.match: this router knows no header routes'] };
  const named = matches.map(({ headers }, i) => ({ name: `${target}-ab-${i + 1}`, match: headers }));
  const usable = named.filter(({ match }) => match.length > 0);
  return { routes: usable, annotations: {}, lost: told(matches.flatMap(({ lost }) => lost)) };
}

/** Between increases of a weight: there are none. */
function unheard({ confirmTrafficIncrease }: Hooks): readonly string[] {
  return confirmTrafficIncrease.map(
    (hook) => `webhook ${textOf(hook['name'])} (confirm-traffic-increase): no weight is increased`,
  );
}

function withAnnotations(routes: Routes, annotations: Headers['annotations']): Routes {
  const { nginx } = routes.trafficRouting ?? {};
  if (nginx === undefined || Object.keys(annotations).length === 0) return routes;
  return { ...routes, trafficRouting: { nginx: { ...nginx, additionalIngressAnnotations: annotations } } };
}

function blueGreen(making: Making): Strategized {
  const { canary, hooks } = making;
  const { analysis, service } = canary;
  const tests = hooks.preRollout.map((hook) => acceptance(hook, canary));
  const gates = [...hooks.confirmRollout, ...hooks.confirmPromotion].map((hook) => gate(hook, canary));
  const all = together([...tests, inTime(making), ...gates]);
  const lengthMs = analysis.iterations * analysis.intervalMs;
  const way = isAsking(all)
    ? { prePromotionAnalysis: all.analysis }
    : { autoPromotionSeconds: Math.ceil(lengthMs / 1000) };
  return {
    strategy: { blueGreen: { activeService: service.apex, previewService: service.canary, ...way } },
    manifests: all.templates,
    lost: [
      ...hooks.lost,
      ...unheard(hooks),
      ...hooks.rollback.map(
        (hook) =>
          `webhook ${textOf(hook['name'])} (rollback): before the switch, kubectl sluice abort ${canary.target}`,
      ),
      ...(analysis.mirror === null ? [] : ['analysis.mirror: a blue-green Rollout copies no requests']),
      ...all.lost,
    ],
    notes: [
      ...(hooks.confirmRollout.length + tests.length > 0
        ? ['gates and tests are asked beside the analysis, once the pods of the new version are ready']
        : []),
      ...(isAsking(all)
        ? []
        : [`nothing is measured: the switch comes ${shortDuration(lengthMs)} after the pods are ready`]),
      ...all.notes,
    ],
  };
}

function stepOf({ analysis }: Judged): CanaryStep {
  return { analysis };
}

interface Assembly {
  readonly making: Making;
  readonly steps: readonly CanaryStep[];
  readonly managed: readonly string[];
  readonly background: { readonly judgement: Judged; readonly startingStep: number } | null;
  readonly judgements: readonly Judged[];
  readonly lost: readonly string[];
  readonly notes: readonly string[];
}

function assembled({ making, steps, managed, background, judgements, lost, notes }: Assembly): Strategized {
  const { canary, routes, hooks } = making;
  const strategy: CanaryStrategy = {
    ...(routes.trafficRouting === null
      ? {}
      : {
          stableService: canary.service.apex,
          canaryService: canary.service.canary,
          trafficRouting: withRoutes(routes.trafficRouting, managed),
        }),
    ...thresholdOf(canary),
    ...(background === null
      ? {}
      : { analysis: { ...background.judgement.analysis, startingStep: background.startingStep } }),
    steps,
  };
  return {
    strategy: { canary: strategy },
    manifests: onceEach(judgements.flatMap(({ templates }) => templates)),
    lost: [...hooks.lost, ...lost, ...judgements.flatMap((one) => one.lost)],
    notes: [...notes, ...judgements.flatMap((one) => one.notes)],
  };
}

/** A gate that stands between all steps is one template. */
function onceEach(templates: readonly AnalysisTemplate[]): readonly AnalysisTemplate[] {
  const name = ({ metadata }: AnalysisTemplate) => metadata.name;
  return templates.filter((one, i) => templates.findIndex((other) => name(other) === name(one)) === i);
}

function withRoutes(routing: TrafficRouting, names: readonly string[]): TrafficRouting {
  return names.length === 0 ? routing : { ...routing, managedRoutes: names.map((name) => ({ name })) };
}

function thresholdOf({ analysis }: Canary): Pick<CanaryStrategy, 'replicaProgressThreshold'> {
  const percent = numberOf(analysis.raw['canaryReadyThreshold']);
  if (percent === null || percent < 1 || percent >= 100) return {};
  return { replicaProgressThreshold: { type: 'Percent', value: percent } };
}
