import type { AnalysisPhase, Metric, MetricResult } from '../../api/analysis.ts';
import type { Note } from '../plan.ts';
import { assess, isWorse } from './assess.ts';
import { concluded } from './compare/concluded.ts';
import type { Standing } from './compare/standing.ts';
import type { Limits } from './limits.ts';
import { isCompleted } from './measurement.ts';
import { latest } from './record.ts';

/** A metric of a run and what is known of it. */
export interface MetricView {
  readonly metric: Metric;
  readonly limits: Limits;
  readonly isDryRun: boolean;
  /** Undefined until a first measurement has come in. */
  readonly result: MetricResult | undefined;
  /** How it stands together with others; null where it is judged by itself. */
  readonly standing: Standing | null;
}

/** All metrics with the phases that they have now, and a note for each that has ended just now. */
export function assessAll(
  views: readonly MetricView[],
  isEnding: boolean,
): { readonly views: readonly MetricView[]; readonly notes: readonly Note[] } {
  const notes: Note[] = [];
  const assessed = views.map((view) => {
    const { limits, isDryRun, standing } = view;
    if (view.result === undefined || isCompleted(view.result.phase)) return view;
    const { phase, reason } = assess(limits, view.result, isEnding, standing);
    if (!isCompleted(phase)) return { ...view, result: { ...view.result, phase } };
    notes.push(completion(view.metric.name, phase, standing?.message ?? null));
    const result = standing === null ? view.result : concluded(view.result, standing);
    const said = isDryRun && reason !== null ? `Metric assessed ${phase} due to ${reason}` : undefined;
    const message = said ?? latest(result)?.message;
    return { ...view, result: { ...result, phase, ...(message === undefined ? {} : { message }) } };
  });
  return { views: assessed, notes };
}

/** How the run as a whole stands: as its worst metric, once all have ended. Dry runs do not count. */
export function verdictOf(
  views: readonly MetricView[],
  run: { readonly isEnding: boolean; readonly terminate: boolean },
): { readonly phase: AnalysisPhase; readonly message?: string } {
  const isOver = views.every(({ result }) =>
    result === undefined ? run.isEnding : isCompleted(result.phase),
  );
  if (!isOver) return { phase: 'Running' };
  const worst = views.reduce<MetricView | null>((soFar, view) => {
    if (view.isDryRun || view.result === undefined) return soFar;
    return soFar?.result === undefined || isWorse(view.result.phase, soFar.result.phase) ? view : soFar;
  }, null);
  const phase = worst?.result?.phase ?? 'Successful';
  const message = messageOf(worst, run.terminate);
  return { phase, ...(message === null ? {} : { message }) };
}

function messageOf(worst: MetricView | null, terminate: boolean): string | null {
  const otherwise = terminate ? 'Run Terminated' : null;
  if (worst?.result === undefined || worst.result.phase === 'Successful') return otherwise;
  const { phase, message } = worst.result;
  if (worst.standing !== null && phase !== 'Error')
    return `Metric "${worst.metric.name}" assessed ${phase}: ${message ?? ''}`;
  const { reason } = assess(worst.limits, worst.result, true);
  if (reason === null) return otherwise;
  const detail = message === undefined || message === '' ? '' : `: "Error Message: ${message}"`;
  return `Metric "${worst.metric.name}" assessed ${phase} due to ${reason}${detail}`;
}

function completion(name: string, phase: AnalysisPhase, why: string | null): Note {
  return {
    type: phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal',
    reason: `Metric${phase}`,
    message: `Metric '${name}' Completed. Result: ${phase}${why === null ? '' : `: ${why}`}`,
  };
}
