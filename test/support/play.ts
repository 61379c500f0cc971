import type { AnalysisRun } from '../../src/api/analysis.ts';
import { ANNOTATION } from '../../src/api/keys.ts';
import type { JsonObject } from '../../src/api/meta.ts';
import type { BlueGreenStrategy, CanaryStrategy } from '../../src/api/rollout.ts';
import { changes } from '../../src/core/changes.ts';
import { check } from '../../src/core/laws.ts';
import type { Decision } from '../../src/core/plan.ts';
import { releaseService } from '../../src/core/release-service.ts';
import { decide } from '../../src/core/rollout/decide.ts';
import type { Instant } from '../../src/core/time.ts';
import { apply, type Cluster, commit, edited, hashOf, json, seen, withPods } from './cluster.ts';
import { type Role, roleHash, roleOf, templateOf } from './draft.ts';
import { describe } from './row.ts';

/** A cluster at an instant: what a play is at. */
export interface Moment {
  readonly cluster: Cluster;
  readonly now: Instant;
}

/** What a pass did. */
export interface Pass {
  readonly cluster: Cluster;
  readonly decision: Decision;
  /** How many writes succeeded, the status among them. */
  readonly writes: number;
  /** What failed because its object had moved on; null: nothing did. */
  readonly conflict: string | null;
}

/** How a pass is disturbed. */
export interface Fault {
  /** So many writes, then the process dies; the status is the first of them. */
  readonly writes?: number;
  /** What was seen instead of the present cluster: an older one. */
  readonly saw?: Cluster;
}

/** Called with the cluster after every single write. */
export type Watch = (cluster: Cluster, decision: Decision) => void;

/** One pass of the controller: decide, check the laws, store the status, make the changes, all of them fenced. */
export function pass({ cluster, now }: Moment, watch: Watch = () => {}, fault: Fault = {}): Pass {
  const world = seen(fault.saw ?? cluster);
  const decision = decide(world, now);
  const todo = changes(world, decision);
  check(world, decision, todo);
  const most = fault.writes ?? Number.POSITIVE_INFINITY;
  let present = cluster;
  let writes = 0;
  const made = (after: Cluster | null): boolean => {
    if (after === null) return false;
    if (after === present) return true;
    present = after;
    writes += 1;
    watch(present, decision);
    return true;
  };
  if (most === 0) return { cluster, decision, writes, conflict: null };
  if (!made(commit(cluster, world, decision.status)))
    return { cluster, decision, writes, conflict: 'status' };
  for (const change of todo) {
    if (writes >= most) return { cluster: present, decision, writes, conflict: null };
    if (!made(apply(present, change)))
      return { cluster: present, decision, writes, conflict: describe(change, world) };
  }
  return { cluster: present, decision, writes, conflict: null };
}

/**
 * What Kubernetes does of itself: pods are made and removed at once, and so many more of each version serve. Pods
 * that do not serve go first.
 */
export function kubelet(cluster: Cluster, serves: (role: Role) => number): Cluster {
  return withPods(cluster, (replicaSet) => {
    const wanted = replicaSet.spec.replicas ?? 1;
    const before = Math.min(replicaSet.status?.availableReplicas ?? 0, wanted);
    const available = Math.max(0, Math.min(wanted, before + serves(roleOf(hashOf(replicaSet)))));
    const observedGeneration = replicaSet.metadata.generation ?? 1;
    const pods = wanted === 0 ? {} : { replicas: wanted };
    const serving = available === 0 ? {} : { readyReplicas: available, availableReplicas: available };
    return { observedGeneration, ...pods, ...serving };
  });
}

/** What becomes of Services that carry our mark and that the spec names no more: they are handed back. */
export function handBack(cluster: Cluster): Cluster {
  const { rollout } = cluster;
  return cluster.services.reduce((present, service) => {
    const isOurs = service.metadata.annotations?.[ANNOTATION.managedByRollouts] === rollout.metadata.name;
    const change = isOurs ? releaseService(service, rollout) : null;
    return change === null ? present : (apply(present, change) ?? present);
  }, cluster);
}

/** What the analysis controller does: runs that have begun end in the verdict; ended by hand they are successful. */
export function analyst(cluster: Cluster, verdict: (run: AnalysisRun) => string): Cluster {
  let { version } = cluster;
  const runs = cluster.runs.map((run) => {
    const before = run.status?.phase;
    if (before !== undefined && before !== 'Running') return run;
    const phase =
      run.spec.terminate === true ? 'Successful' : before === undefined ? 'Running' : verdict(run);
    if (phase === before) return run;
    version += 1;
    const metadata = { ...run.metadata, resourceVersion: String(version) };
    return { ...run, metadata, status: { ...run.status, phase: phase as never } };
  });
  return version === cluster.version ? cluster : { ...cluster, runs, version };
}

