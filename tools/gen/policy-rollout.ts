import { GROUP } from '../../src/api/keys.ts';
import { fieldRefs } from './policy-arguments.ts';
import {
  all,
  type Check,
  each,
  given,
  literal,
  quoted,
  rule,
  say,
  shown,
  shownOrQuoted,
} from './policy-cel.ts';
import { POD_VARIABLES, templateChecks } from './policy-pods.ts';
import { NEED_ROUTES, stepChecks } from './policy-steps.ts';

const SPEC = 'object.spec';
const CANARY = 'variables.canary';
const BLUE_GREEN = 'variables.blueGreen';
const ROUTING = 'variables.routing';

/** What the checks of a Rollout refer to: names of variables and what they stand for, in order. */
export const ROLLOUT_VARIABLES: readonly (readonly [name: string, cel: string])[] = [
  ['strategy', `${SPEC}.?strategy.orValue({})`],
  // With both strategies neither is looked at further.
  ['canary', 'has(variables.strategy.blueGreen) ? {} : variables.strategy.?canary.orValue({})'],
  ['blueGreen', 'has(variables.strategy.canary) ? {} : variables.strategy.?blueGreen.orValue({})'],
  ['routing', `${CANARY}.?trafficRouting.orValue({})`],
  ['isRouted', `has(${CANARY}.trafficRouting)`],
  ['hasPlugins', `size(${ROUTING}.?plugins.orValue({})) > 0`],
  ['most', `${ROUTING}.?maxTrafficWeight.orValue(100)`],
  ['steps', `${CANARY}.?steps.orValue([])`],
  ['managedRoutes', `${ROUTING}.?managedRoutes.orValue([]).map(route, route.name)`],
  ['needRoutes', NEED_ROUTES],
  ...POD_VARIABLES,
  ['labels', `${SPEC}.?template.?metadata.?labels.orValue({})`],
  ['labelKeys', 'variables.labels.map(key, key)'],
  ['labelRanks', 'variables.labelKeys.map(key, size(variables.labelKeys.filter(other, other < key)))'],
];

/** What the original refuses in a Rollout, as far as CEL can say it, in the order in which it looks. */
export function rolloutChecks(): Readonly<Record<string, Check>> {
  return {
    selectorForm: selectorFormChecks(),
    selectorAndTemplate: given(`!has(${SPEC}.workloadRef)`, ...selectorChecks(), ...templateChecks()),
    workload: given(`has(${SPEC}.workloadRef)`, ...workloadChecks()),
    times: all(...timeChecks()),
    strategies: all(...strategyChecks()),
    canaryStrategy: all(...canaryChecks()),
    canarySteps: stepChecks(),
    canaryAntiAffinity: antiAffinity('canary', CANARY),
    routers: all(...routerChecks()),
    backgroundAnalysis: fieldRefs('background', say`spec.strategy.canary.analysis`, `${CANARY}.?analysis`),
    blueGreenStrategy: all(...blueGreenChecks()),
    blueGreenAntiAffinity: antiAffinity('blueGreen', BLUE_GREEN),
    prePromotionAnalysis: fieldRefs(
      'prePromotion',
      say`spec.strategy.blueGreen.prePromotionAnalysis`,
      `${BLUE_GREEN}.?prePromotionAnalysis`,
    ),
    postPromotionAnalysis: fieldRefs(
      'postPromotion',
      say`spec.strategy.blueGreen.postPromotionAnalysis`,
      `${BLUE_GREEN}.?postPromotionAnalysis`,
    ),
  };
}

const IS_EMPTY = `size(${SPEC}.?selector.?matchLabels.orValue({})) == 0 && size(${SPEC}.?selector.?matchExpressions.orValue([])) == 0`;

/** Whether the selector takes the labels of the template. */
const SELECTS = `${SPEC}.?selector.?matchLabels.orValue({}).all(key, key in variables.labels && variables.labels[key] == ${SPEC}.selector.matchLabels[key])
  && ${SPEC}.?selector.?matchExpressions.orValue([]).all(wanted,
    wanted.operator == 'In' ? wanted.key in variables.labels && variables.labels[wanted.key] in wanted.?values.orValue([]) :
    wanted.operator == 'NotIn' ? !(wanted.key in variables.labels && variables.labels[wanted.key] in wanted.?values.orValue([])) :
    wanted.operator == 'Exists' ? wanted.key in variables.labels :
    wanted.operator == 'DoesNotExist' ? !(wanted.key in variables.labels) : true)`;

/** The labels as JSON, keys in order. */
const LABELS = `'{' + variables.places.filter(i, i < size(variables.labels))
  .map(i, variables.labelKeys[variables.labelRanks.indexOf(i)])
  .map(key, strings.quote(key) + ':' + strings.quote(variables.labels[key])).join(',') + '}'`;

