import type { ExperimentTemplateStatus } from '../../api/experiment.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import type { Note } from '../plan.ts';
import { formatInstant, type Instant, parseInstant } from '../time.ts';
import type { Part } from './parts.ts';
import { type ExperimentWorld, objectKey } from './world.ts';

/** A template's way: nothing, then these. The last three are ends. */
type TemplatePhase = NonNullable<ExperimentTemplateStatus['status']>;

const ENDS: ReadonlySet<string> = new Set(['Successful', 'Failed', 'Error']);

/** True where a template has come to its end: its pods are not wanted any more. */
export function hasEnded({ status }: ExperimentTemplateStatus): boolean {
  return status !== undefined && ENDS.has(status);
}

/** True where a template has ended badly, which ends the experiment. */
export function isBad({ status }: ExperimentTemplateStatus): boolean {
  return status === 'Failed' || status === 'Error';
}

/** How a template stands now. */
export function templateStatus(world: ExperimentWorld, part: Part, now: Instant): ExperimentTemplateStatus {
  const { stored, replicaSet } = part;
  const seen = replicaSet?.status ?? {};
  const counts = {
    replicas: seen.replicas ?? 0,
    updatedReplicas: seen.replicas ?? 0,
    readyReplicas: seen.readyReplicas ?? 0,
    availableReplicas: seen.availableReplicas ?? 0,
  };
  const { status, message } = phaseOf(world, part, now);
  const isNews =
    stored?.status !== status ||
    Object.entries(counts).some(([key, count]) => stored[key as keyof typeof counts] !== count);
  const since = isNews ? formatInstant(now) : stored.lastTransitionTime;
  return {
    name: part.template.name,
    ...counts,
    ...(part.collisionCount === undefined ? {} : { collisionCount: part.collisionCount }),
    status,
    ...(message === undefined ? {} : { message }),
    ...(since === undefined ? {} : { lastTransitionTime: since }),
    ...serviceStatus(part, status),
  };
}

function phaseOf(
  world: ExperimentWorld,
  part: Part,
  now: Instant,
): { readonly status: TemplatePhase; readonly message?: string | undefined } {
  const { stored, replicas, replicaSet } = part;
  if (stored?.status !== undefined && ENDS.has(stored.status))
    return { status: stored.status, message: stored.message };
  const problem = problemOf(world, part);
  if (problem !== null) return { status: 'Error', message: problem };
  if (replicaSet !== null && isAvailable(replicaSet, replicas)) return { status: 'Running' };
  const deadline = progressDeadline(world, stored);
  if (deadline !== null && now >= deadline) {
    const seconds = secondsOf(world);
    const name = part.template.name;
    return {
      status: 'Failed',
      message: `Template '${name}' exceeded its progressDeadlineSeconds (${seconds})`,
    };
  }
  return { status: 'Progressing' };
}

/** The same of a template whose pods are not wanted any more; what has ended has ended. */
export function endedStatus(
  part: Part,
  status: ExperimentTemplateStatus,
  now: Instant,
): ExperimentTemplateStatus {
  if (hasEnded(status)) return status;
  const { serviceName: _, podTemplateHash: __, ...kept } = status;
  const lastTransitionTime = formatInstant(now);
  return { ...kept, status: 'Successful', lastTransitionTime, ...serviceStatus(part, 'Successful') };
}

/** Pods that are counted while the ReplicaSet has not looked at its size yet may be about to go. */
function isAvailable({ metadata, spec, status }: ReplicaSet, replicas: number): boolean {
  const isFollowed = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return isFollowed && (spec.replicas ?? 1) === replicas && (status?.availableReplicas ?? 0) >= replicas;
}

/**
 * When a template has failed unless its pods become available before; null where it makes no progress that
 * could be late.
 */
export function progressDeadline(
  world: ExperimentWorld,
  status: ExperimentTemplateStatus | undefined,
): Instant | null {
  if (status?.status !== 'Progressing') return null;
  const since = parseInstant(status.lastTransitionTime);
  return since === null ? null : since + secondsOf(world) * 1000;
}

function secondsOf({ experiment }: ExperimentWorld): number {
  return experiment.spec.progressDeadlineSeconds ?? 600;
}

/** What is told of ReplicaSets that the API server does not take. */
export function refusalNotes(
  world: ExperimentWorld,
  parts: readonly Part[],
  templates: readonly ExperimentTemplateStatus[],
): readonly Note[] {
  return parts.flatMap(({ replicaSetName: name, stored }, i) => {
    const refused = world.refusals.get(objectKey({ kind: 'ReplicaSet', name }));
    if (refused === undefined || templates[i]?.status !== 'Error' || stored?.status === 'Error') return [];
    const message = `Failed to create new replica set "${name}": ${refused}`;
    return [{ type: 'Warning', reason: 'ReplicaSetCreateError', message }];
  });
}

/** Why pods or Service of a template cannot be made; null where nothing is in the way. */
function problemOf({ refusals }: ExperimentWorld, part: Part): string | null {
  const { replicaSetName, serviceName, template } = part;
  const refused = refusals.get(objectKey({ kind: 'ReplicaSet', name: replicaSetName }));
  if (refused !== undefined) return `Failed to create ReplicaSet for template '${template.name}': ${refused}`;
  if (serviceName === null) return null;
  const failed = `Failed to create Service for template '${template.name}'`;
  if (!part.isServiceOurs) return `${failed}: Service "${serviceName}" belongs to somebody else`;
  const service = refusals.get(objectKey({ kind: 'Service', name: serviceName }));
  return service === undefined ? null : `${failed}: ${service}`;
}

/** Told as long as the Service is there, or about to be. */
function serviceStatus(part: Part, status: TemplatePhase): Partial<ExperimentTemplateStatus> {
  const { serviceName, service, hash, isServiceOurs } = part;
  const isThere = (service !== null && isServiceOurs) || !ENDS.has(status);
  return serviceName === null || !isThere || status === 'Error' ? {} : { serviceName, podTemplateHash: hash };
}
