import type { ReplicaSet } from '../../../api/workload.ts';
import {
  availableOf,
  byAge,
  type Deployment,
  maxSurge,
  maxUnavailable,
  NOTE,
  notesOf,
  sizeOf,
  sum,
  wantedOf,
} from './spec.ts';

/** A ReplicaSet and the number of pods that it is to have from now on. */
export interface Resize {
  readonly set: ReplicaSet;
  readonly size: number;
}

/** The ReplicaSets of a Deployment: that of the present template, if there is one, and all others. */
export interface Sets {
  readonly fresh: ReplicaSet | null;
  readonly old: readonly ReplicaSet[];
}

/** All of them. */
export function allOf({ fresh, old }: Sets): readonly ReplicaSet[] {
  return fresh === null ? old : [...old, fresh];
}

/** How many pods the ReplicaSet of a new template gets, which has `size` so far. */
export function freshSize(deployment: Deployment, all: readonly ReplicaSet[], size: number): number {
  const wanted = wantedOf(deployment);
  if (deployment.spec.strategy?.type === 'Recreate') return wanted;
  const most = wanted + maxSurge(deployment);
  const present = sum(all, sizeOf);
  if (present >= most) return size;
  return size + Math.min(most - present, wanted - size);
}

/**
 * The next step of a rolling update: first the new one grows as far as it may; only when it cannot, the old
 * ones shrink: first by pods that do not work anyway, then by as many as can be missed, oldest first.
 */
export function rollingStep(deployment: Deployment, { fresh, old }: Sets): readonly Resize[] {
  if (fresh === null) return [];
  const all = [...old, fresh];
  const wanted = wantedOf(deployment);
  const size = sizeOf(fresh) > wanted ? wanted : freshSize(deployment, all, sizeOf(fresh));
  if (size !== sizeOf(fresh)) return [{ set: fresh, size }];
  return shrinkOld(deployment, { fresh, old: old.filter((set) => sizeOf(set) > 0) });
}

function shrinkOld(
  deployment: Deployment,
  { fresh, old }: { readonly fresh: ReplicaSet; readonly old: readonly ReplicaSet[] },
): readonly Resize[] {
  const leastAvailable = wantedOf(deployment) - maxUnavailable(deployment);
  const missing = sizeOf(fresh) - availableOf(fresh);
  const most = sum([...old, fresh], sizeOf) - leastAvailable - missing;
  if (old.length === 0 || most <= 0) return [];
  const sizes = new Map(old.toSorted(byAge).map((set) => [set, sizeOf(set)]));
  const shrink = (budget: number, surplus: (set: ReplicaSet, size: number) => number) => {
    let left = budget;
    for (const [set, size] of sizes) {
      const fewer = Math.max(0, Math.min(left, surplus(set, size)));
      sizes.set(set, size - fewer);
      left -= fewer;
    }
  };
  shrink(most, (set, size) => size - availableOf(set));
  shrink(sum([...old, fresh], availableOf) - leastAvailable, (_, size) => size);
  return [...sizes].filter(([set, size]) => size !== sizeOf(set)).map(([set, size]) => ({ set, size }));
}

/**
 * The sizes after the Deployment itself was scaled. One ReplicaSet that alone has pods takes everything; when
 * the new one is complete the old ones go; in the middle of an update all grow or shrink in proportion, and
 * what rounding leaves goes to the largest.
 */
export function scaled(deployment: Deployment, { fresh, old }: Sets): readonly Resize[] {
  const wanted = wantedOf(deployment);
  const active = [...old.toSorted(byAge).reverse(), ...(fresh === null ? [] : [fresh])].filter(hasPods);
  if (active.length <= 1) {
    const only = active[0] ?? fresh ?? old.toSorted(byAge).at(-1);
    return only === undefined || sizeOf(only) === wanted ? [] : [{ set: only, size: wanted }];
  }
  if (fresh !== null && isSaturated(deployment, fresh)) {
    return old.filter(hasPods).map((set) => ({ set, size: 0 }));
  }
  if (deployment.spec.strategy?.type === 'Recreate') return [];
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  return proportional(deployment, active, allowed - sum(active, sizeOf));
}

function hasPods(set: ReplicaSet): boolean {
  return sizeOf(set) > 0;
}

function isSaturated(deployment: Deployment, set: ReplicaSet): boolean {
  const wanted = wantedOf(deployment);
  const meant = Number.parseInt(notesOf(set)[NOTE.desiredReplicas] ?? '', 10);
  return sizeOf(set) === wanted && meant === wanted && availableOf(set) === wanted;
}

// Also those that keep their size are named: what they remember of the Deployment's size changes.
function proportional(
  deployment: Deployment,
  active: readonly ReplicaSet[],
  change: number,
): readonly Resize[] {
  const sorted = active.toSorted((a, b) => sizeOf(b) - sizeOf(a) || (change > 0 ? byAge(b, a) : byAge(a, b)));
  let added = 0;
  const sizes = sorted.map((set) => {
    if (change === 0) return { set, size: sizeOf(set) };
    const share = shareOf(deployment, set);
    const left = change - added;
    const part = left === 0 ? 0 : change > 0 ? Math.min(share, left) : Math.max(share, left);
    added += part;
    return { set, size: sizeOf(set) + part };
  });
  return sizes.map(({ set, size }, index) => ({
    set,
    size: index === 0 ? Math.max(0, size + change - added) : size,
  }));
}

function shareOf(deployment: Deployment, set: ReplicaSet): number {
  const wanted = wantedOf(deployment);
  if (wanted === 0) return -sizeOf(set);
  const noted = Number.parseInt(notesOf(set)[NOTE.maxReplicas] ?? '', 10);
  const before = noted > 0 ? noted : (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((sizeOf(set) * (wanted + maxSurge(deployment))) / before) - sizeOf(set);
}
