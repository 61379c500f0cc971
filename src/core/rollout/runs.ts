import type { AnalysisRun, AnalysisRunSpec } from '../../api/analysis.ts';
import { ANNOTATION, API_VERSION, LABEL, ROLLOUT_TYPE } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import type { AnalysisRunSummary, RolloutAnalysis } from '../../api/rollout.ts';
import { partsOfAlpha } from '../analysis/compare/alpha.ts';
import { composeRun } from '../analysis/compose.ts';
import { ownerReference } from '../owner.ts';
import type { Note, RunsTarget } from '../plan.ts';
import type { World } from '../world.ts';
import { isPreviewReady, postAnalysis, preAnalysis } from './blue-green/runs.ts';
import { isActive } from './blue-green/track.ts';
import { isComplete } from './goals.ts';
import type { Life } from './life.ts';
import { nextNumber, type Release } from './release.ts';
import { surplusRuns } from './run-history.ts';
import { isUnproven } from './unproven.ts';

/** Which of the analyses of a rollout a run belongs to. */
type Role = 'step' | 'background' | 'pre' | 'post';

const TYPE = {
  step: ROLLOUT_TYPE.step,
  background: ROLLOUT_TYPE.background,
  pre: ROLLOUT_TYPE.prePromotion,
  post: ROLLOUT_TYPE.postPromotion,
} as const;

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
  const pre = refresh(world, life.preRun, 'pre', null);
  const post = refresh(world, life.postRun, 'post', null);
  return {
    life: {
      ...life,
      stepRun: step.summary,
      backgroundRun: background.summary,
      preRun: pre.summary,
      postRun: post.summary,
    },
    notes: [...step.notes, ...background.notes, ...pre.notes, ...post.notes],
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
  const text = `${TYPE[role]} Analysis Run '${summary.name}' Status New: '${phase}' Previous: '${summary.status}'`;
  const type = phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal';
  return { summary: seen, notes: [{ type, reason: `AnalysisRun${phase}`, message: text } as const] };
}

/** The life with a name for every run that must be under way now: written down before the run is made. */
export function claimRuns(world: World, release: Release, life: Life): Life {
  if (release.strategy === 'blueGreen') return claimAroundSwitch(world, release, life);
  const none = { stepRun: null, backgroundRun: null, preRun: null, postRun: null };
  if (!mayAnalyse(release, life)) return { ...life, ...none };
  const background = backgroundWanted(release, life);
  const step = stepAnalysis(release, life);
  return {
    ...life,
    ...none,
    stepRun: step === undefined ? null : (life.stepRun ?? claim(world, release, life, 'step')),
    backgroundRun: background ? (life.backgroundRun ?? claim(world, release, life, 'background')) : null,
  };
}

/** What became of a run before or after the switch is told until the next release. */
function claimAroundSwitch(world: World, release: Release, life: Life): Life {
  const isPre = preAnalysis(release, life) !== undefined && isPreviewReady(release, life);
  const isPost = postAnalysis(release, life) !== undefined && isActive(release);
  return {
    ...life,
    stepRun: null,
    backgroundRun: null,
    preRun: life.preRun ?? (isPre ? claim(world, release, life, 'pre') : null),
    postRun: life.postRun ?? (isPost ? claim(world, release, life, 'post') : null),
  };
}

/** True while a release may be measured: it is under way, and there is a version to measure it by. */
export function mayAnalyse(release: Release, life: Life): boolean {
  const underWay = life.stable !== null && !isComplete(release, life);
  return underWay && life.abort !== true && !life.full && release.stable !== null && !isUnproven(release);
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
  if (role !== 'background' && life.pauses.length > 0) return null;
  const base = `${release.rollout.metadata.name}-${release.hash}-${nextNumber(release)}`;
  const name = `${base}${suffix(role, life)}`;
  const taken = new Map(world.runs.map((run) => [run.metadata.name, run]));
  for (let i = 0; ; i++) {
    const candidate = i === 0 ? name : `${name}.${i}`;
    const other = taken.get(candidate);
    if (other === undefined || isUsable(other)) return { name: candidate, status: '' as never };
  }
}

