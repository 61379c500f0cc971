import type { AnalysisPhase } from '../../api/analysis.ts';
import type {
  ExperimentAnalysisRunStatus,
  ExperimentStatus,
  ExperimentTemplateStatus,
} from '../../api/experiment.ts';
import type { Note } from '../plan.ts';

const BAD: ReadonlySet<string> = new Set(['Failed', 'Error', 'Inconclusive']);

/** What is told of the way from one status to the next, in the original's words. */
export function transitionNotes(before: ExperimentStatus, after: ExperimentStatus): readonly Note[] {
  return [
    ...templateNotes(before.templateStatuses ?? [], after.templateStatuses ?? []),
    ...analysisNotes(before, after),
    ...phaseNotes(before.phase, after.phase),
  ];
}

/** What is told of its analyses: also of the rollout that the experiment belongs to. */
export function analysisNotes(before: ExperimentStatus, after: ExperimentStatus): readonly Note[] {
  return (after.analysisRuns ?? []).flatMap((run) => {
    const old = before.analysisRuns?.find(({ name }) => name === run.name);
    return analysisNote(old, run);
  });
}

function templateNotes(
  before: readonly ExperimentTemplateStatus[],
  after: readonly ExperimentTemplateStatus[],
): readonly Note[] {
  return after.flatMap(({ name, status = '', message }) => {
    const old = before.find((one) => one.name === name)?.status ?? '';
    return transition('Template', `Template '${name}'`, { old, status, message });
  });
}

function analysisNote(
  before: ExperimentAnalysisRunStatus | undefined,
  { name, phase, message }: ExperimentAnalysisRunStatus,
): readonly Note[] {
  return transition('AnalysisRun', `AnalysisRun '${name}'`, {
    old: before?.phase ?? '',
    status: phase,
    message,
  });
}

function phaseNotes(old: AnalysisPhase | undefined, status: AnalysisPhase | undefined): readonly Note[] {
  return transition('Experiment', 'Experiment', { old: old ?? '', status: status ?? '', message: undefined });
}

function transition(
  kind: string,
  subject: string,
  way: { readonly old: string; readonly status: string; readonly message: string | undefined },
): readonly Note[] {
  const { old, status, message } = way;
  if (status === '' || status === old) return [];
  const why = message === undefined || message === '' ? '' : `: ${message}`;
  const text = `${subject} transitioned from ${old} -> ${status}${why}`;
  return [{ type: BAD.has(status) ? 'Warning' : 'Normal', reason: `${kind}${status}`, message: text }];
}
