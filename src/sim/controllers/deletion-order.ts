import { type Instant, parseInstant } from '../../core/time.ts';
import type { Pod } from '../kubelet/pod.ts';
import { isActive, isReady, readySince } from './pods.ts';

/** What decides which pods go first, besides the pods themselves. */
export interface Neighbourhood {
  /** Pods of all ReplicaSets of the same owner: where many of them share a node, they go first. */
  readonly related: readonly Pod[];
  readonly now: Instant;
}

const PHASES: Readonly<Record<string, number>> = { Unknown: 1, Running: 2 };
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/**
 * Pods in the order in which a ReplicaSet deletes them: not yet on a node, not yet running, not ready,
 * cheapest to delete, sharing a node with many, ready for a shorter time, restarted more often, younger.
 * Times count by their order of magnitude only, ties go by uid.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
export function deletionOrder(pods: readonly Pod[], { related, now }: Neighbourhood): readonly Pod[] {
  const onNode = new Map<string, number>();
  for (const pod of related) {
    if (isActive(pod)) onNode.set(nodeOf(pod), (onNode.get(nodeOf(pod)) ?? 0) + 1);
  }
  const ranked = pods.map((pod) => ({ pod, rank: onNode.get(nodeOf(pod)) ?? 0 }));
  return ranked.sort((a, b) => compare(a, b, now)).map(({ pod }) => pod);
}

interface Ranked {
  readonly pod: Pod;
  readonly rank: number;
}

function compare(a: Ranked, b: Ranked, now: Instant): number {
  return (
    Number(nodeOf(a.pod) !== '') - Number(nodeOf(b.pod) !== '') ||
    phaseOf(a.pod) - phaseOf(b.pod) ||
    Number(isReady(a.pod)) - Number(isReady(b.pod)) ||
    costOf(a.pod) - costOf(b.pod) ||
    b.rank - a.rank ||
    compareAges(readySince(a.pod), readySince(b.pod), now) ||
    byUidIfApart(readySince(a.pod), readySince(b.pod), [a.pod, b.pod]) ||
    restartsOf(b.pod) - restartsOf(a.pod) ||
    compareAges(createdAt(a.pod), createdAt(b.pod), now) ||
    byUidIfApart(createdAt(a.pod), createdAt(b.pod), [a.pod, b.pod])
  );
}

// Of two ages the shorter goes first, if it is shorter by a power of two.
function compareAges(a: Instant | null, b: Instant | null, now: Instant): number {
  if (a === null || b === null || a === b) return 0;
  return magnitude(now - a) - magnitude(now - b);
}

// Different times of one magnitude: as good as drawn by lot, but always the same.
function byUidIfApart(a: Instant | null, b: Instant | null, [left, right]: readonly [Pod, Pod]): number {
  if (a === null || b === null || a === b) return 0;
  return (left.metadata.uid ?? '') < (right.metadata.uid ?? '') ? -1 : 1;
}

// Counted in nanoseconds, as the original does.
function magnitude(ageMs: number): number {
  return ageMs > 0 ? Math.floor(Math.log2(ageMs * 1e6)) : -1;
}

function nodeOf(pod: Pod): string {
  return pod.spec.nodeName ?? '';
}

function phaseOf(pod: Pod): number {
  return PHASES[pod.status?.phase ?? ''] ?? 0;
}

function costOf(pod: Pod): number {
  const cost = Number(pod.metadata.annotations?.[DELETION_COST] ?? 0);
  return Number.isInteger(cost) ? cost : 0;
}

function restartsOf(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));
}

function createdAt(pod: Pod): Instant | null {
  return parseInstant(pod.metadata.creationTimestamp);
}
