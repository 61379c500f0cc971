import { LABEL } from '../../../../src/api/keys.ts';
import type { ReplicaSet } from '../../../../src/api/workload.ts';
import type { LocalApi } from '../../../../src/sim/api-server/api.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { USUAL_LAG } from '../../../../src/sim/mesh/view.ts';
import { NAMESPACE } from '../applications.ts';
import { ownedBy } from '../reading.ts';
import type { App } from '../script.ts';
import { STALE_MS } from './scene.ts';

/** Pods of a ReplicaSet as they were, until everybody must have heard of what came after. */
export interface Former {
  readonly replicas: number;
  readonly available: number;
  readonly untilMs: number;
}

/** So long after they are ready data planes know of pods, and a step of users is over. */
const FRESH_MS = USUAL_LAG.endpoints.mostMs + 1_000;

/** How many pods the ReplicaSets have, and had a moment ago. */
export class Pods {
  readonly #now: () => number;
  /** How long of two controllers that do not ask who leads one may not hear what the other does. */
  readonly #unheardMs: number;
  /** How many pods of a ReplicaSet were available before some were lost, since it was last made smaller. */
  readonly #lost = new Map<string, readonly { readonly count: number; readonly untilMs: number }[]>();
  /** What a ReplicaSet was lately, where a second controller may not have heard of the last change. */
  readonly #lately = new Map<string, readonly Former[]>();
  /** When a ReplicaSet last was without an available pod. */
  readonly #emptyAtMs = new Map<string, number>();

  /** `now`: milliseconds since the beginning. */
  constructor(now: () => number, unheardMs: number) {
    this.#now = now;
    this.#unheardMs = unheardMs;
  }

  /** Takes in that a ReplicaSet has changed. */
  measure(old: ReplicaSet | null, next: ReplicaSet, isSmaller: boolean): void {
    const { name } = next.metadata;
    const [had, has] = [old === null ? 0 : availableOf(old), availableOf(next)];
    if (had === 0) this.#emptyAtMs.set(name, this.#now());
    const lost = { count: had, untilMs: this.#now() + STALE_MS };
    if (old !== null) this.#keep(old, had);
    const known = (this.#lost.get(name) ?? []).filter(({ untilMs }) => untilMs > this.#now());
    this.#lost.set(name, isSmaller ? [] : [...known, ...(has < had ? [lost] : [])]);
  }

  /** Without a router nothing is claimed: who has not heard of what another did counts as it was before. */
  formerly({ metadata }: ReplicaSet): readonly Former[] {
    const known = this.#lately.get(metadata.name) ?? [];
    return known.filter(({ untilMs }) => untilMs > this.#now());
  }

  /** Pods that are available, or were a moment ago and nobody has taken. */
  available(set: ReplicaSet): number {
    const lost = (this.#lost.get(set.metadata.name) ?? []).filter(({ untilMs }) => untilMs > this.#now());
    return Math.max(availableOf(set), ...lost.map(({ count }) => count));
  }

  /** Whether it has no available pod, or had none a moment ago. */
  isEmpty(set: ReplicaSet): boolean {
    const atMs = this.#emptyAtMs.get(set.metadata.name) ?? Number.NEGATIVE_INFINITY;
    return availableOf(set) === 0 || this.#now() - atMs < STALE_MS;
  }

  /** Whether the first pods of some version are so young that a data plane may not know of them yet. */
  isAnyFresh(): boolean {
    return [...this.#emptyAtMs.values()].some((atMs) => this.#now() - atMs < FRESH_MS);
  }

  #keep(old: ReplicaSet, available: number): void {
    const former = { replicas: sizeOf(old), available, untilMs: this.#now() + this.#unheardMs };
    this.#lately.set(old.metadata.name, [...this.formerly(old), former]);
  }
}

/** The ReplicaSets of an application. */
export function setsOf(
  { api }: { readonly api: LocalApi },
  { app }: { readonly app: App },
): readonly ReplicaSet[] {
  const rollout = api.get(kinds.rollouts, { namespace: NAMESPACE, name: app.name });
  return rollout === null
    ? []
    : (ownedBy(api, kinds.replicaSets, rollout) as readonly object[] as readonly ReplicaSet[]);
}

/** The pod-template hash of a ReplicaSet. */
export function hashOf(set: ReplicaSet): string {
  return set.metadata.labels?.[LABEL.podTemplateHash] ?? '';
}

/** How many pods a ReplicaSet is to have. */
export function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}

/** How many pods are available and are to stay. */
export function availableOf({ spec, status }: ReplicaSet): number {
  return Math.min(status?.availableReplicas ?? 0, spec.replicas ?? 1);
}
