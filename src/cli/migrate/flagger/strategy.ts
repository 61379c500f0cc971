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
import { acceptance, gate, type Judged, judged, together } from './templates.ts';
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
  const judgement = judged(canary, given, hooks, { kind: 'beside' });
  const increases = hooks.confirmTrafficIncrease.map((hook) => gate(hook, canary));
  const wait: CanaryStep = { pause: { duration: shortDuration(analysis.intervalMs) } };
  const weights = analysis.weights.flatMap((weight): readonly CanaryStep[] => [
    ...increases.map(stepOf),
    { setWeight: weight },
    wait,
  ]);
  const end = hooks.confirmPromotion.map((hook) => gate(hook, canary));
  const isSized = [...before.steps, ...mirrored.steps].some(
    ({ setCanaryScale }) => setCanaryScale !== undefined,
  );
  const unsized: readonly CanaryStep[] = isSized ? [{ setCanaryScale: { matchTrafficWeight: true } }] : [];
  const steps = [...before.steps, ...mirrored.steps, ...unsized, ...weights, ...end.map(stepOf)];
  const startingStep =
    steps.findIndex((step) => step.setWeight !== undefined || step.setMirrorRoute !== undefined) + 1;
  return assembled({
    making,
    steps,
    managed: mirrored.managed,
    background: judgement === null ? null : { judgement, startingStep },
    judgements: [...before.judgements, ...increases, ...end],
    lost: [
      ...mirrored.lost,
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
  const { canary, given, hooks, routes } = making;
  const { analysis, target } = canary;
  const isNginx = canary.provider.kind === 'nginx';
  const matches = analysis.match.map(matchOf);
  const named =
    isNginx || !routes.can.headers
      ? []
      : matches.map(({ headers }, i) => headerRoute(`${target}-ab-${i + 1}`, headers));
  const usable = named.filter(({ match }) => (match ?? []).length > 0);
  const before = beginning(making, false);
  const course = { kind: 'times', count: analysis.iterations } as const;
  const timed = judged(canary, given, { ...hooks, rollback: [] }, course);
  const back = judged(
    { ...canary, analysis: { ...analysis, metrics: [] } },
    given,
    { ...hooks, rollout: [] },
    { kind: 'beside' },
  );
  const wait: CanaryStep = { pause: { duration: shortDuration(analysis.iterations * analysis.intervalMs) } };
  const end = hooks.confirmPromotion.map((hook) => gate(hook, canary));
  const isJudged = timed !== null && timed.templates.length > 0;
  const steps = [
    ...before.steps,
    ...(routes.trafficRouting === null ? [] : [{ setCanaryScale: { weight: 100 } }]),
    ...usable.map((setHeaderRoute): CanaryStep => ({ setHeaderRoute })),
    isJudged ? stepOf(timed) : wait,
    ...end.map(stepOf),
  ];
  const nginx = isNginx ? nginxMatch(analysis.match) : null;
  const left = nginx?.lost ?? matches.flatMap(({ lost }) => lost);
  const lost = [
    ...left.map((what) => `analysis.match: ${what}`),
    ...(routes.can.headers || isNginx ? [] : ['analysis.match: this router knows no header routes']),
  ];
  return assembled({
    making: nginx === null ? making : { ...making, routes: withAnnotations(routes, nginx.annotations) },
    steps,
    managed: usable.map(({ name = '' }) => name),
    background: back === null ? null : { judgement: renamed(back, target), startingStep: 0 },
    judgements: [...before.judgements, ...(timed === null ? [] : [timed]), ...end],
    lost: [...lost, ...unheard(hooks)],
    notes: [],
  });
}

function headerRoute(name: string, match: SetHeaderRoute['match'] = []): SetHeaderRoute {
  return { name, match };
}

/** Between increases of a weight: there are none. */
function unheard({ confirmTrafficIncrease }: Hooks): readonly string[] {
  return confirmTrafficIncrease.map(
    (hook) => `webhook ${textOf(hook['name'])} (confirm-traffic-increase): no weight is increased`,
  );
}

/** Two templates of one analysis must not have the same name. */
function renamed({ analysis, templates, ...rest }: Judged, target: string): Judged {
  const name = `${target}-rollback`;
  return {
    ...rest,
    analysis: { ...analysis, templates: [{ templateName: name }] },
    templates: templates.map((template) => ({ ...template, metadata: { ...template.metadata, name } })),
  };
}

function withAnnotations(routes: Routes, annotations: Readonly<Record<string, string>>): Routes {
  const { nginx } = routes.trafficRouting ?? {};
  if (nginx === undefined) return routes;
  return { ...routes, trafficRouting: { nginx: { ...nginx, additionalIngressAnnotations: annotations } } };
}

function blueGreen({ canary, given, hooks }: Making): Strategized {
  const { analysis, service } = canary;
  const course = { kind: 'times', count: analysis.iterations } as const;
  const found = judged(canary, given, { ...hooks, rollback: [] }, course);
  const tests = hooks.preRollout.map((hook) => acceptance(hook, canary));
  const gates = [...hooks.confirmRollout, ...hooks.confirmPromotion].map((hook) => gate(hook, canary));
  const all = together([...tests, ...(found === null ? [] : [found]), ...gates]);
  const hasAny = (all.analysis.templates ?? []).length > 0;
  const timed = shortDuration(analysis.iterations * analysis.intervalMs);
  const waits = hasAny
    ? {}
    : { autoPromotionSeconds: Math.ceil((analysis.iterations * analysis.intervalMs) / 1000) };
  return {
    strategy: {
      blueGreen: {
        activeService: service.apex,
        previewService: service.canary,
        ...waits,
        ...(hasAny ? { prePromotionAnalysis: all.analysis } : {}),
      },
    },
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
      ...(hasAny ? [] : [`nothing is measured: the switch comes ${timed} after the pods are ready`]),
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
  const all = [...judgements, ...(background === null ? [] : [background.judgement])];
  const strategy: CanaryStrategy = {
    ...(routes.trafficRouting === null
      ? {}
      : {
          stableService: canary.service.apex,
          canaryService: canary.service.canary,
          trafficRouting: withRoutes(routes.trafficRouting, managed),
        }),
    ...thresholdOf(canary),
    ...(background === null || (background.judgement.analysis.templates ?? []).length === 0
      ? {}
      : { analysis: { ...background.judgement.analysis, startingStep: background.startingStep } }),
    steps,
  };
  return {
    strategy: { canary: strategy },
    manifests: onceEach(all.flatMap(({ templates }) => templates)),
    lost: [...hooks.lost, ...lost, ...all.flatMap((one) => one.lost)],
    notes: [...notes, ...all.flatMap((one) => one.notes)],
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
