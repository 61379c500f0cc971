import { resources } from '../../api/resources.ts';
import type { Job, Pod } from '../../api/workload.ts';
import type { Jobs } from '../../providers/provider.ts';
import type { Clock } from '../clock.ts';
import { FIELD_MANAGER } from '../commit.ts';
import type { Api } from '../kube/api.ts';
import { isFailure } from '../kube/failure.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Stores } from '../stores.ts';
import { persistently } from './persistently.ts';

/** What Jobs are made and deleted with. */
export interface JobIo {
  readonly client: Pick<Api, 'get' | 'list' | 'create' | 'delete'>;
  /** Told of what was made and deleted. */
  readonly stores: { readonly metricJobs: Pick<Stores['metricJobs'], 'observeWrite' | 'observeDelete'> };
  readonly clock: Clock;
}

type StoredJob = Job & KubeObject;

/**
 * The Jobs that metrics may make. An API server that does not answer is no matter of the metric: it is asked
 * again until `deadline` aborts.
 */
export function jobsOf(io: JobIo, deadline: AbortSignal): Jobs {
  const { client } = io;
  const options = { signal: deadline };
  const tell = <T>(work: () => Promise<T>) => persistently(io.clock, deadline, work);
  return {
    create: (job) => tell(() => made(io, job, deadline)),
    get: (place) => tell(() => orNull(client.get<StoredJob>(resources.jobs, place, options))),
    pods: ({ namespace, name }) =>
      tell(async () => {
        const selection = { namespace, labelSelector: `job-name=${name}` };
        return (await client.list(resources.pods, selection, (pod) => pod as Pod & KubeObject, options))
          .items;
      }),
    delete: (job) => tell(() => removeJob(io, job, deadline)),
  };
}

/** Deletes this very Job, its pods first. Throws a Failure. */
export async function removeJob(io: JobIo, { metadata }: Job, signal: AbortSignal): Promise<null> {
  const { name, namespace = '', uid = '', resourceVersion } = metadata;
  const place = { namespace, name };
  const options = { uid, propagation: 'Foreground' as const, signal };
  const store = io.stores.metricJobs;
  const deleted = async () => {
    try {
      return await io.client.delete(resources.jobs, place, options);
    } catch (failure) {
      // Another one of that name by now?
      if (!isFailure(failure, 'conflict')) throw failure;
      const found = await io.client.get<StoredJob>(resources.jobs, place, { signal });
      if (found.metadata.uid === uid) throw failure;
      return null;
    }
  };
  const left = await orNull(deleted());
  if (left !== null) store.observeWrite(left);
  else {
    const version = resourceVersion === undefined ? {} : { resourceVersion };
    store.observeDelete({ apiVersion: 'batch/v1', kind: 'Job', metadata: { ...place, uid, ...version } });
  }
  return null;
}

async function made({ client, stores }: JobIo, job: Job, signal: AbortSignal): Promise<Job> {
  const { name, namespace = '' } = job.metadata;
  try {
    const options = { fieldManager: FIELD_MANAGER, signal };
    const created = await client.create<StoredJob>(resources.jobs, { namespace }, job, options);
    stores.metricJobs.observeWrite(created);
    return created;
  } catch (failure) {
    // Made by a controller that could not store it, or by ourselves, unheard.
    if (!isFailure(failure, 'exists')) throw failure;
    return client.get<StoredJob>(resources.jobs, { namespace, name }, { signal });
  }
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (failure) {
    if (isFailure(failure, 'missing')) return null;
    throw failure;
  }
}
