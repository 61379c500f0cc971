import {
  all,
  type Check,
  each,
  eachKey,
  keyed,
  literal,
  quoted,
  rule,
  say,
  shown,
  shownOrQuoted,
} from './policy-cel.ts';
import { negative } from './policy-rollout.ts';

const CANARY = 'variables.canary';
const BLUE_GREEN = 'variables.blueGreen';

/** Numbers of pods, seconds or revisions, which the original takes whatever they are. */
const NUMBERS: readonly (readonly [path: string, field: string])[] = [
  ...[
    'analysis.?startingStep',
    'scaleDownDelaySeconds',
    'scaleDownDelayRevisionLimit',
    'abortScaleDownDelaySeconds',
    'minPodsPerReplicaSet',
  ].map((field) => [`spec.strategy.canary.${field.replace('?', '')}`, `${CANARY}.?${field}`] as const),
  ...[
    'previewReplicaCount',
    'autoPromotionSeconds',
    'scaleDownDelaySeconds',
    'scaleDownDelayRevisionLimit',
    'abortScaleDownDelaySeconds',
  ].map((field) => [`spec.strategy.blueGreen.${field}`, `${BLUE_GREEN}.?${field}`] as const),
];

/** What the original takes in a Rollout, and we refuse, or what has no effect; in no certain order. */
export function rolloutWarnings(): Readonly<Record<string, Check>> {
  const threshold = `${CANARY}.replicaProgressThreshold`;
  return {
    rollbackWindow: negative('spec.rollbackWindow.revisions', 'object.spec.?rollbackWindow.?revisions'),
    canaryMaxSurge: percentage('spec.strategy.canary.maxSurge', `${CANARY}.maxSurge`),
    canaryMaxUnavailable: percentage('spec.strategy.canary.maxUnavailable', `${CANARY}.maxUnavailable`),
    blueGreenMaxUnavailable: percentage(
      'spec.strategy.blueGreen.maxUnavailable',
      `${BLUE_GREEN}.maxUnavailable`,
    ),
    ...Object.fromEntries(NUMBERS.map(([path, field]) => [nameOf(path), negative(path, field)])),
    thresholdType: rule(
      'threshold-type',
      `has(${threshold}) && !(${threshold}.type in ['', 'Percent', 'Pods'])`,
      say`spec.strategy.canary.replicaProgressThreshold.type: Unsupported value: ${quoted(`${threshold}.type`)}: supported values: "Percent", "Pods"`,
    ),
    thresholdPercent: rule(
      'threshold-percent',
      `has(${threshold}) && ${threshold}.type == 'Percent' && (${threshold}.value < 1 || ${threshold}.value > 100)`,
      say`spec.strategy.canary.replicaProgressThreshold.value: Invalid value: ${shown(`${threshold}.value`)}: must be between 1 and 100, inclusive`,
    ),
    mirrorPercentage: each(
      'i',
      'variables.steps',
      rule(
        'mirror-percentage',
        `(${outside('variables.steps[i].?setMirrorRoute.?percentage')}) && (has(variables.routing.istio) || variables.hasPlugins)`,
        say`spec.strategy.canary.steps[${shown('i')}].setMirrorRoute.percentage: Invalid value: ${shown('variables.steps[i].setMirrorRoute.percentage')}: must be between 0 and 100, inclusive`,
      ),
    ),
    quantities: all(...['containers', 'initContainers'].flatMap((list) => quantityChecks(list))),
    ...noEffect(),
  };
}

/** Amounts that cannot be read are dropped from the pods; nobody notices before they run out of something. */
function quantityChecks(list: string): readonly Check[] {
  const containers = `variables.pod.?${list}.orValue([])`;
  return ['limits', 'requests'].map((part) => {
    const amounts = `${containers}[i].?resources.?${part}.orValue({})`;
    const amount = `${containers}[i].resources.${part}[key]`;
    return each(
      'i',
      containers,
      eachKey(
        'key',
        amounts,
        rule(
          `${list}-${part}-quantity`,
          `!isQuantity(string(${amount}))`,
          say`spec.template.spec.${literal(list)}[${shown('i')}].resources.${literal(part)}${keyed('key')}: ${shownOrQuoted(amount)} is no quantity and is ignored`,
        ),
      ),
    );
  });
}

function noEffect(): Readonly<Record<string, Check>> {
  const scaleDown = "object.spec.?workloadRef.?scaleDown.orValue('')";
  const unrouted = ['abortScaleDownDelaySeconds', 'minPodsPerReplicaSet'].map((field) =>
    rule(
      `${field}-unrouted`,
      `has(${CANARY}.${field}) && !variables.isRouted`,
      literal(`spec.strategy.canary.${field}: has no effect without trafficRouting`),
    ),
  );
  return {
    scaleDown: rule(
      'scale-down-word',
      `!(${scaleDown} in ['', 'never', 'onsuccess', 'progressively'])`,
      say`spec.workloadRef.scaleDown: ${quoted(scaleDown)} is none of never, onsuccess and progressively, and counts as never`,
    ),
    unrouted: all(...unrouted),
    promotionTime: rule(
      'promotion-time-manual',
      `!${BLUE_GREEN}.?autoPromotionEnabled.orValue(true) && ${BLUE_GREEN}.?autoPromotionSeconds.orValue(0) > 0`,
      say`spec.strategy.blueGreen.autoPromotionSeconds: has no effect while autoPromotionEnabled is false`,
    ),
  };
}

function outside(field: string): string {
  return `${field}.orValue(0) < 0 || ${field}.orValue(0) > 100`;
}

function percentage(path: string, field: string): Check {
  const isText = `type(${field}) == string && !string(${field}).matches('^[0-9]+%$')`;
  const isNegative = `type(${field}) == int && int(${field}) < 0`;
  const reason = `(type(${field}) == int ? 'must be greater than or equal to 0' : ${literal("a percentage must be digits followed by '%', such as '25%'")})`;
  return rule(
    `${path}-form`,
    `has(${field}) && ((${isText}) || (${isNegative}))`,
    say`${literal(path)}: Invalid value: ${shownOrQuoted(field)}: ${reason}`,
  );
}

/** `spec.strategy.canary.a.b` is `canaryAB`. */
function nameOf(path: string): string {
  const words = path.split('.').slice(2);
  return words
    .map((word, i) => (i === 0 ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`))
    .join('');
}
