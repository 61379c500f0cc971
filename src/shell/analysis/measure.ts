import type { Metric } from '../../api/analysis.ts';
import { formatDuration } from '../../api/duration.ts';
import type { Comparison } from '../../core/analysis/compare/comparison.ts';
import type { ReleaseSides } from '../../core/analysis/compare/sides.ts';
import type { Task } from '../../core/analysis/decide.ts';
import { maskOf, maskValues } from '../../core/analysis/mask.ts';
import { measurementOf, memoOf, terminated } from '../../core/analysis/measurement.ts';
import type { Reading } from '../../core/analysis/reading.ts';
import type { Taken } from '../../core/analysis/record.ts';
import type { HttpClient } from '../../providers/http.ts';
import type { BoundProvider } from '../../providers/index.ts';
import type { Ask, Experiments, Jobs, Subject, Versions } from '../../providers/provider.ts';
import type { Clock } from '../clock.ts';
import type { Secrets } from './secrets.ts';

/** No provider may take longer; what takes longer by nature, such as a Job, answers that it is under way. */
export const DEADLINE_MS = 10 * 60_000;

/** One measurement to take. */
export interface Measuring {
  readonly task: Task;
  readonly run: Subject['run'];
  /** With all arguments filled in, those from Secrets too. */
  readonly metric: Metric;
  readonly provider: BoundProvider;
  readonly secrets: Secrets;
  readonly fetch: HttpClient;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The controller's namespace. */
  readonly home: string;
  readonly clock: Clock;
  /** The Jobs that metrics may make until then. */
  readonly jobs: (deadline: AbortSignal) => Jobs;
  /** The same of Experiments; null where nobody works on them. */
  readonly experiments?: ((deadline: AbortSignal) => Experiments) | null;
  /** The pods of the release's versions, where there is a release. */
  readonly versions?: Versions | null;
  /** Where the metric compares canary and stable: what it knows already. */
  readonly comparison?: Comparison | null;
  /** The release that the run is about, where there is one. */
  readonly release?: ReleaseSides | null;
  /** Aborts when the controller must stop at once. */
  readonly kill: AbortSignal;
}

/**
 * Asks the provider and judges its answer. Never rejects, and ends at the deadline even if the provider does
 * not.
 */
export async function measure(measuring: Measuring, unwanted: AbortSignal): Promise<Taken> {
  const { task, metric, provider, secrets, clock } = measuring;
  const startedAt = clock.now();
  const late = new AbortController();
  const cancel = clock.after(DEADLINE_MS, () => late.abort());
  const deadline = AbortSignal.any([unwanted, measuring.kill, late.signal]);
  const reading = await Promise.race([answer(measuring, askOf(measuring, deadline)), end(deadline)]);
  cancel();
  const at = clock.now();
  const mask = maskOf(secrets.seen);
  const { previous } = task;
  // What is called off has no verdict, unless it had ended by itself.
  const isCalledOff = task.act === 'terminate' && reading?.kind !== 'outcome';
  const measurement =
    previous !== null && (isCalledOff || reading === null)
      ? terminated(previous, reading?.kind === 'error' ? mask(reading.message) : null, at)
      : measurementOf(metric, reading ?? unanswered, previous, { startedAt, at }, mask);
  const metadata = maskValues(provider.metadata, mask);
  return { metric: task.metric, after: task.after, measurement, metadata };
}

function askOf(measuring: Measuring, deadline: AbortSignal): Ask {
  const { comparison, release, experiments, versions } = measuring;
  return {
    ...(experiments == null ? {} : { experiments: experiments(deadline) }),
    ...(versions == null ? {} : { versions }),
    ...(comparison == null ? {} : { comparison }),
    ...(release == null ? {} : { release }),
    now: measuring.clock.now(),
    deadline,
    fetch: measuring.fetch,
    secret: (ref) => measuring.secrets.secret(ref, deadline),
    env: (name) => measuring.env[name],
    home: measuring.home,
    subject: { run: measuring.run, metric: measuring.task.metric, number: measuring.task.after + 1 },
    jobs: measuring.jobs(deadline),
  };
}

/**
 * Null: what was under way is ended. A provider does not throw. If one does all the same, its run must not
 * hang for it.
 */
async function answer({ task, provider }: Measuring, ask: Ask): Promise<Reading | null> {
  try {
    if (task.previous === null) return await provider.start(ask);
    const memo = memoOf(task.previous);
    if (task.act === 'resume') return await provider.resume(memo, ask);
    return await provider.terminate(memo, ask);
  } catch (error) {
    const message = `${provider.name}: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'error', message, retryable: false };
  }
}

const unanswered: Reading = {
  kind: 'error',
  message: `no answer within ${formatDuration(DEADLINE_MS)}`,
  retryable: true,
};

function end(deadline: AbortSignal): Promise<Reading> {
  return new Promise((resolve) => {
    if (deadline.aborted) resolve(unanswered);
    else deadline.addEventListener('abort', () => resolve(unanswered), { once: true });
  });
}
