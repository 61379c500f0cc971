import { selects } from '../../api/selector.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { isSameJson } from '../../core/merge-patch.ts';
import { kinds } from '../kinds.ts';
import type { Pod } from '../kubelet/pod.ts';
import {
  type Budget,
  type BudgetStatus,
  budgetStatus,
  failedStatus,
  needsScale,
  recheckMs,
} from './budget.ts';
import { type Cluster, MANAGER } from './cluster.ts';
import { type Scale, scaleOf } from './scale.ts';
import { controllerOf, keyOf } from './shelf.ts';

/** Until a workload that could not be found is looked for again. */
const RETRY_MS = 1_000;

/**
 * Tells in the status of each PodDisruptionBudget how many pods may be evicted.
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
 */
export function disruptionController(cluster: Cluster): void {
  const { view } = cluster;
  const budgets = view.of<Budget>(kinds.podDisruptionBudgets);
  const tell = cluster.tellAs('controllermanager');
  const queue = cluster.queue((key) => {
    const budget = budgets.get(key);
    if (budget === null) return null;
    const pods = podsOf(cluster, budget);
    if (pods.length === 0)
      tell(budget, { type: 'Normal', reason: 'NoPods', message: 'No matching pods found' });
    const scale = needsScale(budget) ? totalScale(cluster, pods) : 0;
    const now = cluster.clock.now();
    if (typeof scale === 'string') {
      write(cluster, budget, failedStatus(budget, scale, now));
      const message = `Failed to calculate the number of expected pods: ${scale}`;
      tell(budget, { type: 'Warning', reason: 'CalculateExpectedPodCountFailed', message });
      return RETRY_MS;
    }
    const status = budgetStatus(budget, { pods, scale, now });
    write(cluster, budget, status);
    return recheckMs(status, now);
  });
  const wake = (budget: Budget) => queue.add(keyOf(budget));
  view.on<Budget>(kinds.podDisruptionBudgets, (_, after) => {
    if (after !== null) wake(after);
  });
  view.on<Pod>(kinds.pods, (before, after) => {
    const { namespace = '' } = (after ?? before)?.metadata ?? {};
    for (const budget of budgets.in(namespace)) {
      if (covers(budget, before) || covers(budget, after)) wake(budget);
    }
  });
  for (const budget of budgets.all()) wake(budget);
}

function podsOf({ view }: Cluster, budget: Budget): readonly Pod[] {
  const pods = view.of<Pod>(kinds.pods).in(budget.metadata.namespace ?? '');
  return pods.filter((pod) => covers(budget, pod));
}

// An empty selector covers all pods, none at all covers none.
function covers({ spec }: Budget, pod: Pod | null): boolean {
  return pod !== null && spec.selector !== undefined && selects(spec.selector, pod.metadata.labels ?? {});
}

// What the workloads of these pods ask for together, each once. Text: why it cannot be known.
function totalScale(cluster: Cluster, pods: readonly Pod[]): number | string {
  const sizes = new Map<string, number>();
  const seen = new Set<string>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner === null || seen.has(owner.uid)) continue;
    seen.add(owner.uid);
    const scale = workloadOf(cluster, pod);
    if (scale === null) return `found no controllers for pod "${pod.metadata.name}"`;
    sizes.set(scale.uid, scale.wanted);
  }
  return [...sizes.values()].reduce((total, size) => total + size, 0);
}

// The Deployment above a ReplicaSet, else the controller itself: a Rollout's ReplicaSets count each for
// itself.
function workloadOf(cluster: Cluster, pod: Pod): Scale | null {
  const owner = controllerOf(pod);
  const { namespace = '' } = pod.metadata;
  if (owner === null) return null;
  const set = cluster.view.of<ReplicaSet>(kinds.replicaSets).byUid(owner.uid);
  const above = set === null ? null : controllerOf(set);
  const target = above?.kind === 'Deployment' ? above : owner;
  const scale = scaleOf(cluster, target, namespace);
  return scale?.uid === target.uid ? scale : null;
}

function write({ api }: Cluster, budget: Budget, status: BudgetStatus): void {
  if (isSameJson({ ...budget.status }, { ...status })) return;
  const writing = { manager: MANAGER, subresource: 'status' } as const;
  api.update(kinds.podDisruptionBudgets, { ...budget, status }, writing);
}
