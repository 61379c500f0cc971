import type { Found } from '../../providers/provider.ts';
import { type Clock, sleep } from '../clock.ts';
import { Failure, isFailure } from '../kube/failure.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * What comes of work with the API server for a metric. That it does not answer is no matter of the metric: it
 * is asked again until `deadline` aborts.
 */
export async function persistently<T>(
  clock: Clock,
  deadline: AbortSignal,
  work: () => Promise<T>,
): Promise<Found<T>> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return { kind: 'found', value: await work() };
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      const { message } = failure;
      // A quota that somebody else is using up is a conflict, too.
      const retryable = isFailure(failure, 'transient', 'throttled', 'conflict');
      if (!retryable || !(await sleep(clock, pauseMs, deadline)))
        return { kind: 'failure', message, retryable };
    }
  }
}
