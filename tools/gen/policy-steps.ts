import { fieldRefs } from './policy-arguments.ts';
import {
  bind,
  type Check,
  each,
  given,
  listOf,
  literal,
  mapOf,
  quoted,
  record,
  rule,
  say,
  shown,
} from './policy-cel.ts';

const STEP = 'variables.steps[i]';
const PATH = say`spec.strategy.canary.steps[${shown('i')}]`;
const ROUTING = 'variables.routing';

const EXCLUSIVE = ['experiment', 'pause', 'setWeight', 'analysis'];
const KINDS = [...EXCLUSIVE, 'setCanaryScale', 'setHeaderRoute', 'setMirrorRoute', 'plugin'];

/** What the original refuses in the steps of a canary. */
export function stepChecks(): Check {
  return each(
    'i',
    'variables.steps',
    ...kindChecks(),
    rule(
      'weight-range',
      `has(${STEP}.setWeight) && (${STEP}.setWeight < 0 || ${STEP}.setWeight > variables.most)`,
      say`${PATH}.setWeight: Invalid value: ${shown(`${STEP}.setWeight`)}: SetWeight needs to be between 0 and ${shown('variables.most')}`,
    ),
    pauseChecks(),
    rule(
      'scale-unrouted',
      `has(${STEP}.setCanaryScale) && !variables.isRouted`,
      say`${PATH}.setCanaryScale: Required value: SetCanaryScale requires TrafficRouting to be set`,
    ),
    fieldRefs('step', say`${PATH}.analysis`, `${STEP}.?analysis`),
    given(`has(${STEP}.experiment)`, ...experimentChecks()),
    given(`has(${STEP}.setHeaderRoute)`, ...headerChecks()),
    given(`has(${STEP}.setMirrorRoute)`, ...mirrorChecks()),
  );
}

function kindChecks(): readonly Check[] {
  const has = (kind: string) => `has(${STEP}.${kind})`;
  const exclusive = `[${EXCLUSIVE.map((kind) => `${has(kind)} ? '${kind}' : ''`).join(', ')}].filter(kind, kind != '')`;
  const oneOf =
    'Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause';
  return [
    rule(
      'step-empty',
      `!(${KINDS.map(has).join(' || ')})`,
      say`${PATH}${literal(`: Invalid value: {}: ${oneOf}`)}`,
    ),
    rule(
      'step-two',
      `size(${exclusive}) > 1`,
      say`${PATH}: Invalid value: ${quoted(`${exclusive}.join(', ')`)}: ${literal(oneOf)}`,
    ),
  ];
}

const INT32 = 2_147_483_647;
const UNITS = '(ns|us|µs|μs|ms|s|m|h)';
const DURATION = String.raw`^[-+]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)${UNITS})+$`;

/** Seconds of a pause, as the original reads it; -1 where it cannot be read. */
function pauseSeconds(duration: string): string {
  const text = `string(${duration})`;
  const fits = (seconds: string) => `(${seconds} >= -${INT32} && ${seconds} <= ${INT32} ? ${seconds} : -1)`;
  return [
    `type(${duration}) == int ? int(${duration})`,
    `${text}.matches('^[-+]?0*[0-9]{1,18}$') ? ${fits(`int(${text})`)}`,
    `size(${text}) <= 256 && ${text}.matches('${DURATION}') ? ${fits(`duration(${text}).getSeconds()`)}`,
    '-1',
  ].join(' : ');
}

function pauseChecks(): Check {
  const duration = `${STEP}.pause.duration`;
  return given(
    `has(${STEP}.pause) && has(${duration})`,
    bind(
      'seconds',
      pauseSeconds(duration),
      rule(
        'pause-duration',
        `(seconds < 0 || seconds > ${INT32})`,
        say`${PATH}.pause.duration: Invalid value: ${shown('seconds')}: Duration needs to be greater than 0`,
      ),
    ),
  );
}

function experimentChecks(): readonly Check[] {
  const templates = `${STEP}.experiment.?templates.orValue([])`;
  const weight = `${templates}[t].weight`;
  const says = (reason: string) =>
    say`${PATH}.experiment.templates[${shown('t')}].weight: Invalid value: ${shown(weight)}: ${literal(reason)}`;
  const routers = ['smi', 'alb', 'istio'].map((name) => `has(${ROUTING}.${name})`).join(' || ');
  const analyses = `${STEP}.experiment.?analyses.orValue([])`;
  return [
    each(
      't',
      templates,
      given(
        `has(${weight})`,
        rule(
          'experiment-weight-unrouted',
          '!variables.isRouted',
          says('Experiment template weight cannot be set unless TrafficRouting is enabled'),
        ),
        rule(
          'experiment-weight-router',
          `variables.isRouted && !(${routers} || variables.hasPlugins)`,
          says(
            'Experiment template weight is only available for TrafficRouting with SMI, ALB, Istio and Plugins at this time',
          ),
        ),
      ),
    ),
    each(
      't',
      analyses,
      fieldRefs('experiment', say`${PATH}.experiment.analyses[${shown('t')}]`, `optional.of(${analyses}[t])`),
    ),
  ];
}

