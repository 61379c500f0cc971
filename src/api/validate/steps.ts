import { parsePause } from '../duration.ts';
import type { Issue } from '../meta.ts';
import { at } from '../path.ts';
import type {
  CanaryStep,
  CanaryStrategy,
  RouteMatch,
  SetHeaderRoute,
  SetMirrorRoute,
  StringMatch,
} from '../rollout.ts';
import { rolloutAnalysisIssues } from './analysis.ts';
import { experimentStepIssues } from './experiment-step.ts';
import { inRange, invalid, notNegative, required, when } from './issue.ts';
import { routersOf } from './traffic.ts';

const KINDS = [
  'experiment',
  'pause',
  'setWeight',
  'analysis',
  'setCanaryScale',
  'setHeaderRoute',
  'setMirrorRoute',
  'plugin',
] as const satisfies readonly (keyof CanaryStep)[];

/** Of these a step may have one. The others may stand beside it: older objects have such steps. */
const EXCLUSIVE: readonly (keyof CanaryStep)[] = KINDS.slice(0, 4);

const ONE_OF =
  'Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause';

/**
 * Everything that is wrong with the steps of a canary. Each thing is told once, also where it concerns
 * several steps.
 */
export function stepsIssues(path: string, canary: CanaryStrategy): readonly Issue[] {
  const issues = (canary.steps ?? []).flatMap((step, index) => stepIssues(at(path, index), step, canary));
  return [...new Map(issues.map((issue) => [`${issue.path}: ${issue.message}`, issue])).values()];
}

function stepIssues(path: string, step: CanaryStep, canary: CanaryStrategy): readonly Issue[] {
  const set = KINDS.filter((kind) => step[kind] !== undefined);
  const exclusive = set.filter((kind) => EXCLUSIVE.includes(kind));
  const max = canary.trafficRouting?.maxTrafficWeight ?? 100;
  const { setWeight: weight, setCanaryScale: scale } = step;
  const outside = weight !== undefined && (weight < 0 || weight > max);
  return [
    ...when(set.length === 0, invalid(path, step, ONE_OF)),
    ...when(exclusive.length > 1, invalid(path, exclusive.join(', '), ONE_OF)),
    ...when(outside, invalid(at(path, 'setWeight'), weight, `SetWeight needs to be between 0 and ${max}`)),
    ...pauseIssues(at(path, 'pause', 'duration'), step.pause?.duration),
    ...when(
      scale !== undefined && canary.trafficRouting === undefined,
      required(at(path, 'setCanaryScale'), 'SetCanaryScale requires TrafficRouting to be set'),
    ),
    ...notNegative(at(path, 'setCanaryScale', 'weight'), scale?.weight),
    ...notNegative(at(path, 'setCanaryScale', 'replicas'), scale?.replicas),
    ...rolloutAnalysisIssues(at(path, 'analysis'), step.analysis),
    ...(step.experiment === undefined
      ? []
      : experimentStepIssues(at(path, 'experiment'), step.experiment, canary.trafficRouting)),
    ...(step.setHeaderRoute === undefined
      ? []
      : headerRouteIssues(at(path, 'setHeaderRoute'), step.setHeaderRoute, canary)),
    ...(step.setMirrorRoute === undefined
      ? []
      : mirrorRouteIssues(at(path, 'setMirrorRoute'), step.setMirrorRoute, canary)),
    ...when(step.plugin?.name === '', required(at(path, 'plugin', 'name'))),
  ];
}

function pauseIssues(path: string, duration: number | string | undefined): readonly Issue[] {
  const pause = parsePause(duration);
  if (pause.kind !== 'invalid') return [];
  return [invalid(path, pause.seconds, 'Duration needs to be greater than 0')];
}

function headerRouteIssues(path: string, step: SetHeaderRoute, canary: CanaryStrategy): readonly Issue[] {
  const routers = routersOf(canary.trafficRouting);
  if (!['istio', 'alb', 'apisix', 'plugins'].some((name) => routers.includes(name))) {
    return [
      invalid(
        path,
        asTold(step),
        'SetHeaderRoute requires TrafficRouting, supports Istio and ALB and Apisix',
      ),
    ];
  }
  const onlyExact = "SetHeaderRoute match value invalid. ALB supports 'exact' value only";
  return [
    ...managedRouteIssues(at(path, 'name'), step.name ?? '', canary),
    ...(step.match ?? []).flatMap(({ headerName, headerValue }, index) => {
      const here = at(path, 'match', index);
      const inexact = routers.includes('alb') && (headerValue.exact ?? '') === '';
      return [
        ...when(headerName === '', required(at(here, 'headerName'))),
        ...(inexact
          ? [invalid(at(here, 'headerValue'), headerValue, onlyExact)]
          : stringMatchIssues(at(here, 'headerValue'), headerValue)),
      ];
    }),
  ];
}

function mirrorRouteIssues(path: string, step: SetMirrorRoute, canary: CanaryStrategy): readonly Issue[] {
  const routers = routersOf(canary.trafficRouting);
  if (!['istio', 'plugins'].some((name) => routers.includes(name))) {
    const told = { ...asTold(step), ...(step.match && { match: step.match.map(matchAsTold) }) };
    return [invalid(path, told, 'SetMirrorRoute requires TrafficRouting, supports Istio and Plugins')];
  }
  return [
    ...managedRouteIssues(at(path, 'name'), step.name, canary),
    ...(step.match ?? []).flatMap(({ method, path: url, headers = {} }, index) => {
      const here = at(path, 'match', index);
      return [
        ...(method === undefined ? [] : stringMatchIssues(at(here, 'method'), method)),
        ...(url === undefined ? [] : stringMatchIssues(at(here, 'path'), url)),
        ...Object.entries(headers).flatMap(([name, match]) =>
          stringMatchIssues(at(here, 'headers', name), match),
        ),
      ];
    }),
    ...inRange(at(path, 'percentage'), step.percentage, 0, 100),
  ];
}

/** With its fields in the order in which the original shows them; the API server sorts them by name. */
function asTold<T extends SetHeaderRoute | SetMirrorRoute>(step: T): T {
  return { name: undefined, match: undefined, ...step };
}

function matchAsTold(match: RouteMatch): RouteMatch {
  const { method, path, ...rest } = match;
  return { ...(method && { method }), ...(path && { path }), ...rest };
}

function managedRouteIssues(path: string, name: string, canary: CanaryStrategy): readonly Issue[] {
  const routes = canary.trafficRouting?.managedRoutes ?? [];
  if (routes.length === 0) {
    const field = 'spec.strategy.canary.trafficRouting.managedRoutes';
    return [required(field, `Rollout has missing field '${field}'`)];
  }
  const unknown =
    'Steps define a route that does not exist in spec.strategy.canary.trafficRouting.managedRoutes';
  return when(!routes.some((route) => route.name === name), invalid(path, name, unknown));
}

function stringMatchIssues(path: string, match: StringMatch): readonly Issue[] {
  const set = [match.exact, match.prefix, match.regex].filter((value) => (value ?? '') !== '');
  const several = 'StringMatch match value must have exactly one of the following: exact, regex, prefix';
  const none = 'StringMatch value missed, match value must have one of the following: exact, regex, prefix';
  return [
    ...when(set.length > 1, invalid(path, match, several)),
    ...when(set.length === 0, invalid(path, match, none)),
  ];
}
