import type { AnalysisRun, AnalysisRunSpec } from '../../api/analysis.ts';
import { ANNOTATION, API_VERSION, LABEL, ROLLOUT_TYPE } from '../../api/keys.ts';
import type { AnalysisRunSummary, RolloutAnalysis } from '../../api/rollout.ts';
import { composeRun } from '../analysis/compose.ts';
import { ownerReference } from '../owner.ts';
import type { Note, RunsTarget } from '../plan.ts';
import type { World } from '../world.ts';
import { isComplete } from './goals.ts';
import { type Life, nextNumber } from './life.ts';
import type { Release } from './release.ts';
import { surplusRuns } from './run-history.ts';

/** Which of the two analyses of a canary a run belongs to. */
type Role = 'step' | 'background';

const TITLE = { step: 'Step', background: 'Background' } as const;

/**
 * The life with the phases that its runs have now, and what is told of changes. Runs of other steps are let
 * go.
 */
export function refreshRuns(
  world: World,
  life: Life,
): { readonly life: Life; readonly notes: readonly Note[] } {
  const step = refresh(world, life.stepRun, 'step', life.step);
  const background = refresh(world, life.backgroundRun, 'background', null);
  return {
    life: { ...life, stepRun: step.summary, backgroundRun: background.summary },
    notes: [...step.notes, ...background.notes],
  };
}

function refresh(world: World, summary: AnalysisRunSummary | null, role: Role, step: number | null) {
  if (summary === null) return { summary, notes: [] };
  const run = world.runs.find((r) => r.metadata.name === summary.name);
  // A run that is not there yet is made (again) under the name that the status has for it.
  if (run === undefined) return { summary, notes: [] };
  const index = run.metadata.labels?.[LABEL.stepIndex];
  if (role === 'step' && index !== undefined && index !== String(step)) return { summary: null, notes: [] };
  const phase = run.status?.phase ?? '';
  const message = run.status?.message;
  const seen = {
    name: summary.name,
    status: phase as AnalysisRunSummary['status'],
    ...(message === undefined || message === '' ? {} : { message }),
  };
  if (phase === '' || phase === summary.status) return { summary: seen, notes: [] };
  const text = `${TITLE[role]} Analysis Run '${summary.name}' Status New: '${phase}' Previous: '${summary.status}'`;
  const type = phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal';
  return { summary: seen, notes: [{ type, reason: `AnalysisRun${phase}`, message: text } as const] };
}

/** The life with a name for every run that must be under way now: written down before the run is made. */
export function claimRuns(world: World, release: Release, life: Life): Life {
  if (!mayAnalyse(release, life)) return { ...life, stepRun: null, backgroundRun: null };
  const background = backgroundWanted(release, life);
  const step = stepAnalysis(release, life);
  return {
    ...life,
    stepRun: step === undefined ? null : (life.stepRun ?? claim(world, release, life, 'step')),
    backgroundRun: background ? (life.backgroundRun ?? claim(world, release, life, 'background')) : null,
  };
}

function mayAnalyse(release: Release, life: Life): boolean {
  const underWay = life.stable !== null && !isComplete(release, life);
  return underWay && life.abort !== true && !life.full && release.stable !== null;
}

function backgroundWanted(release: Release, life: Life): boolean {
  const analysis = release.canarySpec.analysis;
  if (analysis === undefined) return false;
  return life.step === null || life.step >= (analysis.startingStep ?? 0);
}

function stepAnalysis(release: Release, life: Life): RolloutAnalysis | undefined {
  return life.step === null ? undefined : release.steps[life.step]?.analysis;
}

function claim(world: World, release: Release, life: Life, role: Role): AnalysisRunSummary | null {
  if (role === 'step' && life.pauses.length > 0) return null;
  const base = `${release.rollout.metadata.name}-${release.hash}-${nextNumber(release)}`;
  const name = role === 'step' ? `${base}-${life.step ?? 0}` : base;
  const taken = new Map(world.runs.map((run) => [run.metadata.name, run]));
  for (let i = 0; ; i++) {
    const candidate = i === 0 ? name : `${name}.${i}`;
    const other = taken.get(candidate);
    if (other === undefined || isUsable(other)) return { name: candidate, status: '' as never };
  }
}

/** A run of this name that is still going on was made by an earlier pass whose status was lost. */
function isUsable(run: AnalysisRun): boolean {
  return run.spec.terminate !== true && !isFinished(run);
}

/** True where the run has its verdict. */
export function isFinished(run: AnalysisRun): boolean {
  const phase = run.status?.phase ?? '';
  return phase !== '' && phase !== 'Pending' && phase !== 'Running';
}

/** The runs to make, to end and to throw away for this life. */
export function runsTarget(world: World, release: Release, life: Life): RunsTarget {
  const mine = [life.stepRun?.name, life.backgroundRun?.name];
  const names = new Set(world.runs.map((run) => run.metadata.name));
  const create: AnalysisRun[] = [];
  const step = stepAnalysis(release, life);
  const background = release.canarySpec.analysis;
  if (life.stepRun !== null && !names.has(life.stepRun.name) && step !== undefined)
    create.push(...compose(world, release, life, { role: 'step', name: life.stepRun.name, analysis: step }));
  if (life.backgroundRun !== null && !names.has(life.backgroundRun.name) && background !== undefined)
    create.push(
      ...compose(world, release, life, {
        role: 'background',
        name: life.backgroundRun.name,
        analysis: background,
      }),
    );
  const others = world.runs.filter((run) => !mine.includes(run.metadata.name));
  return {
    create,
    terminate: others.filter((run) => !isFinished(run) && run.spec.terminate !== true),
    discard: surplusRuns(others, release),
  };
}

function compose(
  world: World,
  release: Release,
  life: Life,
  want: { readonly role: Role; readonly name: string; readonly analysis: RolloutAnalysis },
): readonly AnalysisRun[] {
  const composed = composeRun({
    analysis: want.analysis,
    templates: world.templates,
    rollout: release.rollout,
    stableHash: life.stable ?? '',
    latestHash: release.hash,
    path: '',
  });
  // The same templates were checked before this life was decided, so this cannot be reached.
  if (composed.kind === 'issues') return [];
  return [manifest(release, life, want, composed.spec)];
}

function manifest(
  release: Release,
  life: Life,
  want: { readonly role: Role; readonly name: string; readonly analysis: RolloutAnalysis },
  spec: AnalysisRunSpec,
): AnalysisRun {
  const { metadata } = release.rollout;
  const extra = want.analysis.analysisRunMetadata;
  const instance = metadata.labels?.[LABEL.instanceId];
  return {
    apiVersion: API_VERSION,
    kind: 'AnalysisRun',
    metadata: {
      name: want.name,
      namespace: metadata.namespace ?? '',
      labels: {
        ...release.rollout.spec.selector?.matchLabels,
        ...extra?.labels,
        [LABEL.podTemplateHash]: release.hash,
        [LABEL.rolloutType]: ROLLOUT_TYPE[want.role],
        ...(want.role === 'step' ? { [LABEL.stepIndex]: String(life.step ?? 0) } : {}),
        ...(instance === undefined ? {} : { [LABEL.instanceId]: instance }),
      },
      annotations: { ...extra?.annotations, [ANNOTATION.revision]: String(nextNumber(release)) },
      ownerReferences: [ownerReference(metadata)],
    },
    spec,
  };
}
