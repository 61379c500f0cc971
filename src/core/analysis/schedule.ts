import type { MetricResult } from '../../api/analysis.ts';
import { type Instant, type Milliseconds, parseInstant } from '../time.ts';
import type { Limits } from './limits.ts';
import { isCompleted, isFinished } from './measurement.ts';
import { latest } from './record.ts';

/** What is to be done about a metric, and when. */
export type Turn =
  | { readonly kind: 'none' }
  | { readonly kind: 'due'; readonly act: 'start' | 'resume' | 'terminate' }
  | { readonly kind: 'later'; readonly at: Instant };

/** After an error a metric is measured again in this time, whatever its interval. */
export const ERROR_RETRY: Milliseconds = 10_000;

/**
 * When a metric is measured next. Times in a status are whole seconds, cut off, and intervals count from
 * there. A clock that was set back makes nobody wait for longer than the interval.
 */
export function turnOf(
  limits: Limits,
  result: MetricResult | undefined,
  run: {
    readonly startedAt: Instant;
    readonly isEnding: boolean;
    /** What is measured has ended, so there is nothing to wait for. */
    readonly hasEnded: boolean;
  },
  now: Instant,
): Turn {
  if (isCompleted(result?.phase)) return { kind: 'none' };
  const last = latest(result);
  if (last !== undefined && !isFinished(last)) {
    if (run.isEnding) return { kind: 'due', act: 'terminate' };
    const resumeAt = run.hasEnded ? now : (parseInstant(last.resumeAt) ?? now);
    return resumeAt <= now ? { kind: 'due', act: 'resume' } : { kind: 'later', at: resumeAt };
  }
  if (run.isEnding) return { kind: 'none' };
  if (last === undefined) return after(run.startedAt, limits.initialDelay, now);
  const finishedAt = parseInstant(last.finishedAt) ?? now;
  if (last.phase !== 'Error') return after(finishedAt, limits.interval ?? ERROR_RETRY, now);
  // The other side may have asked for more time.
  const askedFor = (parseInstant(last.resumeAt) ?? finishedAt) - finishedAt;
  return after(finishedAt, Math.max(askedFor, ERROR_RETRY), now);
}

function after(since: Instant, delay: Milliseconds, now: Instant): Turn {
  const at = Math.min(since, now) + delay;
  return at <= now ? { kind: 'due', act: 'start' } : { kind: 'later', at };
}
