import type { AnalysisPhase, MetricResult } from '../../api/analysis.ts';
import type { Standing } from './compare/standing.ts';
import type { Limits } from './limits.ts';
import { isCompleted, isFinished } from './measurement.ts';
import { latest } from './record.ts';

/** How a metric stands, and what made it end; null where nothing went wrong. */
export interface Assessment {
  readonly phase: AnalysisPhase;
  readonly reason: string | null;
}

/**
 * How a metric stands after its latest measurement. A metric that has ended stays as it is. `isEnding` says
 * that its run ends: what has not failed by then is successful. A metric that is judged together with others
 * stands as they do: limits count only for what could not be measured.
 */
export function assess(
  limits: Limits,
  result: MetricResult,
  isEnding: boolean,
  standing: Standing | null = null,
): Assessment {
  const over = exceeded(limits, result);
  if (isCompleted(result.phase))
    return { phase: result.phase, reason: over?.reason ?? shortfall(limits, result) };
  const last = latest(result);
  if (last !== undefined && !isFinished(last)) return { phase: 'Running', reason: null };
  if (standing !== null && standing.phase !== 'Running')
    return { phase: standing.phase, reason: standing.message };
  if (over !== null) return over;
  if (standing !== null) return { phase: isEnding ? 'Successful' : 'Running', reason: null };
  const { count, consecutiveSuccess } = limits;
  if (consecutiveSuccess !== null && (result.consecutiveSuccess ?? 0) >= consecutiveSuccess)
    return { phase: 'Successful', reason: null };
  if (count !== null && (result.count ?? 0) >= count) return counted(limits, result);
  return { phase: isEnding ? 'Successful' : 'Running', reason: null };
}

/** The limit that is exceeded. Of several the later one counts, as in the original. */
function exceeded(limits: Limits, result: MetricResult): Assessment | null {
  const { failed = 0, inconclusive = 0, consecutiveError = 0 } = result;
  if (consecutiveError > limits.consecutiveError) {
    const reason = `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${limits.consecutiveError})`;
    return { phase: 'Error', reason };
  }
  if (inconclusive > limits.inconclusive) {
    const reason = `inconclusive (${inconclusive}) > inconclusiveLimit (${limits.inconclusive})`;
    return { phase: 'Inconclusive', reason };
  }
  if (limits.failure !== null && failed > limits.failure)
    return { phase: 'Failed', reason: `failed (${failed}) > failureLimit (${limits.failure})` };
  return null;
}

/**
 * All measurements are taken and no limit is exceeded: then successes in a row were wanted, or it is a
 * success.
 */
function counted(limits: Limits, result: MetricResult): Assessment {
  if (limits.consecutiveSuccess === null) return { phase: 'Successful', reason: null };
  // Neither the limit for failing nor that for succeeding was met; without the former it has to be a failure.
  const phase = limits.failure === null ? 'Failed' : 'Inconclusive';
  return { phase, reason: shortfall(limits, { ...result, phase }) };
}

function shortfall(limits: Limits, result: MetricResult): string | null {
  const { consecutiveSuccess } = limits;
  if (consecutiveSuccess === null || result.phase === 'Successful') return null;
  return `count (${result.count ?? 0}) reached without consecutiveSuccessLimit (${consecutiveSuccess})`;
}

/** Phases from best to worst. */
const ORDER: readonly AnalysisPhase[] = [
  'Successful',
  'Running',
  'Pending',
  'Inconclusive',
  'Error',
  'Failed',
];

/** Claims that `a` is worse than `b`. */
export function isWorse(a: AnalysisPhase, b: AnalysisPhase): boolean {
  return ORDER.indexOf(a) > ORDER.indexOf(b);
}
