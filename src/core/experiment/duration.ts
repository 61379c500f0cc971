import { parseDuration } from '../../api/duration.ts';
import type { Experiment } from '../../api/experiment.ts';
import type { Milliseconds } from '../time.ts';

/** How long the experiment lasts once all its pods are available; null: until something else ends it. */
export function durationOf({ spec }: Experiment): Milliseconds | null {
  return spec.duration === undefined ? null : parseDuration(spec.duration);
}