const STRING_MATCH = record({ exact: quoted, prefix: quoted, regex: quoted });
const HEADER_ROUTE = record({
  name: quoted,
  match: listOf('header', record({ headerName: quoted, headerValue: STRING_MATCH })),
});
const MIRROR_ROUTE = record({
  name: quoted,
  match: listOf(
    'request',
    record({ method: STRING_MATCH, path: STRING_MATCH, headers: mapOf('key', STRING_MATCH) }),
  ),
  percentage: shown,
});

function headerChecks(): readonly Check[] {
  const here = `${STEP}.setHeaderRoute`;
  const path = say`${PATH}.setHeaderRoute`;
  const match = `${here}.?match.orValue([])`;
  const value = `${match}[h].headerValue`;
  const valuePath = say`${path}.match[${shown('h')}].headerValue`;
  const inexact = `(has(${ROUTING}.alb) && ${value}.?exact.orValue('') == '')`;
  const canDo = canRoute('alb', 'istio', 'apisix');
  return [
    unroutable('header-router', canDo, {
      path,
      value: HEADER_ROUTE(here),
      reason: 'SetHeaderRoute requires TrafficRouting, supports Istio and ALB and Apisix',
    }),
    given(
      `(${canDo})`,
      ...managedRouteChecks('header', path, `${here}.?name.orValue('')`),
      each(
        'h',
        match,
        rule(
          'header-alb-exact',
          inexact,
          say`${valuePath}: Invalid value: ${STRING_MATCH(value)}: SetHeaderRoute match value invalid. ALB supports 'exact' value only`,
        ),
        given(`!${inexact}`, ...stringMatchChecks('header', valuePath, value)),
      ),
    ),
  ];
}

function mirrorChecks(): readonly Check[] {
  const here = `${STEP}.setMirrorRoute`;
  const path = say`${PATH}.setMirrorRoute`;
  const match = `${here}.?match.orValue([])`;
  const canDo = canRoute('istio');
  const matchPath = say`${path}.match[${shown('h')}]`;
  return [
    unroutable('mirror-router', canDo, {
      path,
      value: MIRROR_ROUTE(here),
      reason: 'SetMirrorRoute requires TrafficRouting, supports Istio and Plugins',
    }),
    given(
      `(${canDo})`,
      ...managedRouteChecks('mirror', path, `${here}.name`),
      each(
        'h',
        match,
        ...['method', 'path'].map((part) =>
          given(
            `has(${match}[h].${part})`,
            ...stringMatchChecks(`mirror-${part}`, say`${matchPath}.${literal(part)}`, `${match}[h].${part}`),
          ),
        ),
      ),
    ),
  ];
}

function canRoute(...routers: readonly string[]): string {
  return [...routers.map((name) => `has(${ROUTING}.${name})`), 'variables.hasPlugins'].join(' || ');
}

function unroutable(
  name: string,
  canDo: string,
  { path, value, reason }: { readonly path: string; readonly value: string; readonly reason: string },
): Check {
  return rule(name, `!(${canDo})`, say`${path}: Invalid value: ${value}: ${literal(reason)}`);
}

/** That there are none at all is told with the first step that needs one. */
function managedRouteChecks(name: string, path: string, route: string): readonly Check[] {
  const field = 'spec.strategy.canary.trafficRouting.managedRoutes';
  return [
    rule(
      `${name}-routes-missing`,
      'size(variables.managedRoutes) == 0 && variables.needRoutes[0] == i',
      literal(`${field}: Required value: Rollout has missing field '${field}'`),
    ),
    rule(
      `${name}-route-unknown`,
      `size(variables.managedRoutes) > 0 && !(${route} in variables.managedRoutes)`,
      say`${path}.name: Invalid value: ${quoted(route)}: Steps define a route that does not exist in spec.strategy.canary.trafficRouting.managedRoutes`,
    ),
  ];
}

/** The steps that need a managed route and could have one. */
export const NEED_ROUTES = `variables.places.filter(i, i < size(variables.steps) && (
  (has(${STEP}.setHeaderRoute) && (${canRoute('alb', 'istio', 'apisix')})) ||
  (has(${STEP}.setMirrorRoute) && (${canRoute('istio')}))))`;

function stringMatchChecks(name: string, path: string, value: string): readonly Check[] {
  const set = `size([${value}.?exact.orValue(''), ${value}.?prefix.orValue(''), ${value}.?regex.orValue('')].filter(text, text != ''))`;
  const says = (reason: string) => say`${path}: Invalid value: ${STRING_MATCH(value)}: ${literal(reason)}`;
  return [
    rule(
      `${name}-match-several`,
      `${set} > 1`,
      says('StringMatch match value must have exactly one of the following: exact, regex, prefix'),
    ),
    rule(
      `${name}-match-none`,
      `${set} == 0`,
      says('StringMatch value missed, match value must have one of the following: exact, regex, prefix'),
    ),
  ];
}
