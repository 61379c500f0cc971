import { ANNOTATION, API_VERSION } from '../../api/keys.ts';
import type { Issue, JsonObject, Manifest } from '../../api/meta.ts';
import { find, isObject } from '../../api/path.ts';
import type { ExperimentStep, RolloutAnalysis } from '../../api/rollout.ts';
import { notSupportedYet, validateRollout } from '../../api/validate/index.ts';
import { metricPluginIssues } from '../../api/validate/metric-plugins.ts';
import { composeRun } from '../analysis/compose.ts';
import { stepPluginIssues } from '../steps/index.ts';
import type { World } from '../world.ts';
import { shareIssues } from './additional.ts';
import { abilityIssues } from './managed-routes.ts';
import { sessionIssues } from './sessions.ts';
import { workloadIssues } from './workload-issues.ts';

/**
 * Specs that were found to be right. Objects here never change, so what was true of one stays true; to look
 * at the same one in every pass was a sixth of the controller's CPU. The shape of metadata and status, which
 * do change beside it, is held by the API server.
 */
const sound = new WeakSet<object>();

/** Every reason why the spec itself cannot be followed. */
export function specIssues({ rollout, workload }: World): readonly Issue[] {
  // Total: what the API server lets through may lack a spec, or have something else in its place.
  const spec: unknown = rollout.spec;
  const isObject = typeof spec === 'object' && spec !== null;
  if (isObject && sound.has(spec)) return [];
  const own = workload === null ? validateRollout(rollout) : workloadIssues(workload, rollout);
  const issues = [...own, ...stepPluginIssues(rollout), ...notSupportedYet(rollout)];
  if (isObject && issues.length === 0) sound.add(spec);
  return issues;
}

/** Every reason why what a valid spec refers to cannot be used: missing, foreign, of the wrong shape. */
export function referenceIssues(world: World): readonly Issue[] {
  return [
    ...serviceIssues(world),
    ...analysisIssues(world),
    ...templateIssues(world),
    ...world.routerIssues,
    ...(world.configuration?.issues ?? []),
    ...abilityIssues(world),
    ...shareIssues(world),
    ...sessionIssues(world),
  ];
}

function serviceIssues(world: World): readonly Issue[] {
  const { canary, blueGreen } = world.rollout.spec.strategy ?? {};
  return [
    ...serviceIssue(world, 'blueGreen.activeService', blueGreen?.activeService),
    ...serviceIssue(world, 'blueGreen.previewService', blueGreen?.previewService),
    ...serviceIssue(world, 'canary.stableService', canary?.stableService),
    ...serviceIssue(world, 'canary.canaryService', canary?.canaryService),
    ...serviceIssue(world, 'canary.pingPong.pingService', canary?.pingPong?.pingService),
    ...serviceIssue(world, 'canary.pingPong.pongService', canary?.pingPong?.pongService),
  ];
}

function serviceIssue(world: World, field: string, name: string | undefined): readonly Issue[] {
  if (name === undefined) return [];
  const path = `spec.strategy.${field}`;
  const issue = (message: string) => [{ path, message: `Invalid value: "${name}": ${message}` }];
  const service = world.services[name] ?? null;
  if (service === null) return issue(`service "${name}" not found`);
  const manager = service.metadata.annotations?.[ANNOTATION.managedByRollouts];
  const own = world.rollout.metadata.name;
  if (manager !== undefined && manager !== own && world.rolloutNames.has(manager))
    return issue(`Service "${name}" is managed by another Rollout`);
  const labels = world.rollout.spec.template?.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(service.spec?.selector ?? {})) {
    if (key === 'rollouts-pod-template-hash' || labels[key] === value) continue;
    return issue(`Service "${name}" has unmatch label "${key}" in rollout`);
  }
  return [];
}

function analysisIssues(world: World): readonly Issue[] {
  const { canary, blueGreen } = world.rollout.spec.strategy ?? {};
  const wanted: { readonly path: string; readonly analysis: RolloutAnalysis }[] = [];
  for (const field of ['prePromotionAnalysis', 'postPromotionAnalysis'] as const) {
    const analysis = blueGreen?.[field];
    if (analysis !== undefined) wanted.push({ path: `spec.strategy.blueGreen.${field}`, analysis });
  }
  if (canary?.analysis !== undefined)
    wanted.push({ path: 'spec.strategy.canary.analysis', analysis: canary.analysis });
  canary?.steps?.forEach((step, i) => {
    if (step.analysis !== undefined)
      wanted.push({ path: `spec.strategy.canary.steps[${i}].analysis`, analysis: step.analysis });
    if (step.experiment !== undefined) wanted.push(...analysesOf(step.experiment, i));
  });
  return wanted.flatMap(({ path, analysis }) => {
    const composed = composeRun({
      analysis,
      templates: world.templates,
      rollout: world.rollout,
      stableHash: '',
      latestHash: '',
      path,
    });
    return composed.kind === 'issues' ? composed.issues : [];
  });
}

/** The analyses of an experiment step, as if the rollout made them: better known before the release. */
function analysesOf({ analyses = [] }: ExperimentStep, step: number) {
  return analyses.map(({ templateName, clusterScope = false, args = [] }, i) => ({
    path: `spec.strategy.canary.steps[${step}].experiment.analyses[${i}]`,
    analysis: { templates: [{ templateName, clusterScope }], args },
  }));
}

/**
 * Metric providers that a template asks for and that are not there, and mistakes in what plugins are told:
 * better known before the release than in it.
 */
function templateIssues(world: World): readonly Issue[] {
  return Object.entries(world.templates).flatMap(([key, spec]) => {
    if (spec === null) return [];
    const [kind = '', name = ''] = key.split('/');
    const manifest = { apiVersion: API_VERSION, kind, metadata: { name }, spec };
    const issues = [...notSupportedYet(manifest), ...pluginIssues(manifest)];
    return issues.map(({ path, message }) => ({ path: `${kind} ${name}: ${path}`, message }));
  });
}

function pluginIssues(template: Manifest): readonly Issue[] {
  return find(template, 'spec.metrics[].provider.plugin').flatMap(({ path, value }) =>
    isObject(value) ? metricPluginIssues(path, value as JsonObject) : [],
  );
}