function selectorEmpty(name: string): Check {
  return rule(
    name,
    `has(${SPEC}.selector) && ${IS_EMPTY}`,
    say`spec.selector: Invalid value: {}: empty selector is invalid for deployment`,
  );
}

function selectorFormChecks(): Check {
  const list = `${SPEC}.?selector.?matchExpressions.orValue([])`;
  const here = say`spec.selector.matchExpressions[${shown('i')}]`;
  const operator = `${list}[i].operator`;
  const count = `size(${list}[i].?values.orValue([]))`;
  const needs = literal(".values: Required value: must be specified when `operator` is 'In' or 'NotIn'");
  const takesNone = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
  return each(
    'i',
    list,
    rule('selector-values', `${operator} in ['In', 'NotIn'] && ${count} == 0`, say`${here}${needs}`),
    rule(
      'selector-no-values',
      `!(${operator} in ['In', 'NotIn']) && ${count} > 0`,
      say`${here}.values: Forbidden: ${literal(takesNone)}`,
    ),
  );
}

function selectorChecks(): readonly Check[] {
  return [
    rule(
      'selector-missing',
      `!has(${SPEC}.selector)`,
      say`spec.selector: Required value: Rollout has missing field '.spec.selector'`,
    ),
    selectorEmpty('selector-empty'),
    rule(
      'selector-mismatch',
      `has(${SPEC}.selector) && !(${IS_EMPTY}) && variables.selectorForm == '' && !(${SELECTS})`,
      say`spec.template.metadata.labels: Invalid value: ${LABELS}: ${literal('`selector` does not match template `labels`')}`,
    ),
  ];
}

function workloadChecks(): readonly Check[] {
  const ref = `${SPEC}.workloadRef`;
  const apiVersion = `${ref}.?apiVersion.orValue('')`;
  const group = `(${apiVersion}.contains('/') ? ${apiVersion}.split('/')[0] : 'core')`;
  const kind = `${group} + '/' + ${ref}.?kind.orValue('')`;
  const isForeign = `${group}.contains('.') && !${group}.endsWith('.k8s.io') && ${group} != '${GROUP}' && ${ref}.?kind.orValue('') != ''`;
  const parts = ['metadata.?labels', 'metadata.?annotations', 'spec'];
  const hasTemplate = parts.map((part) => `size(${SPEC}.?template.?${part}.orValue({})) > 0`).join(' || ');
  return [
    selectorEmpty('workload-selector-empty'),
    rule(
      'workload-and-template',
      `(${hasTemplate})`,
      say`spec.template: template must be empty for workload reference rollout`,
    ),
    // Of kinds that are not Kubernetes' own, only the cluster knows whether they have a pod template.
    rule(
      'workload-kind',
      `!(${kind} in ['apps/Deployment', 'apps/ReplicaSet', 'core/PodTemplate']) && !(${isForeign})`,
      say`spec.workloadRef.kind: workload of type ${kind} is not supported`,
    ),
    rule('workload-name', `${ref}.?name.orValue('') == ''`, say`spec.workloadRef.name: Required value`),
  ];
}

function timeChecks(): readonly Check[] {
  const ready = `${SPEC}.?minReadySeconds.orValue(0)`;
  const deadline = `${SPEC}.?progressDeadlineSeconds.orValue(600)`;
  return [
    ...['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'].map((field) =>
      negative(`spec.${field}`, `${SPEC}.?${field}`),
    ),
    rule(
      'deadline-over-ready',
      `${deadline} >= 0 && ${deadline} <= ${ready}`,
      say`spec.progressDeadlineSeconds: Invalid value: ${shown(deadline)}: must be greater than minReadySeconds`,
    ),
  ];
}

/** A number that may be absent, and not below zero. */
export function negative(path: string, field: string): Check {
  const number = `${field}.orValue(0)`;
  const says = say`${literal(path)}: Invalid value: ${shown(number)}: must be greater than or equal to 0`;
  return rule(`${path}-negative`, `${number} < 0`, says);
}

function strategyChecks(): readonly Check[] {
  return [
    rule(
      'strategy-missing',
      '!has(variables.strategy.canary) && !has(variables.strategy.blueGreen)',
      say`spec.strategy: Required value: Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'`,
    ),
    rule(
      'strategy-both',
      'has(variables.strategy.canary) && has(variables.strategy.blueGreen)',
      say`spec.strategy: Invalid value: "blueGreen: true canary: true": Multiple Strategies can not be listed`,
    ),
  ];
}

