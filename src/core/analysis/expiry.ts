import type { AnalysisRun } from '../../api/analysis.ts';
import { type Instant, parseInstant } from '../time.ts';

/**
 * When a run that has ended is to be deleted; null: never. What is said of this outcome goes before what is
 * said of all. Runs that were refused have no time of completion: for them it counts from their creation.
 */
export function expiryOf(run: AnalysisRun): Instant | null {
  const { secondsAfterCompletion, secondsAfterFailure, secondsAfterSuccess } = run.spec.ttlStrategy ?? {};
  const ofOutcome = run.status?.phase === 'Successful' ? secondsAfterSuccess : secondsAfterFailure;
  const seconds = ofOutcome ?? secondsAfterCompletion;
  const since = parseInstant(run.status?.completedAt ?? run.metadata.creationTimestamp);
  return seconds === undefined || since === null ? null : since + seconds * 1000;
}
