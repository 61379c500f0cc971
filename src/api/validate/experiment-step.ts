import { parseNanos } from '../duration.ts';
import type { Issue } from '../meta.ts';
import { at } from '../path.ts';
import type { ExperimentStep, TrafficRouting } from '../rollout.ts';
import { argumentIssues } from './analysis.ts';
import { invalid, notNegative, required, unique, when } from './issue.ts';
import { routersOf } from './traffic.ts';

const NO_ROUTING = 'Experiment template weight cannot be set unless TrafficRouting is enabled';

const NO_ROUTER =
  'Experiment template weight is only available for TrafficRouting with SMI, ALB, Istio and Plugins at this time';

/** Everything that is wrong with an experiment step. */
export function experimentStepIssues(
  path: string,
  step: ExperimentStep,
  routing: TrafficRouting | undefined,
): readonly Issue[] {
  const { templates, analyses = [], duration } = step;
  const isDuration = duration === undefined || (parseNanos(duration) ?? -1n) >= 0n;
  return [
    ...when(templates.length === 0, required(at(path, 'templates'))),
    ...templates.flatMap((template, index) => {
      const here = at(path, 'templates', index);
      return [
        ...when(template.name === '', required(at(here, 'name'))),
        ...weightIssues(at(here, 'weight'), template.weight, routing),
        ...notNegative(at(here, 'replicas'), template.replicas),
      ];
    }),
    ...unique(
      templates.map((template) => template.name),
      (index) => at(path, 'templates', index, 'name'),
    ),
    ...analyses.flatMap((analysis, index) => {
      const here = at(path, 'analyses', index);
      return [
        ...when(analysis.templateName === '', required(at(here, 'templateName'))),
        ...argumentIssues(at(here, 'args'), analysis.args),
      ];
    }),
    ...unique(
      analyses.map((analysis) => analysis.name),
      (index) => at(path, 'analyses', index, 'name'),
    ),
    ...when(!isDuration, invalid(at(path, 'duration'), duration, 'must be a duration such as 30s, 5m or 1h')),
    ...notNegative(at(path, 'scaleDownDelaySeconds'), step.scaleDownDelaySeconds),
  ];
}

function weightIssues(
  path: string,
  weight: number | undefined,
  routing: TrafficRouting | undefined,
): readonly Issue[] {
  if (weight === undefined) return [];
  if (routing === undefined) return [invalid(path, weight, NO_ROUTING)];
  const routers = routersOf(routing);
  const isRoutable = ['smi', 'alb', 'istio', 'plugins'].some((name) => routers.includes(name));
  return [...when(!isRoutable, invalid(path, weight, NO_ROUTER)), ...notNegative(path, weight)];
}
