import { LABEL } from '../../../api/keys.ts';
import { resources } from '../../../api/resources.ts';
import type { Job } from '../../../api/workload.ts';
import type { Jobs } from '../../../providers/provider.ts';
import { type JobIo, jobsOf, removeJob } from '../../../shell/analysis/jobs.ts';
import type { KubeObject } from '../../../shell/kube/object.ts';
import type { Cluster, Io } from '../../io.ts';
import { say } from '../../lines.ts';
import { oneLine } from '../../text/printable.ts';

/** How long it may take to delete them. */
const PATIENCE_MS = 10_000;

/** Jobs of metrics in a cluster in which there is no AnalysisRun that they could belong to. */
export class OwnJobs {
  readonly #io: JobIo;
  /** Where Jobs were asked for, by the label that they have. What was not heard of may be there, too. */
  readonly #asked = new Map<string, string>();

  constructor({ api }: Pick<Cluster, 'api'>, { clock }: Pick<Io, 'clock'>) {
    const nobody = { observeWrite: () => {}, observeDelete: () => {} };
    this.#io = { client: api, stores: { metricJobs: nobody }, clock };
  }

  /** What metrics may do until then. */
  until(deadline: AbortSignal): Jobs {
    const jobs = jobsOf(this.#io, deadline);
    return {
      ...jobs,
      create: (job) => {
        const uid = job.metadata.labels?.[LABEL.analysisRunUid] ?? '';
        this.#asked.set(uid, job.metadata.namespace ?? '');
        return jobs.create(withoutOwner(job));
      },
    };
  }

  /** Deletes all of them, or says which are left. Never rejects. */
  async leave(io: Pick<Io, 'err'>, keep: boolean): Promise<void> {
    for (const [uid, namespace] of this.#asked) {
      const labelSelector = `${LABEL.analysisRunUid}=${uid}`;
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        const { client } = this.#io;
        const selection = { namespace, labelSelector };
        const { items } = await client.list(resources.jobs, selection, (job) => job as Job & KubeObject, {
          signal,
        });
        for (const job of items)
          if (keep) say(io.err, `Left in the cluster: Job ${namespace}/${job.metadata.name}`);
          else await removeJob(this.#io, job, signal);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        say(io.err, oneLine(`Jobs may be left in ${namespace}, with the label ${labelSelector}: ${why}`));
      }
    }
  }
}

/** An owner that is not there would be a reason to delete it at once. */
function withoutOwner({ metadata, ...job }: Job): Job {
  const { ownerReferences: _, ...rest } = metadata;
  return { ...job, metadata: rest };
}