const NONE = (field: string) =>
  `(type(${CANARY}.?${field}.orValue(1)) == int ? ${CANARY}.?${field}.orValue(1) == 0 : string(${CANARY}.?${field}.orValue(1)).matches('^0+%$'))`;

const ANY_OF = (...routers: readonly string[]) =>
  routers
    .map((name) => (name === 'plugins' ? 'variables.hasPlugins' : `has(${ROUTING}.${name})`))
    .join(' || ');

/** Whether a canary and a stable Service must be named. */
const NEEDS_SERVICES = `(has(${ROUTING}.alb) && has(${CANARY}.pingPong)) ? false :
  has(${ROUTING}.istio) ? !has(${ROUTING}.istio.destinationRule) && !has(${CANARY}.pingPong) :
  ${ANY_OF('nginx', 'alb', 'smi', 'ambassador', 'traefik', 'apisix', 'appMesh')}`;

function canaryChecks(): readonly Check[] {
  const stable = `${CANARY}.?stableService.orValue('')`;
  const canary = `${CANARY}.?canaryService.orValue('')`;
  const surge = shownOrQuoted(`${CANARY}.maxSurge`);
  const missing = (field: string) =>
    say`spec.strategy.canary.${literal(field)}: Invalid value: "": Canary service and Stable service must to be set to use Traffic Routing`;
  return [
    rule(
      'surge-zero',
      `has(${CANARY}.maxSurge) && has(${CANARY}.maxUnavailable) && ${NONE('maxSurge')} && ${NONE('maxUnavailable')}`,
      say`spec.strategy.canary.maxSurge: Invalid value: ${surge}: MaxSurge and MaxUnavailable both can not be zero`,
    ),
    rule(
      'services-same',
      `${canary} != '' && ${canary} == ${stable}`,
      say`spec.strategy.canary.stableService: Invalid value: ${quoted(stable)}: This rollout uses the same service for the stable and canary services, but two different services are required.`,
    ),
    given(`has(${CANARY}.pingPong)`, ...pingPongChecks()),
    given(
      `(${NEEDS_SERVICES})`,
      rule('stable-service-missing', `${stable} == ''`, missing('stableService')),
      rule('canary-service-missing', `${canary} == ''`, missing('canaryService')),
    ),
    ...routedOnlyChecks(),
    ...maxWeightChecks(),
  ];
}

function pingPongChecks(): readonly Check[] {
  const here = `${CANARY}.pingPong`;
  const path = 'spec.strategy.canary.pingPong';
  const bothNeeded = 'Ping service and Pong service must to be set to use Ping-Pong feature';
  const shownPair = `'{"pingService":' + ${quoted(`${here}.pingService`)} + ',"pongService":' + ${quoted(`${here}.pongService`)} + '}'`;
  return [
    ...['pingService', 'pongService'].map((field) =>
      rule(
        `${field}-missing`,
        `${here}.${field} == ''`,
        literal(`${path}.${field}: Invalid value: "": ${bothNeeded}`),
      ),
    ),
    rule(
      'ping-is-pong',
      `${here}.pingService != '' && ${here}.pingService == ${here}.pongService`,
      say`${literal(path)}.pingService: Invalid value: ${quoted(`${here}.pingService`)}: This rollout uses the same service for the ping and pong services, but two different services are required.`,
    ),
    // Without any router the original takes it, and does as if it were not there.
    rule(
      'ping-pong-router',
      `variables.isRouted && !(${ANY_OF('alb', 'istio', 'plugins')})`,
      say`${literal(path)}: Invalid value: ${shownPair}: Ping-pong feature works with the ALB, Istio, and plugin-based traffic routers only`,
    ),
    rule(
      'ping-pong-root-service',
      `has(${ROUTING}.alb) && ${ROUTING}.alb.?rootService.orValue('') == ''`,
      say`spec.strategy.canary.trafficRouting.alb.rootService: Invalid value: "": Root service field is required for the configuration with ALB and ping-pong feature enabled`,
    ),
  ];
}

function routedOnlyChecks(): readonly Check[] {
  const delay = `${CANARY}.scaleDownDelaySeconds`;
  const dynamic = `${CANARY}.?dynamicStableScale.orValue(false)`;
  return [
    rule(
      'delay-unrouted',
      `has(${delay}) && !variables.isRouted`,
      say`spec.strategy.canary.scaleDownDelaySeconds: Invalid value: ${shown(delay)}: Canary scaleDownDelaySeconds can only be used with traffic routing`,
    ),
    rule(
      'dynamic-unrouted',
      `${dynamic} && !variables.isRouted`,
      say`spec.strategy.canary.dynamicStableScale: Invalid value: true: Canary dynamicStableScale can only be used with traffic routing`,
    ),
    rule(
      'dynamic-and-delay',
      `${dynamic} && variables.isRouted && has(${delay})`,
      say`spec.strategy.canary.dynamicStableScale: Invalid value: true: Canary dynamicStableScale cannot be used with scaleDownDelaySeconds`,
    ),
  ];
}

