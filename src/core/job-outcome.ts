import type { Job } from '../api/workload.ts';

/** Whether a Job is over, and why it has failed: empty, or a colon and the reason. */
export type JobOutcome =
  | { readonly kind: 'running' | 'succeeded' }
  | { readonly kind: 'failed'; readonly why: string };

/** How a Job has ended, if it has. */
export function outcomeOf({ status }: { readonly status?: Job['status'] | undefined }): JobOutcome {
  const conditions = status?.conditions ?? [];
  const isTrue = (type: string) => conditions.find((c) => c.type === type && c.status === 'True');
  if (isTrue('Complete') !== undefined) return { kind: 'succeeded' };
  const failed = isTrue('Failed');
  if (failed === undefined) return { kind: 'running' };
  const { reason = '', message = '' } = failed;
  return { kind: 'failed', why: message === '' ? (reason === '' ? '' : `: ${reason}`) : `: ${message}` };
}
