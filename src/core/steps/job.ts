import { LABEL } from '../../api/keys.ts';
import type { JsonObject } from '../../api/meta.ts';
import { jobStepConfig, readConfig } from '../../api/schema/step-plugins.ts';
import type { JobStepConfig, JobTemplate } from '../../api/step-plugins.ts';
import type { Job } from '../../api/workload.ts';
import { outcomeOf } from '../job-outcome.ts';
import { configHash, jobManifest, jobName, templateOf } from './job-manifest.ts';
import { ended, NO_WANTS, type Sees, type StepPlugin, type Turn, waiting } from './plugin.ts';

/**
 * Runs a Job and goes on when it has succeeded. Jobs that no running step claims are removed by whoever
 * carries the steps out: see `strayJobs`.
 */
export const job: StepPlugin<JobStepConfig> = {
  name: 'sluice/job',
  read: (config, path) => readConfig(jobStepConfig, config, path),
  run,
};

const RETRY_MS = 30_000;

function run(config: JobStepConfig, memo: JsonObject, sees: Sees): Turn {
  const claimed = memo['job'];
  const name = typeof claimed === 'string' ? claimed : claim(config, sees);
  const found = sees.jobs.find(({ metadata }) => metadata.name === name);
  if (found === undefined) return absent(config, { name, wasSeen: memo['wasSeen'] === true }, sees);
  const seen = { job: name, wasSeen: true };
  if (found.metadata.deletionTimestamp !== undefined)
    return ended('Failed', `Job ${name} was deleted before it was done`, seen);
  const outcome = outcomeOf(found);
  switch (outcome.kind) {
    case 'succeeded':
      return {
        ...ended('Successful', `Job ${name} succeeded`, seen),
        isPointOfNoReturn: config.pointOfNoReturn === true,
      };
    case 'failed':
      return ended('Failed', `Job ${name} failed${outcome.why}`, seen);
    case 'running':
      return waiting(`Job ${name} is running${failures(found)}`, seen, null);
    default:
      return outcome satisfies never;
  }
}

/**
 * The name of the Job of this step: the first that is free. One of the same configuration that is still going
 * on was made by a pass whose status was lost. Behind a point of no return one that has succeeded is not
 * repeated, either.
 */
function claim(config: JobStepConfig, sees: Sees): string {
  for (let attempt = 1; ; attempt++) {
    const name = jobName(sees, attempt);
    const other = sees.jobs.find(({ metadata }) => metadata.name === name);
    if (other === undefined || isUsable(config, other)) return name;
  }
}

function isUsable(config: JobStepConfig, { metadata, status }: Job): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  if (metadata.labels?.[LABEL.stepConfig] !== configHash(config)) return false;
  const { kind } = outcomeOf({ status });
  return kind === 'running' || (kind === 'succeeded' && config.pointOfNoReturn === true);
}

/** The memo. */
type Claim = JsonObject & { readonly job: string };

/** Not made yet, unless it has been seen before. */
function absent(
  config: JobStepConfig,
  { name, wasSeen }: { readonly name: string; readonly wasSeen: boolean },
  sees: Sees,
): Turn {
  const memo: Claim = { job: name, ...(wasSeen ? { wasSeen } : {}) };
  if (wasSeen) return ended('Failed', `Job ${name} was deleted before it was done`, memo);
  // Two migrations at once are worse than one that waits for the pods of another to end.
  const other = sees.jobs.find((one) => one.metadata.name !== name && outcomeOf(one).kind === 'running');
  if (other !== undefined) return waiting(`waits for Job ${other.metadata.name} to go`, memo, null);
  if (config.template !== undefined) return creating(config, config.template, sees, memo);
  const cronJob = config.from?.cronJob ?? '';
  const id = `${name}/cronjob/${Math.floor(sees.now / RETRY_MS)}`;
  const wants = { ...NO_WANTS, requests: [{ kind: 'cronJob', id, name: cronJob } as const] };
  const reply = sees.replies[id];
  if (reply === undefined)
    return { phase: 'Running', message: `looks at CronJob ${cronJob}`, memo, wakeAt: null, wants };
  const template = reply.kind === 'object' && reply.object !== null ? templateOf(reply.object) : null;
  // The answer is needed until the Job is there, so it stays wanted.
  if (template !== null) {
    const turn = creating(config, template, sees, memo);
    return { ...turn, wants: { ...turn.wants, requests: wants.requests } };
  }
  const why = reply.kind === 'failure' ? reply.message : `there is no CronJob "${cronJob}" with a template`;
  const wakeAt = (Math.floor(sees.now / RETRY_MS) + 1) * RETRY_MS;
  return { phase: 'Error', message: why, memo, wakeAt, wants };
}

function creating(config: JobStepConfig, template: JobTemplate, sees: Sees, memo: Claim): Turn {
  const manifest = jobManifest(config, template, sees, memo.job);
  const turn = waiting(`Job ${manifest.metadata.name} is to be made`, memo, null);
  return { ...turn, wants: { ...NO_WANTS, create: [manifest] } };
}

function failures({ status }: Job): string {
  const failed = status?.failed ?? 0;
  if (failed === 0) return '';
  return failed === 1 ? '; 1 pod has failed' : `; ${failed} pods have failed`;
}

/**
 * Jobs of steps that are going on, and that nothing claims: of a step that was skipped, or of an old
 * release.
 */
export function strayJobs(jobs: readonly Job[], claimed: ReadonlySet<string>): readonly Job[] {
  return jobs.filter(
    (one) =>
      !claimed.has(one.metadata.name) &&
      one.metadata.labels?.[LABEL.step] !== undefined &&
      one.metadata.deletionTimestamp === undefined &&
      outcomeOf(one).kind === 'running',
  );
}
