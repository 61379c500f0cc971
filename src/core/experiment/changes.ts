import type { ExperimentStatus, ExperimentTemplateStatus } from '../../api/experiment.ts';
import { ANNOTATION } from '../../api/keys.ts';
import type { Change, Note } from '../plan.ts';
import { formatInstant, type Instant, parseInstant } from '../time.ts';
import { at, patch, remove } from '../writes.ts';
import { isVerdict, runOf } from './analyses.ts';
import { replicaSetOf, serviceOf } from './manifests.ts';
import { isOwn } from './owner.ts';
import type { Part } from './parts.ts';
import { hasEnded } from './templates.ts';
import type { ExperimentWorld } from './world.ts';

/**
 * The writes that lead to what a status says, which is stored before them: pods with their Services, then
 * analyses; at the end the analyses first, then the pods, and their Services once the pods are gone.
 */
export function changesOf(
  world: ExperimentWorld,
  parts: readonly Part[],
  status: ExperimentStatus,
  now: Instant,
): readonly Change[] {
  const pairs = parts.map((part, i) => ({ part, status: status.templateStatuses?.[i] }));
  const isEnding = pairs.some((pair) => pair.status !== undefined && hasEnded(pair.status));
  const runs = runChanges(world, parts, status, isEnding);
  const pods = pairs.flatMap((pair) =>
    isEnding ? endOf(world, pair.part, now) : beginningOf(world, pair.part),
  );
  return isEnding ? [...runs, ...pods] : [...pods, ...runs];
}

/** The pods of a template that are wanted now, and the way to them. */
function beginningOf(world: ExperimentWorld, part: Part): readonly Change[] {
  const { experiment } = world;
  const { replicaSet, replicas } = part;
  const service = part.service === null ? serviceOf(experiment, part) : null;
  const services: readonly Change[] = service === null ? [] : [create(service, [])];
  if (replicaSet === null) {
    const notes = replicas === 0 ? [] : [scaled(part, 0, replicas)];
    return [create(replicaSetOf(experiment, part), notes), ...services];
  }
  const size = replicaSet.spec.replicas ?? 1;
  // A time to go that is left over from before a retry.
  const isMarked = replicaSet.metadata.annotations?.[ANNOTATION.scaleDownDeadline] !== undefined;
  if (size === replicas && !isMarked) return services;
  const body = {
    ...(isMarked ? { metadata: { annotations: { [ANNOTATION.scaleDownDeadline]: null } } } : {}),
    ...(size === replicas ? {} : { spec: { replicas } }),
  };
  const notes = size === replicas ? [] : [scaled(part, size, replicas)];
  return [patch(replicaSet, 'grow', body, notes), ...services];
}

/** The pods of a template that are not wanted any more: first a time is set, then they go. */
function endOf(world: ExperimentWorld, part: Part, now: Instant): readonly Change[] {
  const { replicaSet, service } = part;
  const hasPods = (replicaSet?.spec.replicas ?? 0) > 0 || (replicaSet?.status?.replicas ?? 0) > 0;
  const isOver = service !== null && part.isServiceOurs && !hasPods && !isGoing(service);
  const services = isOver ? [remove(service)] : [];
  const size = replicaSet?.spec.replicas ?? 1;
  if (replicaSet === null || size === 0) return services;
  const deadline = deadlineOf(part);
  const delay = delayOf(world) * 1000;
  if (deadline === null && delay > 0) {
    const annotations = { [ANNOTATION.scaleDownDeadline]: formatInstant(now + delay) };
    return [patch(replicaSet, 'shrink', { metadata: { annotations } }, [])];
  }
  if ((deadline !== null && now < deadline) || isRouted(world, part)) return [];
  const annotations = deadline === null ? {} : { annotations: { [ANNOTATION.scaleDownDeadline]: null } };
  const body = { ...(deadline === null ? {} : { metadata: annotations }), spec: { replicas: 0 } };
  return [patch(replicaSet, 'shrink', body, [scaled(part, size, 0)])];
}

/**
 * When the pods of a template that has ended may go; null where there is nothing to wait for but the world.
 */
export function emptiedAt(
  world: ExperimentWorld,
  part: Part,
  status: ExperimentTemplateStatus | undefined,
  now: Instant,
): Instant | null {
  if (status === undefined || !hasEnded(status) || (part.replicaSet?.spec.replicas ?? 0) === 0) return null;
  return deadlineOf(part) ?? now + delayOf(world) * 1000;
}

/** Pods to which users are sent do not go: the rollout takes the traffic away first. */
function isRouted({ routed }: ExperimentWorld, { serviceName }: Part): boolean {
  return serviceName !== null && routed.has(serviceName);
}

function deadlineOf({ replicaSet }: Part): Instant | null {
  return parseInstant(replicaSet?.metadata.annotations?.[ANNOTATION.scaleDownDeadline]);
}

function delayOf({ experiment }: ExperimentWorld): number {
  return experiment.spec.scaleDownDelaySeconds ?? 30;
}

function runChanges(
  world: ExperimentWorld,
  parts: readonly Part[],
  status: ExperimentStatus,
  isEnding: boolean,
): readonly Change[] {
  const { experiment, runs } = world;
  if (isEnding)
    return runs
      .filter((run) => !isVerdict(run.status?.phase) && run.spec.terminate !== true && isOwn(run, experiment))
      .map((run) => patch(run, 'runs', { spec: { terminate: true } }, []));
  const speaking = { parts, availableAt: parseInstant(status.availableAt) };
  return (status.analysisRuns ?? []).flatMap(({ name, analysisRun, phase }) => {
    const analysis = experiment.spec.analyses?.find((one) => one.name === name);
    const isMade = runs.some(({ metadata }) => metadata.name === analysisRun);
    if (analysis === undefined || analysisRun === '' || isMade || isVerdict(phase)) return [];
    const run = runOf(world, analysis, analysisRun, speaking);
    return run === null ? [] : [create(run, [])];
  });
}

function create(manifest: Parameters<typeof at>[0], notes: readonly Note[]): Change {
  return { ...at(manifest), verb: 'create', phase: 'grow', manifest, notes };
}

function isGoing({ metadata }: Parameters<typeof at>[0]): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function scaled({ replicaSetName }: Part, from: number, to: number): Note {
  const way = to > from ? 'up' : 'down';
  const message = `Scaled ${way} ReplicaSet ${replicaSetName} from ${from} to ${to}`;
  return { type: 'Normal', reason: 'ScalingReplicaSet', message };
}
