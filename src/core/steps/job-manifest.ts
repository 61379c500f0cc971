import { parseDuration } from '../../api/duration.ts';
import { LABEL } from '../../api/keys.ts';
import type { JsonObject, Manifest } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import type { JobStepConfig, JobTemplate } from '../../api/step-plugins.ts';
import type { Job } from '../../api/workload.ts';
import { fnv1a, safeName } from '../hash/fnv.ts';
import { ownerReference } from '../owner.ts';
import type { Sees } from './plugin.ts';

/** Pods carry the name of their Job as a label. */
const MOST_CHARACTERS = 63;
const DAY_SECONDS = 86_400;

/**
 * `<rollout>-<hash>-<step>-<attempt>`; a long name of the rollout is cut, and its uid tells it from others.
 */
export function jobName({ rollout, hash, index }: Sees, attempt: number): string {
  const { name, uid = '' } = rollout.metadata;
  const end = `-${hash}-${index + 1}-${attempt}`;
  const room = MOST_CHARACTERS - end.length;
  if (name.length <= room) return `${name}${end}`;
  const mark = uid.slice(0, 8);
  return `${name.slice(0, room - mark.length - 1)}-${mark}${end}`;
}

/** A hash of what a step asks for: another one where somebody has changed it. */
export function configHash(config: JobStepConfig): string {
  return safeName(fnv1a(JSON.stringify(config).toWellFormed()));
}

/** The Job of a step, owned by the rollout so that it goes with it. */
export function jobManifest(config: JobStepConfig, template: JobTemplate, sees: Sees, name: string): Job {
  const { metadata } = sees.rollout;
  const instance = metadata.labels?.[LABEL.instanceId];
  const { spec } = template;
  const ttlSeconds = config.ttl === undefined ? null : Math.floor((parseDuration(config.ttl) ?? 0) / 1000);
  const ttl = ttlSeconds ?? spec['ttlSecondsAfterFinished'] ?? DAY_SECONDS;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: metadata.namespace ?? '',
      labels: {
        ...template.metadata?.labels,
        [LABEL.podTemplateHash]: sees.hash,
        [LABEL.step]: String(sees.index),
        [LABEL.stepConfig]: configHash(config),
        ...(config.pointOfNoReturn === true ? { [LABEL.pointOfNoReturn]: 'true' } : {}),
        ...(instance === undefined ? {} : { [LABEL.instanceId]: instance }),
      },
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ownerReferences: [ownerReference(metadata)],
    },
    spec: { ...withRestartPolicy(spec), ttlSecondsAfterFinished: ttl },
  };
}

/**
 * A Job's spec whose pods are not restarted unless it says so. The API refuses a Job whose pods are always
 * restarted, which is what a pod without a word about it is.
 */
export function withRestartPolicy(spec: JsonObject): JsonObject {
  const template = objectIn(spec['template']);
  const pod = objectIn(template['spec']);
  if (pod['restartPolicy'] !== undefined) return spec;
  return { ...spec, template: { ...template, spec: { ...pod, restartPolicy: 'Never' } } };
}

/** The template of the Jobs of a CronJob; null where it has none. */
export function templateOf(cronJob: Manifest): JobTemplate | null {
  const spec = objectIn(cronJob['spec']);
  const { metadata, spec: jobSpec } = objectIn(spec['jobTemplate']) as unknown as JobTemplate;
  if (!isObject(jobSpec)) return null;
  return { ...(metadata === undefined ? {} : { metadata }), spec: jobSpec };
}

function objectIn(value: unknown): JsonObject {
  return isObject(value) ? (value as JsonObject) : {};
}
