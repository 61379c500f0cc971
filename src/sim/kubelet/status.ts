import { formatInstant, type Instant } from '../../core/time.ts';
import type { PodLook } from './lifecycle.ts';
import type { Condition, Pod } from './pod.ts';

/** What a pod's status tells besides its look. */
export interface Facts {
  readonly address: string;
  readonly hostAddress: string;
  readonly boundAt: Instant;
  /** Whether the pod has a sandbox, and so an address. */
  readonly hasSandbox: boolean;
  readonly now: Instant;
}

/**
 * The status of a pod as a JSON merge patch. A condition that stays what it was keeps its time; conditions of
 * others, such as readiness gates, stay.
 */
export function statusPatch(pod: Pod, look: PodLook, facts: Facts): object {
  const { address, hostAddress, boundAt, hasSandbox, now } = facts;
  const own: readonly Condition[] = [
    { type: 'PodReadyToStartContainers', status: hasSandbox ? 'True' : 'False' },
    ...look.conditions,
    { type: 'PodScheduled', status: 'True' },
  ];
  const before = pod.status?.conditions ?? [];
  const foreign = before.filter(({ type }) => own.every((condition) => condition.type !== type));
  const network = hasSandbox ? { podIP: address, podIPs: [{ ip: address }] } : {};
  return {
    phase: look.phase,
    ...(look.reason === undefined ? {} : { reason: look.reason, message: look.message ?? '' }),
    conditions: [...foreign, ...own.map((condition) => timed(condition, before, now))],
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    ...network,
    startTime: formatInstant(boundAt),
    ...(look.initContainerStatuses.length === 0 ? {} : { initContainerStatuses: look.initContainerStatuses }),
    containerStatuses: look.containerStatuses,
  };
}

/** The status of a pod whose containers were stopped before they were done. */
export function stoppedPatch(pod: Pod, now: Instant): object {
  const at = formatInstant(now);
  const terminated = {
    exitCode: 143,
    reason: 'Error',
    startedAt: pod.status?.startTime ?? at,
    finishedAt: at,
  };
  const containerStatuses = (pod.status?.containerStatuses ?? []).map((status) => ({
    ...status,
    ready: false,
    started: false,
    state: status.state.terminated === undefined ? { terminated } : status.state,
  }));
  const before = pod.status?.conditions ?? [];
  const conditions = before.map((condition) => {
    const isOver = condition.type === 'Ready' || condition.type === 'ContainersReady';
    if (!isOver) return condition;
    return timed({ type: condition.type, status: 'False', reason: 'PodFailed' }, before, now);
  });
  return { phase: 'Failed', conditions, containerStatuses };
}

function timed(condition: Condition, before: readonly Condition[], now: Instant): Condition {
  const old = before.find(({ type }) => type === condition.type);
  const kept = old?.status === condition.status ? old.lastTransitionTime : undefined;
  return { ...condition, lastTransitionTime: kept ?? formatInstant(now) };
}
