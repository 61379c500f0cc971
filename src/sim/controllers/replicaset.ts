import { selects } from '../../api/selector.ts';
import type { ReplicaSet, ReplicaSetStatus, WorkloadCondition } from '../../api/workload.ts';
import { isSameJson } from '../../core/merge-patch.ts';
import { formatInstant, type Instant } from '../../core/time.ts';
import { ApiError } from '../api-server/api.ts';
import { kinds } from '../kinds.ts';
import type { Pod } from '../kubelet/pod.ts';
import { claim, ownerIn } from './claim.ts';
import { type Cluster, MANAGER } from './cluster.ts';
import { deletionOrder } from './deletion-order.ts';
import { createPods, deletePods, type PodOwner } from './pod-control.ts';
import { availableAt, isActive, isReady, isTerminating } from './pods.ts';
import { controllerOf, keyOf, uidOf } from './shelf.ts';

/**
 * Keeps as many pods as each ReplicaSet wants, and tells in its status how many there are.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/
 */
export function replicaSetController(cluster: Cluster): void {
  const { view } = cluster;
  const sets = view.of<ReplicaSet>(kinds.replicaSets);
  const tell = cluster.tellAs('replicaset-controller');
  const queue = cluster.queue((key) => {
    const set = sets.get(key);
    return set === null ? null : reconcile(cluster, { owner: set, tell }, set);
  });
  const wake = (set: ReplicaSet | null) => {
    if (set !== null) queue.add(keyOf(set));
  };
  view.on<ReplicaSet>(kinds.replicaSets, (_, after) => wake(after));
  view.on<Pod>(kinds.pods, (before, after) => {
    if (before === null || controllerOf(before)?.uid !== (after && controllerOf(after)?.uid)) {
      wake(ownerIn(sets, before));
    }
    wake(ownerIn(sets, after));
    if (after === null || controllerOf(after) !== null) return;
    const { namespace = '', labels = {} } = after.metadata;
    for (const set of sets.in(namespace)) if (selects(set.spec.selector, labels)) wake(set);
  });
  for (const set of sets.all()) wake(set);
}

function reconcile(cluster: Cluster, by: PodOwner, set: ReplicaSet): number | null {
  const shelf = cluster.view.of<Pod>(kinds.pods);
  const claimer = { owner: set, selector: set.spec.selector };
  const active = claim(cluster, claimer, { kind: kinds.pods, shelf, counts: isActive });
  const terminating = shelf.controlledBy(uidOf(set)).filter(isTerminating);
  const refusal = set.metadata.deletionTimestamp === undefined ? resize(cluster, by, set, active) : null;
  const now = cluster.clock.now();
  const status = statusOf(set, { active, terminating: terminating.length, refusal, now });
  if (!isSameJson({ ...status }, { ...set.status })) {
    cluster.api.update(kinds.replicaSets, { ...set, status }, { manager: MANAGER, subresource: 'status' });
  }
  if (refusal !== null) throw refusal;
  const { minReadySeconds = 0 } = set.spec;
  return nextAvailableMs(active, minReadySeconds, now);
}

// What the API server said against it, or null.
function resize(cluster: Cluster, by: PodOwner, set: ReplicaSet, active: readonly Pod[]): ApiError | null {
  const { replicas = 1, template = {} } = set.spec;
  const surplus = active.length - replicas;
  try {
    if (surplus < 0) createPods(cluster, by, { template, count: -surplus });
    if (surplus > 0) deletePods(cluster, by, firstToGo(cluster, set, active).slice(0, surplus));
    return null;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function firstToGo(cluster: Cluster, set: ReplicaSet, active: readonly Pod[]): readonly Pod[] {
  const owner = controllerOf(set);
  const pods = cluster.view.of<Pod>(kinds.pods);
  const siblings =
    owner === null ? [set] : cluster.view.of<ReplicaSet>(kinds.replicaSets).controlledBy(owner.uid);
  const related = siblings.flatMap((sibling) => pods.controlledBy(uidOf(sibling)));
  return deletionOrder(active, { related, now: cluster.clock.now() });
}

interface Seen {
  readonly active: readonly Pod[];
  readonly terminating: number;
  readonly refusal: ApiError | null;
  readonly now: Instant;
}

// Counts what was there before this pass created or deleted anything: the next pass follows at once.
function statusOf(set: ReplicaSet, { active, terminating, refusal, now }: Seen): ReplicaSetStatus {
  const { minReadySeconds = 0, template } = set.spec;
  const labels = template?.metadata?.labels ?? {};
  const counts = {
    fullyLabeledReplicas: active.filter((pod) => selects({ matchLabels: labels }, pod.metadata.labels ?? {}))
      .length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isBy(now, availableAt(pod, minReadySeconds))).length,
  };
  const conditions = conditionsOf(set, { active, refusal, now });
  return {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    terminatingReplicas: terminating,
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

function conditionsOf(
  set: ReplicaSet,
  { active, refusal, now }: Pick<Seen, 'active' | 'refusal' | 'now'>,
): readonly WorkloadCondition[] {
  const before = set.status?.conditions ?? [];
  const others = before.filter((condition) => condition.type !== 'ReplicaFailure');
  if (refusal === null) return others;
  if (others.length < before.length) return before;
  const reason = active.length < (set.spec.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete';
  const lastTransitionTime = formatInstant(now);
  const { message } = refusal;
  return [...others, { type: 'ReplicaFailure', status: 'True', lastTransitionTime, reason, message }];
}

// Until the next of the ready pods becomes available, in milliseconds.
function nextAvailableMs(active: readonly Pod[], minReadySeconds: number, now: Instant): number | null {
  if (minReadySeconds === 0) return null;
  const moments = active
    .map((pod) => availableAt(pod, minReadySeconds))
    .filter((at) => at !== null && at > now);
  return moments.length === 0 ? null : Math.min(...moments.map(Number)) - now;
}

function isBy(now: Instant, at: Instant | null): boolean {
  return at !== null && at <= now;
}
