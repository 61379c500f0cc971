import type { ZodType } from 'zod';
import type { Issue, Manifest } from '../api/meta.ts';
import type { Note } from '../core/plan.ts';
import type { RouteReading, Routes, RouteTarget } from '../core/routes.ts';

/** Names an object that a router reads and writes. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** True where the router creates the object when it is not there; else its absence is an issue. */
  readonly created: boolean;
  /** False where the router only reads it. */
  readonly written: boolean;
}

/** A manifest each, or null where the object does not exist. Same order as `refs`. */
export type Manifests = readonly (Manifest | null)[];

/** What a router is able to do; checked before anything is touched. */
export interface Abilities {
  readonly headers: boolean;
  readonly mirror: boolean;
  readonly verify: boolean;
  /** Keep users who have seen the canary on it. */
  readonly sessions: boolean;
  /** Send shares to Services of experiments; absent: no. */
  readonly additional?: boolean;
}

/**
 * A traffic router is a lens: `get` reads routes out of manifests, `put` puts routes in. No I/O, no state, no
 * order of calls.
 *
 * Laws, for manifests without issues; one property test runs them over the whole table.
 * - put-get: what was put is read back.
 * - get-put: once something was put, writing back what is read changes nothing, not even a reference.
 * - put-put: only the last write counts.
 * - clear: all traffic to stable and no managed routes restores the user's manifests.
 * - pure: inputs stay as they are.
 */
export interface TrafficRouter<Config> {
  readonly name: string;
  /** The router's part of `spec.strategy.canary.trafficRouting`. */
  readonly schema: ZodType<Config>;
  /** What it can do with this configuration. */
  can(config: Config): Abilities;
  /** The objects to watch, in a fixed order, each once. RBAC is derived from them. */
  refs(config: Config, target: RouteTarget): readonly ObjectRef[];
  /**
   * Every reason why these manifests cannot carry this rollout's routes: missing, foreign, wrong shape.
   * Empty: ready. Paths start at the router's own configuration, e.g. `stableIngress`.
   */
  issues(observed: Manifests, config: Config, target: RouteTarget): readonly Issue[];
  /** The routes in force. Objects that are not there, or do not mention the canary, count as all stable. */
  get(observed: Manifests, config: Config, target: RouteTarget): Routes;
  /**
   * The manifests that carry these routes, in the order of `refs`. Unchanged manifests are returned as they
   * are (same reference). Where there are issues it changes what still can be changed, and null stays null:
   * it never throws.
   */
  put(observed: Manifests, routes: Routes, config: Config, target: RouteTarget): Manifests;
  /**
   * True where who carries the traffic has told that it still goes by older routes than these. Left out where
   * nobody tells.
   */
  lags?(observed: Manifests): boolean;
  /** What is told, as an Event, of a write of one of its objects; nothing where this is left out. */
  tell?(name: string, created: boolean, routes: Routes): Note;
}

/** A router together with its configuration, checked: what the rest of the program works with. */
export interface BoundRouter {
  readonly name: string;
  /** Where the configuration stands in the Rollout, e.g. `spec.strategy.canary.trafficRouting.nginx`. */
  readonly path: string;
  readonly can: Abilities;
  refs(target: RouteTarget): readonly ObjectRef[];
  /** As in `TrafficRouter`, with paths from the root of the Rollout. */
  issues(observed: Manifests, target: RouteTarget): readonly Issue[];
  read(observed: Manifests, target: RouteTarget): RouteReading;
  /** As in `TrafficRouter`; false where nobody tells. */
  lags(observed: Manifests): boolean;
  put(observed: Manifests, routes: Routes, target: RouteTarget): Manifests;
  tell(name: string, created: boolean, routes: Routes): readonly Note[];
}

/** A Rollout that has something on an object. */
export interface Holder {
  readonly namespace: string;
  readonly name: string;
  /** True where the object goes with the Rollout when that is deleted. */
  readonly owns: boolean;
}

/**
 * How what Rollouts have on an object is found and taken off again, from what the object says itself: who
 * made it may be gone, or ask for something else by now.
 */
export interface Holding {
  /** Rollouts whose traffic the object may be splitting now. */
  holders(manifest: Manifest): readonly Holder[];
  /** Those of the holders who split the traffic of this target's Services, but are not its Rollout. */
  rivals(manifest: Manifest, target: RouteTarget): readonly Holder[];
  /**
   * The object without anything of this holder: all traffic to stable. The same reference where nothing
   * changes. Stamps are not looked at.
   */
  release(manifest: Manifest, holder: Holder): Manifest;
}
