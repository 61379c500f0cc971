import type { Experiment } from '../api/experiment.ts';
import { EXPERIMENT, type ExperimentMetric } from '../api/experiment-metric.ts';
import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import { experimentMetric } from '../api/schema/experiment-metric.ts';
import { EXPERIMENT_KEY } from '../core/analysis/experiments.ts';
import type { ErrorReading, OutcomeReading, Reading } from '../core/analysis/reading.ts';
import { draftOf } from './experiment-manifest.ts';
import type { Ask, Experiments, Found, MetricProvider } from './provider.ts';

/**
 * An Experiment for each measurement, which is what the Experiment comes to. Experiments are not deleted when
 * they have ended: see `spareExperiments`.
 */
export const experiment: MetricProvider<ExperimentMetric> = {
  name: EXPERIMENT,
  schema: experimentMetric,
  start,
  resume,
  terminate,
};

/** The end of an Experiment ends the wait, so this is only for one of which no event has come. */
const LOOK_AGAIN_MS = 30_000;

const NOBODY =
  'nobody works on Experiments here; they need a cluster with a controller that works on more than analysis runs';

async function start(metric: ExperimentMetric, ask: Ask): Promise<Reading> {
  const { experiments, subject, versions = null } = ask;
  if (experiments === undefined) return refuse(NOBODY);
  const drafted = draftOf(metric, subject, versions);
  if (drafted.kind === 'problems') return refuse(drafted.problems.join('; '));
  const made = await experiments.create(drafted.draft);
  if (made.kind === 'failure') return unanswered(made);
  return ended(made.value, experiments) ?? underWay(made.value, ask);
}

async function resume(_: ExperimentMetric, memo: Json, ask: Ask): Promise<Reading> {
  const { experiments } = ask;
  if (experiments === undefined) return refuse(NOBODY);
  const name = nameIn(memo);
  const found = await experiments.get(name);
  if (found.kind === 'failure') return unanswered(found);
  if (found.value === null) return gone(name);
  return ended(found.value, experiments) ?? underWay(found.value, ask);
}

async function terminate(_: ExperimentMetric, memo: Json, { experiments }: Ask): Promise<Reading | null> {
  if (experiments === undefined) return refuse(NOBODY);
  const name = nameIn(memo);
  const found = await experiments.get(name);
  if (found.kind === 'failure') return unanswered(found);
  if (found.value === null) return null;
  // What ended because it was told to has no verdict.
  const end = found.value.spec.terminate === true ? null : ended(found.value, experiments);
  if (end !== null && end.kind === 'outcome') return end;
  const told = await experiments.end(name);
  return told.kind === 'failure' ? unanswered(told) : null;
}

/** What an Experiment came to; null: it goes on. */
function ended(one: Experiment, experiments: Experiments): OutcomeReading | ErrorReading | null {
  const { metadata, status } = one;
  const { phase, message = '', conditions = [] } = status ?? {};
  const known = metadataOf(metadata.name);
  switch (phase) {
    case 'Successful':
    case 'Failed':
    case 'Inconclusive': {
      const said = experiments.reasons(one).join('; ') || message;
      return {
        kind: 'outcome',
        phase,
        text: metadata.name,
        message: said === '' ? null : said,
        metadata: known,
      };
    }
    case 'Error':
      return {
        kind: 'error',
        message: `Experiment ${metadata.name}: ${message}`,
        retryable: true,
        metadata: known,
      };
    case undefined:
    case 'Pending':
    case 'Running': {
      if (metadata.deletionTimestamp !== undefined) return gone(metadata.name);
      const invalid = conditions.find(({ type, status: is }) => type === 'InvalidSpec' && is === 'True');
      if (invalid === undefined) return null;
      const why = `Experiment ${metadata.name} cannot be followed: ${invalid.message}`;
      return { kind: 'error', message: why, retryable: false, metadata: known };
    }
    default:
      return phase satisfies never;
  }
}

function underWay({ metadata }: Experiment, { now }: Ask): Reading {
  return { kind: 'running', memo: metadataOf(metadata.name), resumeAt: now + LOOK_AGAIN_MS };
}

function metadataOf(name: string): { readonly [key: string]: string } {
  return { [EXPERIMENT_KEY]: name };
}

function nameIn(memo: Json): string {
  const name = isObject(memo) ? memo[EXPERIMENT_KEY] : undefined;
  return typeof name === 'string' ? name : '';
}

function gone(name: string): ErrorReading {
  const message = `Experiment ${name} was deleted before it was done`;
  return { kind: 'error', message, retryable: true, metadata: metadataOf(name) };
}

function unanswered({ message, retryable }: Extract<Found<unknown>, { kind: 'failure' }>): ErrorReading {
  return { kind: 'error', message, retryable };
}

function refuse(message: string): ErrorReading {
  return { kind: 'error', message: `${EXPERIMENT}: ${message}`, retryable: false };
}
