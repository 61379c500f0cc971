import type { StringMap } from '../../api/meta.ts';
import { parseQuantity } from '../../api/quantity.ts';
import { meets, selects } from '../../api/selector.ts';
import type { NodeRequirement, Pod, PodTerm } from '../kubelet/pod.ts';
import type { Node } from './nodes.ts';

/** What pods ask of a node, or a node has: cores, bytes, and room for pods. */
export interface Amounts {
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
}

/** A node and what is on it. */
export interface Place {
  readonly node: Node;
  /** By uid. */
  readonly pods: ReadonlyMap<string, Pod>;
  /** Those of them that do not want certain others near. */
  readonly guarded: ReadonlyMap<string, Pod>;
  readonly used: Amounts;
}

/** Whether a pod does not want certain others near. */
export function isGuarded(pod: Pod): boolean {
  return pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined;
}

/**
 * Why a pod cannot be on a node, in the scheduler's words; null: it can. Of resources only cpu, memory and
 * the number of pods count, and of affinity only what is required.
 */
export function objection(pod: Pod, place: Place, all: readonly Place[]): string | null {
  const { node } = place;
  if (node.spec?.unschedulable === true) return 'node(s) were unschedulable';
  if (!isNodeReady(node)) return 'node(s) had untolerated taint(s)';
  if (!isNodeWanted(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
  const short = shortage(pod, place);
  if (short !== null) return short;
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const together = podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const apart = podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const isNear = (term: PodTerm) => hasAny(pod, term, neighbours(place, all, term.topologyKey));
  if (!together.every((term) => isNear(term) || isFirst(pod, term, all))) {
    return "node(s) didn't match pod affinity rules";
  }
  if (apart.some(isNear)) return "node(s) didn't match pod anti-affinity rules";
  if (isUnwelcome(pod, place, all)) {
    return "node(s) didn't satisfy existing pods anti-affinity rules";
  }
  return null;
}

/** What a pod asks for: the sum of its containers, or more where an init container needs it alone. */
export function requestsOf(pod: Pod): Amounts {
  const { containers, initContainers = [] } = pod.spec;
  const amount = (name: string) => {
    const asked = (list: typeof containers) =>
      list.map((container) => sizeOf(container.resources?.requests?.[name]));
    const sum = asked(containers).reduce((total, one) => total + one, 0);
    return Math.max(sum, ...asked(initContainers));
  };
  return { cpu: amount('cpu'), memory: amount('memory'), pods: 1 };
}

/** A quantity as a number; 0 where there is none. */
export function sizeOf(quantity: string | number | undefined): number {
  if (quantity === undefined) return 0;
  const known = sizes.get(quantity);
  if (known !== undefined) return known;
  const parsed = parseQuantity(quantity);
  const size = parsed === null ? 0 : Number(parsed.unscaled) * 10 ** parsed.exponent;
  if (sizes.size >= MOST_SIZES) sizes.clear();
  sizes.set(quantity, size);
  return size;
}

// A cluster has few different quantities, each asked for again and again.
const sizes = new Map<string | number, number>();
const MOST_SIZES = 1_000;

function isNodeReady(node: Node): boolean {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True';
}

function isNodeWanted(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined) return true;
  return required.nodeSelectorTerms.some(
    ({ matchExpressions = [] }) =>
      matchExpressions.length > 0 && matchExpressions.every((requirement) => holds(requirement, labels)),
  );
}

function holds({ key, operator, values = [] }: NodeRequirement, labels: StringMap): boolean {
  if (operator !== 'Gt' && operator !== 'Lt') return meets({ key, operator, values }, labels);
  const value = labels[key];
  if (value === undefined) return false;
  return operator === 'Gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]);
}

function shortage(pod: Pod, { node, used }: Place): string | null {
  const has = node.status?.allocatable;
  if (has === undefined) return null;
  const asked = requestsOf(pod);
  if (has['pods'] !== undefined && used.pods + 1 > sizeOf(has['pods'])) return 'Too many pods';
  if (asked.cpu > 0 && used.cpu + asked.cpu > sizeOf(has['cpu'])) return 'Insufficient cpu';
  if (asked.memory > 0 && used.memory + asked.memory > sizeOf(has['memory'])) return 'Insufficient memory';
  return null;
}

// The pods on all nodes that share that label with this one.
function neighbours(place: Place, all: readonly Place[], topologyKey: string): readonly Pod[] {
  const value = place.node.metadata.labels?.[topologyKey];
  if (value === undefined) return [];
  return all.flatMap(({ node, pods }) =>
    node.metadata.labels?.[topologyKey] === value ? [...pods.values()] : [],
  );
}

function hasAny(pod: Pod, term: PodTerm, others: Iterable<Pod>): boolean {
  return [...others].some((other) => isMeant(other, term, pod.metadata.namespace));
}

function isMeant(other: Pod, term: PodTerm, ownNamespace: string | undefined): boolean {
  const { namespaces = [], labelSelector } = term;
  const { namespace = '' } = other.metadata;
  const isInside = namespaces.length === 0 ? namespace === ownNamespace : namespaces.includes(namespace);
  if (labelSelector === undefined || !isInside) return false;
  return selects(labelSelector, other.metadata.labels ?? {});
}

// A group whose members want to be together has to begin somewhere.
function isFirst(pod: Pod, term: PodTerm, all: readonly Place[]): boolean {
  if (!isMeant(pod, term, pod.metadata.namespace)) return false;
  return !all.some(({ pods }) => hasAny(pod, term, pods.values()));
}

// Those that are there already may not want this one.
function isUnwelcome(pod: Pod, place: Place, all: readonly Place[]): boolean {
  return all.some(({ node, guarded }) =>
    [...guarded.values()].some((other) => {
      const rules = other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
      return (rules ?? []).some((term) => {
        const value = node.metadata.labels?.[term.topologyKey];
        const isNear = value !== undefined && value === place.node.metadata.labels?.[term.topologyKey];
        return isNear && isMeant(pod, term, other.metadata.namespace);
      });
    }),
  );
}