/** What a user may do. The names of templates are those of versions. */
export type Act =
  | { readonly kind: 'image'; readonly role: Role }
  | { readonly kind: 'scale'; readonly replicas: number }
  | { readonly kind: 'hold'; readonly paused: boolean }
  | {
      readonly kind: 'strategy';
      readonly canary: CanaryStrategy | null;
      readonly blueGreen: BlueGreenStrategy | null;
    }
  | { readonly kind: 'abort' }
  | { readonly kind: 'retry' }
  | { readonly kind: 'promote' }
  | { readonly kind: 'full' };

/** The cluster after a user has acted, in the way in which the command line does it. */
export function act(cluster: Cluster, what: Act): Cluster {
  switch (what.kind) {
    case 'image':
      return edited(cluster, { spec: { template: json(templateOf(what.role)) } });
    case 'scale':
      return edited(cluster, { spec: { replicas: what.replicas } });
    case 'hold':
      return edited(cluster, { spec: { paused: what.paused } });
    case 'strategy':
      return edited(cluster, {
        spec: { strategy: json({ canary: what.canary, blueGreen: what.blueGreen }) },
      });
    case 'abort':
      return edited(cluster, { status: { abort: true } });
    case 'retry':
      return edited(cluster, { status: { abort: false } });
    case 'promote':
      return edited(cluster, { status: { pauseConditions: null } });
    case 'full':
      return edited(cluster, { status: { promoteFull: true } });
    default:
      return what satisfies never;
  }
}

/** How the world behaves while a play settles. */
export interface Manners {
  /** Versions whose pods never serve. */
  readonly bad: readonly Role[];
  /** Pods of a version that begin to serve at a time. */
  readonly pace: number;
  readonly verdict: string;
  /** Whether somebody promotes what waits for a person. */
  readonly promotes: boolean;
}

/** Good pods, good measurements, a person who promotes. */
export const GOOD: Manners = { bad: [], pace: 100, verdict: 'Successful', promotes: true };

const MOST_PASSES = 300;

/**
 * Passes, pods, analyses and time go on until nothing changes any more and nothing is waited for. Throws where that
 * does not come about: then something goes to and fro.
 */
export function settle(
  start: Moment,
  manners: Manners,
  watch: Watch = () => {},
): Moment & { readonly last: Decision } {
  let { cluster, now } = start;
  for (let i = 0; i < MOST_PASSES; i++) {
    const done = pass({ cluster, now }, watch);
    if (done.conflict !== null)
      throw new Error(`nobody disturbed this pass, yet it failed: ${done.conflict}`);
    const moved = analyst(
      kubelet(handBack(done.cluster), (role) => (manners.bad.includes(role) ? 0 : manners.pace)),
      () => manners.verdict,
    );
    const still = moved === cluster || moved.version === cluster.version;
    cluster = moved;
    if (!still) continue;
    if (done.decision.wakeAt !== null) {
      if (done.decision.wakeAt <= now) throw new Error('a wake-up that is not in the future');
      now = done.decision.wakeAt;
      continue;
    }
    const waits = (cluster.rollout.status?.pauseConditions ?? []).length > 0;
    if (!waits || !manners.promotes) return { cluster, now, last: done.decision };
    cluster = act(cluster, { kind: 'promote' });
  }
  throw new Error(`does not settle within ${MOST_PASSES} passes: ${summary(cluster)}`);
}

/** Where a cluster stands, in one line. */
export function summary(cluster: Cluster): string {
  const sizes = cluster.replicaSets.map(
    (rs) => `${roleOf(hashOf(rs))} ${rs.status?.availableReplicas ?? 0}/${rs.spec.replicas}`,
  );
  const { phase, message, currentStepIndex, stableRS } = cluster.rollout.status ?? {};
  return `${sizes.join(' ')}; step ${currentStepIndex} stable ${roleOf(stableRS)}; ${phase} ${message ?? ''}`;
}

/** Pods of one version: asked for and serving. */
export function podsOf(
  cluster: Cluster,
  role: Role,
): { readonly wanted: number; readonly available: number } {
  const found = cluster.replicaSets.find((rs) => hashOf(rs) === roleHash(role));
  return { wanted: found?.spec.replicas ?? 0, available: found?.status?.availableReplicas ?? 0 };
}

/** Merges fields into the Rollout without making them look like a user's change of the spec. */
export function statusLost(cluster: Cluster): Cluster {
  return edited(cluster, { status: null } as JsonObject);
}
