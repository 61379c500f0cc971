import type { Manifest } from '../../api/meta.ts';
import { formatInstant } from '../../core/time.ts';
import { bound } from '../api-server/strategy/pod.ts';
import { kinds } from '../kinds.ts';
import type { Condition, Pod } from '../kubelet/pod.ts';
import type { Random } from '../random.ts';
import type { Cluster } from './cluster.ts';
import type { Tell } from './events.ts';
import type { Node } from './nodes.ts';
import { type Amounts, isGuarded, objection, type Place, requestsOf } from './placement.ts';
import { isOver } from './pods.ts';
import { keyOf, placeFor, uidOf } from './shelf.ts';

const MANAGER = 'kube-scheduler';

/**
 * Binds each pod to one of the nodes that can take it, the emptiest first and else by chance. A pod that no
 * node can take says so in its status and waits until a node changes or another pod goes.
 */
export function scheduler(cluster: Cluster): void {
  const { view } = cluster;
  const pods = view.of<Pod>(kinds.pods);
  const tell = cluster.tellAs('default-scheduler');
  const random = cluster.chance();
  const loads = new Loads(view.of<Node>(kinds.nodes).all());
  const waiting = new Set<string>();
  const queue = cluster.queue((key) => {
    const pod = pods.get(key);
    waiting.delete(key);
    if (pod === null || !isUnbound(pod)) return null;
    if (!place(cluster, pod, { tell, random, places: loads.places() })) waiting.add(key);
    return null;
  });
  const retry = () => {
    for (const key of waiting) queue.add(key);
  };
  view.on<Node>(kinds.nodes, (before, after) => {
    loads.takeNode(before, after);
    retry();
  });
  view.on<Pod>(kinds.pods, (before, after) => {
    loads.takePod(before, after);
    if (after !== null && isUnbound(after) && !waiting.has(keyOf(after))) queue.add(keyOf(after));
    const isFreed = before?.spec.nodeName !== undefined && (after === null || isOver(after));
    if (isFreed) retry();
  });
  for (const pod of pods.all()) {
    loads.takePod(null, pod);
    if (isUnbound(pod)) queue.add(keyOf(pod));
  }
}

interface Choice {
  readonly tell: Tell;
  readonly random: Random;
  readonly places: readonly Place[];
}

// Whether it could be bound.
function place(cluster: Cluster, pod: Pod, { tell, random, places }: Choice): boolean {
  const objections = places.map((candidate) => objection(pod, candidate, places));
  const fit = places.filter((_, index) => objections[index] === null);
  const subject = { ...pod, apiVersion: 'v1', kind: 'Pod' };
  if (fit.length === 0) {
    const message = refusal(objections.filter((why) => why !== null));
    markUnschedulable(cluster, pod, message);
    tell(subject, { type: 'Warning', reason: 'FailedScheduling', message });
    return false;
  }
  const fewest = Math.min(...fit.map(({ used }) => used.pods));
  const { node } = random.pick(fit.filter(({ used }) => used.pods === fewest));
  const { api, clock } = cluster;
  const next = bound(pod as Pod & Manifest, node, formatInstant(clock.now()));
  api.update(kinds.pods, next, { manager: MANAGER, subresource: 'binding' });
  const message = `Successfully assigned ${keyOf(pod)} to ${node.metadata.name}`;
  tell(subject, { type: 'Normal', reason: 'Scheduled', message });
  return true;
}

/** What is said when no node can take a pod: how many object, by reason. */
export function refusal(objections: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const why of objections) counts.set(why, (counts.get(why) ?? 0) + 1);
  const parts = [...counts].map(([why, count]) => `${count} ${why}`).sort();
  if (parts.length === 0) return 'no nodes available to schedule pods';
  return `0/${objections.length} nodes are available: ${parts.join(', ')}.`;
}

function markUnschedulable({ api, clock }: Cluster, pod: Pod, message: string): void {
  const before = pod.status?.conditions ?? [];
  const old = before.find(({ type }) => type === 'PodScheduled');
  if (old?.message === message) return;
  const condition: Condition = {
    type: 'PodScheduled',
    status: 'False',
    lastTransitionTime: old?.lastTransitionTime ?? formatInstant(clock.now()),
    reason: 'Unschedulable',
    message,
  };
  const conditions = [...before.filter(({ type }) => type !== 'PodScheduled'), condition];
  const patch = { metadata: { uid: uidOf(pod) }, status: { phase: 'Pending', conditions } };
  api.merge(kinds.pods, placeFor(pod), patch, { manager: MANAGER, subresource: 'status' });
}

function isUnbound(pod: Pod): boolean {
  return (
    pod.spec.nodeName === undefined &&
    pod.metadata.deletionTimestamp === undefined &&
    !isOver(pod) &&
    (pod.spec.schedulingGates ?? []).length === 0
  );
}

interface Load {
  node: Node;
  readonly pods: Map<string, Pod>;
  readonly guarded: Map<string, Pod>;
  used: Amounts;
}

// What is on each node, kept up to date so that nothing is summed up for each pod anew.
class Loads {
  readonly #loads = new Map<string, Load>();

  constructor(nodes: readonly Node[]) {
    for (const node of nodes) this.takeNode(null, node);
  }

  places(): readonly Place[] {
    return [...this.#loads.values()];
  }

  takeNode(before: Node | null, after: Node | null): void {
    if (after === null) {
      if (before !== null) this.#loads.delete(before.metadata.name);
      return;
    }
    const load = this.#loads.get(after.metadata.name);
    if (load !== undefined) load.node = after;
    else {
      const used = { cpu: 0, memory: 0, pods: 0 };
      this.#loads.set(after.metadata.name, { node: after, pods: new Map(), guarded: new Map(), used });
    }
  }

  takePod(before: Pod | null, after: Pod | null): void {
    const named = after ?? before;
    const load = this.#loads.get(named?.spec.nodeName ?? '');
    if (named === null || load === undefined) return;
    const counts = after !== null && !isOver(after);
    const isHere = load.pods.has(uidOf(named));
    load.guarded.delete(uidOf(named));
    if (counts && isGuarded(after)) load.guarded.set(uidOf(after), after);
    if (counts) load.pods.set(uidOf(named), after);
    else load.pods.delete(uidOf(named));
    if (counts === isHere) return;
    const asked = requestsOf(named);
    const sign = counts ? 1 : -1;
    load.used = {
      cpu: load.used.cpu + sign * asked.cpu,
      memory: load.used.memory + sign * asked.memory,
      pods: load.used.pods + sign,
    };
  }
}