function maxWeightChecks(): readonly Check[] {
  const says = (reason: string) =>
    say`spec.strategy.canary.trafficRouting.maxTrafficWeight: Invalid value: ${shown('variables.most')}: ${literal(reason)}`;
  const nginxTotal =
    'must be at least 100 with NGINX, which counts a lower total as 100 and would send the canary too little';
  return [
    given(
      `has(${ROUTING}.maxTrafficWeight)`,
      rule(
        'max-weight-router',
        `!(${ANY_OF('nginx', 'plugins')})`,
        says('Canary maxTrafficWeight in traffic routing only supported in Nginx and Plugins'),
      ),
      rule(
        'max-weight-zero',
        `(${ANY_OF('nginx', 'plugins')}) && variables.most <= 0`,
        says('must be greater than 0'),
      ),
      rule(
        'max-weight-nginx',
        `has(${ROUTING}.nginx) && variables.most > 0 && variables.most < 100`,
        says(nginxTotal),
      ),
    ),
  ];
}

function antiAffinity(strategy: string, from: string): Check {
  const path = `spec.strategy.${strategy}.antiAffinity`;
  const here = `${from}.antiAffinity`;
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const isPreferred = `has(${here}.${preferred})`;
  const isRequired = `has(${here}.requiredDuringSchedulingIgnoredDuringExecution)`;
  const weight = `${here}.${preferred}.weight`;
  return given(
    `has(${here})`,
    rule(
      `${strategy}-anti-affinity`,
      `${isPreferred} == ${isRequired}`,
      say`${literal(path)}: Invalid value: "antiAffinity.PreferredDuringSchedulingIgnoredDuringExecution: ${shown(isPreferred)} antiAffinity.RequiredDuringSchedulingIgnoredDuringExecution: ${shown(isRequired)}": AntiAffinity must have exactly one strategy listed`,
    ),
    rule(
      `${strategy}-anti-affinity-weight`,
      `${isPreferred} && !${isRequired} && (${weight} < 1 || ${weight} > 100)`,
      say`${literal(`${path}.${preferred}.weight`)}: Invalid value: ${shown(weight)}: AntiAffinity weight must be between 1-100`,
    ),
  );
}

function routerChecks(): readonly Check[] {
  return [
    oneOrSeveral('nginx', 'stableIngress', 'StableIngress or StableIngresses'),
    oneOrSeveral('alb', 'ingress', 'Ingress or Ingresses'),
    rule(
      'istio-virtual-service',
      `has(${ROUTING}.istio) && has(${ROUTING}.istio.virtualService) == (size(${ROUTING}.istio.?virtualServices.orValue([])) > 0)`,
      say`spec.strategy.canary.trafficRouting.istio: Required value: exactly one of virtualService and virtualServices must be set`,
    ),
  ];
}

function oneOrSeveral(router: string, field: string, words: string): Check {
  const config = `${ROUTING}.${router}`;
  const one = `(${config}.?${field}.orValue('') != '')`;
  const several = `(size(${config}.?${field}es.orValue([])) > 0)`;
  const how = `(${one} ? 'Both' : 'Neither')`;
  return rule(
    `${router}-ingress`,
    `has(${config}) && ${one} == ${several}`,
    say`spec.strategy.canary.trafficRouting.${literal(router)}: Internal error: Either ${literal(words)} must be configured. ${how} are configured.`,
  );
}

function blueGreenChecks(): readonly Check[] {
  const active = `${BLUE_GREEN}.?activeService.orValue('')`;
  const limit = `${BLUE_GREEN}.scaleDownDelayRevisionLimit`;
  return [
    rule(
      'active-service-missing',
      `has(${BLUE_GREEN}.activeService) && ${active} == ''`,
      say`spec.strategy.blueGreen.activeService: Required value`,
    ),
    rule(
      'active-is-preview',
      `${active} != '' && ${active} == ${BLUE_GREEN}.?previewService.orValue('')`,
      say`spec.strategy.blueGreen.activeService: Invalid value: ${quoted(active)}: This rollout uses the same service for the active and preview services, but two different services are required.`,
    ),
    rule(
      'limit-over-history',
      `has(${limit}) && ${limit} > ${SPEC}.?revisionHistoryLimit.orValue(10)`,
      say`spec.strategy.blueGreen.scaleDownDelayRevisionLimit: Invalid value: ${shown(limit)}: This rollout's revision history limit can not be smaller than the rollout's scale down limit`,
    ),
  ];
}
