import { describeDuration, parseDuration } from '../../api/duration.ts';
import type { ExperimentStep } from '../../api/rollout.ts';
import { durationOf } from '../../core/experiment/duration.ts';
import { type Instant, parseInstant } from '../../core/time.ts';
import type { Explained } from './explained.ts';

/** When an experiment in work ends at the earliest; null: nobody knows. */
export function experimentEnd({ parts }: Explained, name: string): Instant | null {
  const experiment = parts.experiments.find(({ metadata }) => metadata.name === name);
  const availableAt = parseInstant(experiment?.status?.availableAt);
  const duration = experiment === undefined ? null : durationOf(experiment);
  return availableAt === null || duration === null ? null : availableAt + duration;
}

/** An experiment to come, in words, and how long it takes at least; null: nobody knows. */
export function experimenting({ duration, analyses = [] }: ExperimentStep): {
  readonly what: string;
  readonly milliseconds: number | null;
} {
  const milliseconds = duration === undefined ? null : parseDuration(duration);
  const names = analyses.map(({ templateName }) => templateName).join(', ');
  const measured = names === '' ? '' : `, measured by ${names}`;
  const what =
    milliseconds === null ? 'an experiment' : `an experiment for ${describeDuration(milliseconds)}`;
  return { what: `${what}${measured}`, milliseconds };
}