function suffix(role: Role, life: Life): string {
  if (role === 'background') return '';
  return role === 'step' ? `-${life.step ?? 0}` : `-${role}`;
}

/** A run of this name that is still going on was made by an earlier pass whose status was lost. */
function isUsable(run: AnalysisRun): boolean {
  return run.spec.terminate !== true && !isFinished(run);
}

/** True where the run has its verdict. */
export function isFinished(run: { readonly status?: { readonly phase?: string } }): boolean {
  return isVerdict(run.status?.phase ?? '');
}

function isVerdict(phase: string): boolean {
  return phase !== '' && phase !== 'Pending' && phase !== 'Running';
}

/**
 * True where a run was made for a revision that we have not heard of: somebody knows more than we do. To end
 * it would make it a success before it has measured anything.
 */
export function isAhead(run: Pick<Manifest, 'metadata'>, release: Release): boolean {
  const made = Number.parseInt(run.metadata.annotations?.[ANNOTATION.revision] ?? '0', 10);
  return made > Math.max(nextNumber(release), ...release.all.map(({ number }) => number));
}

/** The runs to make, to end and to throw away for this life. */
export function runsTarget(world: World, release: Release, life: Life): RunsTarget {
  const wanted = wantedRuns(release, life);
  const names = new Set(world.runs.map((run) => run.metadata.name));
  const known = world.runs.filter((run) => !isAhead(run, release));
  const ended = known.filter((run) => !wanted.some(({ name }) => name === run.metadata.name));
  const told = [life.stepRun, life.backgroundRun, life.preRun, life.postRun].map((run) => run?.name);
  const others = known.filter((run) => !told.includes(run.metadata.name));
  return {
    create: wanted
      .filter(({ name }) => !names.has(name))
      .flatMap((want) => compose(world, release, life, want)),
    terminate: ended.filter((run) => !isFinished(run) && run.spec.terminate !== true),
    discard: surplusRuns(others, release),
  };
}

/** A run that should be going on. One that has its verdict is not made again once it has been thrown away. */
interface WantedRun {
  readonly role: Role;
  readonly name: string;
  readonly analysis: RolloutAnalysis;
}

function wantedRuns(release: Release, life: Life): readonly WantedRun[] {
  const { stepRun, backgroundRun, preRun, postRun } = life;
  return [
    ...wantedRun('step', stepRun, stepAnalysis(release, life)),
    ...wantedRun('background', backgroundRun, release.canarySpec.analysis),
    ...wantedRun('pre', preRun, preAnalysis(release, life)),
    ...wantedRun('post', postRun, postAnalysis(release, life)),
  ];
}

function wantedRun(
  role: Role,
  summary: AnalysisRunSummary | null,
  analysis: RolloutAnalysis | undefined,
): readonly WantedRun[] {
  if (summary === null || analysis === undefined || isVerdict(summary.status)) return [];
  return [{ role, name: summary.name, analysis }];
}

function compose(world: World, release: Release, life: Life, want: WantedRun): readonly AnalysisRun[] {
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
  return [manifest(release, life, want, composed.spec, partsFor(world, release, want))];
}

/** Into how many parts a step's comparisons split the alpha of the release. */
function partsFor({ templates }: World, { steps }: Release, { role, analysis }: WantedRun): number {
  if (role !== 'step') return 1;
  const inline = steps.map((step) => step.analysis?.templates ?? []);
  return partsOfAlpha(analysis.templates ?? [], inline, templates);
}

function manifest(
  release: Release,
  life: Life,
  want: WantedRun,
  spec: AnalysisRunSpec,
  parts: number,
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
        [LABEL.rolloutType]: TYPE[want.role],
        ...(want.role === 'step' ? { [LABEL.stepIndex]: String(life.step ?? 0) } : {}),
        ...(instance === undefined ? {} : { [LABEL.instanceId]: instance }),
      },
      annotations: {
        ...extra?.annotations,
        ...(parts === 1 ? {} : { [ANNOTATION.alphaParts]: String(parts) }),
        [ANNOTATION.revision]: String(nextNumber(release)),
      },
      ownerReferences: [ownerReference(metadata)],
    },
    spec,
  };
}
