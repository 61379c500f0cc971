import { parseDuration } from '../api/duration.ts';
import type { Duration } from '../api/meta.ts';

/** Seconds of a duration that a schema has checked already, or of the one that stands for it. */
export function secondsOf(duration: Duration | undefined, otherwise: Duration): number {
  return (parseDuration(duration ?? otherwise) ?? 0) / 1000;
}
