import { parseNanos } from '../duration.ts';
import type { Experiment } from '../experiment.ts';
import type { Issue } from '../meta.ts';
import { at } from '../path.ts';
import { isEmptySelector } from '../selector.ts';
import { checkShape } from '../shape.ts';
import { when } from './issue.ts';
import { podTemplateIssues } from './pod-template.ts';
import { workloadSelectorIssues } from './selector.ts';

/**
 * Everything that keeps an Experiment from being followed, in the order of the spec; empty: nothing. What it
 * refers to is not looked at, and what the API server has against its pods is told by the API server. Total:
 * takes any object. Messages are sentences of their own, as the condition InvalidSpec has them.
 */
export function validateExperiment(experiment: Experiment): readonly Issue[] {
  const { wrong } = checkShape(experiment);
  if (wrong.length > 0) return wrong;
  const { templates, analyses = [], ...spec } = experiment.spec;
  const says = `Experiment ${experiment.metadata.name}`;
  const names = templates.map(({ name }) => name);
  const services = templates.map(({ service }) => service?.name);
  const path = (index: number, field: string) => at('spec.templates', index, field);
  const deadline = spec.progressDeadlineSeconds ?? 600;
  const isNegative = (field: 'progressDeadlineSeconds' | 'scaleDownDelaySeconds') =>
    when((spec[field] ?? 0) < 0, { path: `spec.${field}`, message: `${says} has a negative ${field}` });
  return [
    ...when(templates.length === 0, { path: 'spec.templates', message: `${says} has no templates` }),
    ...templates.flatMap(({ name, replicas = 1, minReadySeconds = 0, selector }, i) => [
      ...when(name === '', { path: path(i, 'name'), message: `${says} has a template without a name` }),
      ...when(replicas < 0, {
        path: path(i, 'replicas'),
        message: `${says} has negative replicas in template '${name}'`,
      }),
      ...when(isEmptySelector(selector), {
        path: path(i, 'selector'),
        message: `${says} has an empty selector in template '${name}', which would select all pods`,
      }),
      ...when(minReadySeconds >= deadline, {
        path: path(i, 'minReadySeconds'),
        message: `${says} has minReadySeconds in template '${name}' that are not below progressDeadlineSeconds`,
      }),
    ]),
    ...repeated(names).map(({ value, index }) => ({
      path: path(index, 'name'),
      message: `${says} has repeated template name '${value}' in templates`,
    })),
    ...repeated(services).map(({ value, index }) => ({
      path: path(index, 'service.name'),
      message: `${says} has repeated service name '${value}' in templates`,
    })),
    ...repeated(analyses.map(({ name }) => name)).map(({ value, index }) => ({
      path: at('spec.analyses', index, 'name'),
      message: `${says} has repeated analysis name '${value}' in analyses`,
    })),
    ...when(spec.duration !== undefined && (parseNanos(spec.duration) ?? -1n) < 0n, {
      path: 'spec.duration',
      message: `${says} has a duration that is not one such as 30s, 5m or 1h: '${spec.duration ?? ''}'`,
    }),
    ...isNegative('progressDeadlineSeconds'),
    ...isNegative('scaleDownDelaySeconds'),
  ];
}

/**
 * What the API server will have against the pods of a valid Experiment: for lint; when it runs the API server
 * tells.
 */
export function experimentPodIssues(experiment: Experiment): readonly Issue[] {
  if (validateExperiment(experiment).length > 0) return [];
  return experiment.spec.templates.flatMap(({ selector, template }, index) => {
    const here = at('spec.templates', index);
    const labels = template.metadata?.labels ?? {};
    const pods = { path: at(here, 'template', 'metadata', 'labels'), labels };
    return [
      ...workloadSelectorIssues(at(here, 'selector'), selector, pods),
      ...podTemplateIssues(at(here, 'template'), template),
    ];
  });
}

function repeated(
  values: readonly (string | undefined)[],
): readonly { readonly value: string; readonly index: number }[] {
  return values.flatMap((value, index) =>
    value !== undefined && value !== '' && values.indexOf(value) < index ? [{ value, index }] : [],
  );
}
