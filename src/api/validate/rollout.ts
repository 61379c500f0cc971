import type { Issue } from '../meta.ts';
import type { Rollout, RolloutSpec, Strategy } from '../rollout.ts';
import { checkShape, withoutNulls } from '../shape.ts';
import { workloadGroup, workloadKind } from '../workload-kinds.ts';
import { blueGreenIssues } from './blue-green.ts';
import { canaryIssues } from './canary.ts';
import { invalid, notNegative, required, when } from './issue.ts';
import { podTemplateIssues } from './pod-template.ts';
import { podsMetadataIssues } from './pods-metadata.ts';
import { workloadSelectorIssues } from './selector.ts';

/**
 * Everything that is wrong with a Rollout by itself, in the order of the spec; empty: nothing. What it refers
 * to (Services, templates, routes) is not looked at. Total: takes any object, and says what is wrong with its
 * shape first. The messages are those of the API that we are compatible with, where it has one.
 */
export function validateRollout(rollout: Rollout): readonly Issue[] {
  const { wrong } = checkShape(rollout);
  if (wrong.length > 0) return wrong;
  const { spec } = withoutNulls(rollout);
  return [
    ...notNegative('spec.replicas', spec.replicas),
    ...(spec.workloadRef === undefined ? selectorAndTemplateIssues(spec) : workloadRefIssues(spec)),
    ...timeIssues(spec),
    ...notNegative('spec.rollbackWindow.revisions', spec.rollbackWindow?.revisions),
    ...strategyIssues(spec),
    ...podsMetadataIssues(spec),
  ];
}

function selectorAndTemplateIssues(spec: RolloutSpec): readonly Issue[] {
  const template = spec.template ?? {};
  const pods = { path: 'spec.template.metadata.labels', labels: template.metadata?.labels ?? {} };
  return [
    ...(spec.selector === undefined
      ? [required('spec.selector', "Rollout has missing field '.spec.selector'")]
      : workloadSelectorIssues('spec.selector', spec.selector, pods)),
    ...podTemplateIssues('spec.template', template),
  ];
}

function workloadRefIssues(spec: RolloutSpec): readonly Issue[] {
  const { selector, template, workloadRef = {} } = spec;
  const { apiVersion = '', kind = '', name = '' } = workloadRef;
  const hasTemplate = [template?.metadata?.labels, template?.metadata?.annotations, template?.spec].some(
    (part) => part !== undefined && Object.keys(part).length > 0,
  );
  return [
    ...(selector === undefined ? [] : workloadSelectorIssues('spec.selector', selector, null)),
    ...when(hasTemplate, {
      path: 'spec.template',
      message: 'template must be empty for workload reference rollout',
    }),
    ...when(workloadKind(apiVersion, kind) === 'unsupported', {
      path: 'spec.workloadRef.kind',
      message: `workload of type ${workloadGroup(apiVersion)}/${kind} is not supported`,
    }),
    ...when(name === '', required('spec.workloadRef.name')),
  ];
}

function timeIssues(spec: RolloutSpec): readonly Issue[] {
  const { minReadySeconds = 0, progressDeadlineSeconds = 600 } = spec;
  return [
    ...notNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...notNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...notNegative('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds),
    ...when(
      progressDeadlineSeconds >= 0 && progressDeadlineSeconds <= minReadySeconds,
      invalid(
        'spec.progressDeadlineSeconds',
        progressDeadlineSeconds,
        'must be greater than minReadySeconds',
      ),
    ),
  ];
}

function strategyIssues(spec: RolloutSpec): readonly Issue[] {
  const { canary, blueGreen }: Strategy = spec.strategy ?? {};
  if (canary !== undefined && blueGreen !== undefined) {
    return [
      invalid('spec.strategy', 'blueGreen: true canary: true', 'Multiple Strategies can not be listed'),
    ];
  }
  if (canary !== undefined) return canaryIssues(canary);
  if (blueGreen !== undefined) return blueGreenIssues(blueGreen, spec.revisionHistoryLimit ?? 10);
  const missing = "Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'";
  return [required('spec.strategy', missing)];
}
