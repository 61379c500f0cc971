import { ANNOTATION, LABEL } from '../api/keys.ts';
import type { JsonObject } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { JobMetric } from '../api/providers.ts';
import type { Job } from '../api/workload.ts';
import { fnv1a, safeName } from '../core/hash/fnv.ts';
import { ownerReference } from '../core/owner.ts';
import { withRestartPolicy } from '../core/steps/job-manifest.ts';
import type { Subject } from './provider.ts';

/** Pods carry the name of their Job as a label. */
const MOST_CHARACTERS = 63;

/**
 * `<uid of the run>.<metric>.<number>`, as the original names them. A metric's name that is too long, or that
 * no object may have, is cut and changed, and ends in a hash that tells it from others.
 */
export function jobName({ run, metric, number }: Subject): string {
  const [start, end] = [`${run.uid}.`, `.${number}`];
  const room = MOST_CHARACTERS - start.length - end.length;
  if (metric.length <= room && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(metric)) return start + metric + end;
  const hash = safeName(fnv1a(metric.toWellFormed()));
  const words = metric.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const kept = words.slice(0, Math.max(0, room - hash.length - 1)).replace(/^-+|-+$/g, '');
  return `${start}${kept === '' ? '' : `${kept}-`}${hash}${end}`;
}

/**
 * The Job of a measurement. The run owns it where both are in one namespace; elsewhere nothing removes it
 * with the run. What the user put on it stays, but for the keys that lead to the run.
 */
export function jobManifest({ metadata, spec }: JobMetric, subject: Subject, namespace: string): Job {
  const { run, metric } = subject;
  const mark = { [LABEL.analysisRunUid]: run.uid };
  const template = objectIn(spec['template']);
  const marked = objectIn(template['metadata']);
  const labels = { ...objectIn(marked['labels']), ...mark };
  const isBeside = namespace === run.namespace;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(subject),
      namespace,
      labels: { ...metadata?.labels, ...mark },
      annotations: {
        ...metadata?.annotations,
        [ANNOTATION.analysisRunName]: run.name,
        [ANNOTATION.analysisRunNamespace]: run.namespace,
        [ANNOTATION.analysisRunMetricName]: metric,
      },
      ...(isBeside ? { ownerReferences: [{ ...ownerReference(run), kind: 'AnalysisRun' }] } : {}),
    },
    spec: withRestartPolicy({ ...spec, template: { ...template, metadata: { ...marked, labels } } }),
  };
}

/** Claims that a Job was made for a run. */
export function isOf({ metadata }: Job, { uid }: Subject['run']): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return (owner?.uid ?? metadata.labels?.[LABEL.analysisRunUid]) === uid;
}

function objectIn(value: unknown): JsonObject {
  return isObject(value) ? (value as JsonObject) : {};
}
