import type { HttpClient } from '../../../providers/http.ts';
import { isTransient } from '../../../providers/trouble.ts';
import { type Clock, sleep } from '../../../shell/clock.ts';

const PAUSES_MS = [250, 500, 1_000, 2_000] as const;

/**
 * Asks again, some times, where nobody answered or the other side was too busy. In past time a run's own
 * patience is of no use: all of its attempts come at once.
 */
export function patient(fetch: HttpClient, clock: Clock): HttpClient {
  return async (request) => {
    for (const pauseMs of PAUSES_MS) {
      const outcome = await fetch(request);
      const isFinal =
        outcome.kind === 'answer'
          ? !isTransient(outcome.status)
          : ['cancelled', 'invalid', 'redirect', 'too-large', 'name', 'tls'].includes(outcome.code);
      if (isFinal || !(await sleep(clock, pauseMs, request.deadline))) return outcome;
    }
    return fetch(request);
  };
}
