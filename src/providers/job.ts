import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { JobMetric } from '../api/providers.ts';
import { jobMetric } from '../api/schema/providers.ts';
import type { Job, Pod } from '../api/workload.ts';
import { JOB_KEYS } from '../core/analysis/jobs.ts';
import type { ErrorReading, OutcomeReading, Reading } from '../core/analysis/reading.ts';
import { outcomeOf } from '../core/job-outcome.ts';
import { parseInstant } from '../core/time.ts';
import { isOf, jobManifest } from './job-manifest.ts';
import type { Ask, Found, JobPlace, MetricProvider } from './provider.ts';

/**
 * A Job for each measurement: it succeeds or fails as the Job does, and is inconclusive where an image cannot
 * be pulled. Jobs are not deleted when they have ended: see `spareJobs`.
 */
export const job: MetricProvider<JobMetric> = { name: 'job', schema: jobMetric, start, resume, terminate };

const NAMESPACE = 'ARGO_ROLLOUTS_ANALYSIS_JOB_NAMESPACE';
const KUBECONFIG = 'ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG';

/** Why a container waits that no time will start, as far as anybody can tell. */
const CANNOT_PULL: ReadonlySet<string> = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName']);

async function start(metric: JobMetric, ask: Ask): Promise<Reading> {
  if ((ask.env(KUBECONFIG) ?? '') !== '')
    return refuse(`Jobs in another cluster (${KUBECONFIG}) are not supported yet; unset it to run them here`);
  const { run } = ask.subject;
  const manifest = jobManifest(metric, ask.subject, ask.env(NAMESPACE) || run.namespace);
  const made = await ask.jobs.create(manifest);
  if (made.kind === 'failure') return unanswered(made);
  const place = placeOf(made.value);
  if (!isOf(made.value, run)) return refuse(`Job ${place.name} is there already, and is not of this run`);
  return ended(made.value, place) ?? underWay(made.value, place, ask);
}

async function resume(_: JobMetric, memo: Json, ask: Ask): Promise<Reading> {
  const place = placeIn(memo, ask);
  const found = await ask.jobs.get(place);
  if (found.kind === 'failure') return unanswered(found);
  if (found.value === null) return gone(place);
  const end = ended(found.value, place);
  if (end !== null) return end;
  // Pods are asked for only while none of them works: there are too many to watch.
  const { ready = 0, active = 0 } = found.value.status ?? {};
  const pods = ready === 0 && active > 0 ? await ask.jobs.pods(place) : null;
  return unpullable(pods, place) ?? underWay(found.value, place, ask);
}

async function terminate(_: JobMetric, memo: Json, ask: Ask): Promise<Reading | null> {
  const place = placeIn(memo, ask);
  const found = await ask.jobs.get(place);
  if (found.kind === 'failure') return unanswered(found);
  if (found.value === null) return null;
  if (found.value.metadata.deletionTimestamp !== undefined) return null;
  const end = ended(found.value, place);
  if (end !== null) return end;
  const deleted = await ask.jobs.delete(found.value);
  return deleted.kind === 'failure' ? unanswered(deleted) : null;
}

/** What a Job came to; null: it goes on. */
function ended(one: Job, place: JobPlace): OutcomeReading | ErrorReading | null {
  const outcome = outcomeOf(one);
  switch (outcome.kind) {
    case 'succeeded':
      return { kind: 'outcome', phase: 'Successful', message: null, metadata: metadataOf(place) };
    case 'failed':
      return { kind: 'outcome', phase: 'Failed', message: null, metadata: metadataOf(place) };
    case 'running':
      return one.metadata.deletionTimestamp === undefined ? null : gone(place);
    default:
      return outcome satisfies never;
  }
}

/** The longer it takes, the less often it is looked at: an event of the Job ends the wait. */
function underWay({ metadata }: Job, place: JobPlace, { now }: Ask): Reading {
  const seconds = Math.max(0, now - (parseInstant(metadata.creationTimestamp) ?? now)) / 1000;
  const resumeAt = now + 1000 * Math.max(1, Math.sqrt(seconds));
  return { kind: 'running', memo: metadataOf(place), resumeAt };
}

function unpullable(pods: Found<readonly Pod[]> | null, place: JobPlace): OutcomeReading | null {
  if (pods === null || pods.kind === 'failure') return null;
  for (const { metadata, status } of pods.value)
    for (const { name, state } of [
      ...(status?.initContainerStatuses ?? []),
      ...(status?.containerStatuses ?? []),
    ]) {
      const { reason = '', message = '' } = state?.waiting ?? {};
      if (!CANNOT_PULL.has(reason)) continue;
      const said = `Pod ${metadata.name}, container ${name} has terminal error (${reason}): ${message}`;
      return { kind: 'outcome', phase: 'Inconclusive', message: said, metadata: metadataOf(place) };
    }
  return null;
}

function placeOf({ metadata: { name, namespace = '' } }: Job): JobPlace {
  return { name, namespace };
}

function placeIn(memo: Json, { subject }: Ask): JobPlace {
  const { [JOB_KEYS.name]: name, [JOB_KEYS.namespace]: namespace } = isObject(memo) ? memo : {};
  return {
    name: typeof name === 'string' ? name : '',
    namespace: typeof namespace === 'string' ? namespace : subject.run.namespace,
  };
}

function metadataOf({ name, namespace }: JobPlace): { readonly [key: string]: string } {
  return { [JOB_KEYS.name]: name, [JOB_KEYS.namespace]: namespace };
}

function gone(place: JobPlace): ErrorReading {
  const message = `Job ${place.name} was deleted before it was done`;
  return { kind: 'error', message, retryable: true, metadata: metadataOf(place) };
}

function unanswered({ message, retryable }: Extract<Found<unknown>, { kind: 'failure' }>): ErrorReading {
  return { kind: 'error', message, retryable };
}

function refuse(message: string): ErrorReading {
  return { kind: 'error', message: `job: ${message}`, retryable: false };
}
