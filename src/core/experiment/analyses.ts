import type { AnalysisRun, AnalysisRunSpec, Argument } from '../../api/analysis.ts';
import type { ExperimentAnalysis, ExperimentAnalysisRunStatus } from '../../api/experiment.ts';
import { API_VERSION, LABEL } from '../../api/keys.ts';
import { composeRun } from '../analysis/compose.ts';
import { isCompleted } from '../analysis/measurement.ts';
import { substitute } from '../analysis/substitute.ts';
import { formatInstant, type Instant } from '../time.ts';
import { templateKey } from '../world.ts';
import { durationOf } from './duration.ts';
import { ownedBy } from './owner.ts';
import type { Part } from './parts.ts';
import { type ExperimentWorld, objectKey } from './world.ts';

/** What the arguments of analyses may speak of. */
export interface Speaking {
  readonly parts: readonly Part[];
  /** When all pods were available; null: not yet. */
  readonly availableAt: Instant | null;
}

/** How an analysis stands now. The name of its run is written down before that is made. */
export function analysisStatus(
  world: ExperimentWorld,
  analysis: ExperimentAnalysis,
  speaking: Speaking,
  stage: { readonly isBegun: boolean; readonly isOver: boolean },
): ExperimentAnalysisRunStatus {
  const { name } = analysis;
  const stored = world.experiment.status?.analysisRuns?.find((one) => one.name === name);
  if (stored !== undefined && isVerdict(stored.phase)) return stored;
  const run = world.runs.find(({ metadata }) => metadata.name === stored?.analysisRun);
  if (stored !== undefined && run !== undefined) return seen(stored, run);
  if (stage.isOver) return stored ?? { name, analysisRun: '', phase: '' };
  const composed = specOf(world, analysis, speaking);
  if (composed.kind === 'problem')
    return { name, analysisRun: stored?.analysisRun ?? '', phase: 'Error', message: composed.message };
  const claimed = isTaken(world, stored?.analysisRun ?? '') ? '' : (stored?.analysisRun ?? '');
  if (!stage.isBegun && claimed === '') return { name, analysisRun: '', phase: '' };
  const runName = claimed === '' ? freeName(world, name) : claimed;
  const refused = world.refusals.get(objectKey({ kind: 'AnalysisRun', name: runName }));
  if (refused !== undefined) return { name, analysisRun: '', phase: 'Error', message: refused };
  return { name, analysisRun: runName, phase: 'Pending' };
}

function seen(stored: ExperimentAnalysisRunStatus, run: AnalysisRun): ExperimentAnalysisRunStatus {
  const { phase = '', message } = run.status ?? {};
  const { name, analysisRun } = stored;
  // An update of the run that has lost its status for a moment says nothing new.
  if (phase === '') return { ...stored, phase: stored.phase === '' ? 'Pending' : stored.phase };
  return { name, analysisRun, phase, ...(message === undefined || message === '' ? {} : { message }) };
}

/** A run of this name that is still going on was made by an earlier pass whose status was lost. */
function freeName(world: ExperimentWorld, analysis: string): string {
  const base = `${world.experiment.metadata.name}-${analysis}`;
  for (let i = 0; ; i++) {
    const name = i === 0 ? base : `${base}.${i}`;
    const other = world.runs.find(({ metadata }) => metadata.name === name);
    const isUsable =
      other === undefined || (other.spec.terminate !== true && !isVerdict(other.status?.phase));
    if (isUsable && !isTaken(world, name)) return name;
  }
}

function isTaken(world: ExperimentWorld, name: string): boolean {
  return name !== '' && world.isTaken({ kind: 'AnalysisRun', name });
}

/** True where an analysis has ended. */
export function isVerdict(phase: ExperimentAnalysisRunStatus['phase'] | undefined): boolean {
  return phase !== undefined && phase !== '' && isCompleted(phase);
}

/** The run of an analysis, under a name that the status has; null where it cannot be made. */
export function runOf(
  world: ExperimentWorld,
  analysis: ExperimentAnalysis,
  name: string,
  speaking: Speaking,
): AnalysisRun | null {
  const composed = specOf(world, analysis, speaking);
  if (composed.kind === 'problem') return null;
  const { metadata, spec } = world.experiment;
  const instance = metadata.labels?.[LABEL.instanceId];
  const { labels, annotations } = spec.analysisRunMetadata ?? {};
  const all = { ...labels, ...(instance === undefined ? {} : { [LABEL.instanceId]: instance }) };
  return {
    apiVersion: API_VERSION,
    kind: 'AnalysisRun',
    metadata: {
      name,
      namespace: metadata.namespace ?? '',
      ...(Object.keys(all).length === 0 ? {} : { labels: all }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [ownedBy(world.experiment)],
    },
    spec: composed.spec,
  };
}

type Spec =
  | { readonly kind: 'spec'; readonly spec: AnalysisRunSpec }
  | { readonly kind: 'problem'; readonly message: string };

function specOf(world: ExperimentWorld, analysis: ExperimentAnalysis, speaking: Speaking): Spec {
  const { experiment, templates } = world;
  const { templateName, clusterScope } = analysis;
  const ref = { templateName, ...(clusterScope === undefined ? {} : { clusterScope }) };
  const isOfCluster = clusterScope === true;
  const kind = isOfCluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
  const failed = (why: string) =>
    ({
      kind: 'problem',
      message: `${kind} verification failed for analysis '${analysis.name}': ${why}`,
    }) as const;
  // In the words of the API server, as the original passes them on.
  if ((templates[templateKey(ref)] ?? null) === null)
    return failed(`${kind.toLowerCase()}.argoproj.io "${templateName}" not found`);
  const given = argumentsOf(world, analysis.args ?? [], speaking);
  if (given.problem !== null) return failed(given.problem);
  const { dryRun = [], measurementRetention = [] } = experiment.spec;
  const composed = composeRun({
    analysis: { templates: [ref], args: given.args, dryRun, measurementRetention },
    templates,
    rollout: experiment,
    stableHash: '',
    latestHash: '',
    path: 'spec.analyses',
  });
  if (composed.kind === 'spec') return composed;
  return failed(composed.issues.map(({ message }) => message).join('; '));
}

/** Fills in what arguments say of the experiment, such as `{{templates.canary.podTemplateHash}}`. */
function argumentsOf(
  { experiment }: ExperimentWorld,
  args: readonly Argument[],
  { parts, availableAt }: Speaking,
): { readonly args: readonly Argument[]; readonly problem: string | null } {
  const duration = durationOf(experiment);
  const times = ['experiment.availableAt', ...(duration === null ? [] : ['experiment.finishedAt'])];
  const values = new Map([
    ...parts.flatMap(({ template, hash, replicaSetName }): [string, string][] => [
      [`templates.${template.name}.podTemplateHash`, hash],
      [`templates.${template.name}.replicaset.name`, replicaSetName],
    ]),
    ...(availableAt === null
      ? []
      : times.map((name): [string, string] => {
          const at = name === 'experiment.availableAt' ? availableAt : availableAt + (duration ?? 0);
          return [name, formatInstant(at)];
        })),
  ]);
  const filled = substitute(args, values, new Set(times));
  const [unresolved] = filled.unresolved;
  const problem =
    unresolved === undefined ? (filled.problems[0] ?? null) : `{{${unresolved}}} was not resolved`;
  return { args: filled.value, problem };
}
