import type { Limits } from './limits.ts';

/** Pods of one ReplicaSet: asked for (`spec`) and serving (`available`). */
export interface Size {
  readonly spec: number;
  readonly available: number;
}

/**
 * Where a canary without a router is, and where its weight says it should be. `stable` is null where there is
 * none.
 */
export interface BasicCanary {
  readonly replicas: number;
  readonly limits: Limits;
  readonly canary: Size;
  readonly stable: Size | null;
  /** Pods of all other ReplicaSets together. */
  readonly older: number;
  readonly want: { readonly canary: number; readonly stable: number };
}

/**
 * The next sizes of a canary without a router: as close to the wanted ones as surge and unavailability allow
 * now.
 *
 * Stable is topped up before the canary grows. Nothing shrinks while older ReplicaSets still have pods. While
 * the canary grows, stable is drained without regard to its own readiness; while it shrinks, the canary is.
 */
export function nextSizes(now: BasicCanary): { readonly canary: number; readonly stable: number } {
  const want = now.stable === null ? { canary: now.replicas, stable: 0 } : now.want;
  const grown = grow(now, want);
  if (now.older > 0) return grown;
  return shrink(now, want, grown);
}

type Pair = { readonly canary: number; readonly stable: number };

function grow(now: BasicCanary, want: Pair): Pair {
  const stable = now.stable?.spec ?? 0;
  let budget = now.replicas + now.limits.maxSurge - (now.canary.spec + stable + now.older);
  const add = (spec: number, wanted: number): number => {
    const added = Math.max(0, Math.min(wanted - spec, budget));
    budget -= added;
    return spec + added;
  };
  const grownStable = now.stable === null ? 0 : add(stable, want.stable);
  return { stable: grownStable, canary: add(now.canary.spec, want.canary) };
}

function shrink(now: BasicCanary, want: Pair, grown: Pair): Pair {
  const leastAvailable = now.replicas - now.limits.maxUnavailable;
  const growing = want.canary >= now.canary.spec;
  const serving =
    (growing ? serves(now.canary) : now.canary.spec) +
    (now.stable === null ? 0 : growing ? now.stable.spec : serves(now.stable));
  const spare = serving - leastAvailable;
  if (spare <= 0) return grown;
  const most = now.replicas + now.limits.maxSurge;
  if (growing) {
    if (now.stable === null) return grown;
    const stable = drain(now.stable.spec, want.stable, spare, grown.stable);
    const fitted = fit(
      { drained: stable, other: grown.canary, otherServes: serves(now.canary) },
      most,
      leastAvailable,
    );
    return { stable: fitted.drained, canary: fitted.other };
  }
  const canary = drain(now.canary.spec, want.canary, spare, grown.canary);
  const otherServes = now.stable === null ? 0 : serves(now.stable);
  const fitted = fit({ drained: canary, other: grown.stable, otherServes }, most, leastAvailable);
  return { canary: fitted.drained, stable: fitted.other };
}

/** How many pods serve: those about to be removed count as gone already, whatever the status still says. */
export function serves(size: Size): number {
  return Math.min(size.spec, size.available);
}

function drain(spec: number, wanted: number, spare: number, otherwise: number): number {
  return spec > wanted ? Math.max(wanted, spec - spare) : otherwise;
}

/**
 * Trims to the most pods allowed: the other side while it has pods to spare, of which those that do not serve
 * are the first, then the drained one.
 */
function fit(
  sides: { readonly drained: number; readonly other: number; readonly otherServes: number },
  most: number,
  leastAvailable: number,
): { readonly drained: number; readonly other: number } {
  const excess = sides.drained + sides.other - most;
  if (excess <= 0) return sides;
  const idle = Math.max(0, sides.other - sides.otherServes);
  const spare = idle + Math.max(0, sides.otherServes - leastAvailable);
  const trimmed = Math.min(excess, spare, sides.other);
  return { other: sides.other - trimmed, drained: Math.max(0, sides.drained - (excess - trimmed)) };
}

/**
 * The next sizes of ReplicaSets that are neither canary nor stable, newest revision first. Pods that do not
 * serve go first, then as many as can be spared above the least available count.
 */
export function nextOlderSizes(
  older: readonly Size[],
  all: { readonly available: number; readonly leastAvailable: number },
): readonly number[] {
  const cleaned = older.map(serves);
  let spare = Math.max(0, all.available - all.leastAvailable);
  return cleaned.map((spec) => {
    const removed = Math.min(spec, spare);
    spare -= removed;
    return spec - removed;
  });
}
