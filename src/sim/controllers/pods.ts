import { type Instant, parseInstant } from '../../core/time.ts';
import type { Pod } from '../kubelet/pod.ts';

/** Whether a pod has neither ended nor is about to. */
export function isActive(pod: Pod): boolean {
  return !isOver(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Whether all containers of a pod have ended for good. */
export function isOver(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Whether a pod is about to go and its containers may still run. */
export function isTerminating(pod: Pod): boolean {
  return !isOver(pod) && pod.metadata.deletionTimestamp !== undefined;
}

/** Whether the pod's condition Ready holds. */
export function isReady(pod: Pod): boolean {
  return readyCondition(pod) !== undefined;
}

/** Since when a pod has been ready, to the second; null: it is not. */
export function readySince(pod: Pod): Instant | null {
  return parseInstant(readyCondition(pod)?.lastTransitionTime);
}

/** When a ready pod counts as available; null: it is not ready. */
export function availableAt(pod: Pod, minReadySeconds: number): Instant | null {
  if (!isReady(pod)) return null;
  if (minReadySeconds === 0) return Number.NEGATIVE_INFINITY;
  const since = readySince(pod);
  return since === null ? null : since + minReadySeconds * 1000;
}

function readyCondition(pod: Pod) {
  return pod.status?.conditions?.find((c) => c.type === 'Ready' && c.status === 'True');
}
