import type { App, Script } from '../script.ts';
import type { Pods } from './pods.ts';
import { type Scene, STALE_MS } from './scene.ts';

/** What is remembered of one application. */
export interface Memory {
  readonly drawn: App;
  /** With the strategy that it has now. */
  app: App;
  /** When somebody last changed its strategy. */
  editedAtMs: number | null;
  /** Every number of replicas that was asked for lately. */
  replicas: readonly { readonly untilMs: number; readonly count: number }[];
  wanted: number;
  readonly tags: Set<string>;
  weight: number;
  abortedAtMs: number | null;
  /** Since when `spec.paused` is true. */
  heldAtMs: number | null;
  /** Somebody scales its ReplicaSets by hand. */
  readonly isMeddled: boolean;
  /** A person has skipped something since the last release. */
  isSkipped: boolean;
  isApproved: boolean;
  isFull: boolean;
  /** When the release under way began nothing had ever served. */
  isFirst: boolean;
  /** Since when it has once been healthy. */
  healthyAtMs: number | null;
  /** When the Rollout was gone. */
  goneAtMs: number | null;
}

/** What the laws that look at every write of one application go by. */
export interface Sight extends Scene {
  readonly pods: Pods;
  /** A write may come after its sender has given it up, and decided otherwise. */
  readonly isOvertaken: boolean;
}

/** What is known of an application before anything has happened. */
export function newMemory(app: App, { deeds }: Script): Memory {
  const own = deeds.filter((one) => one.app === app.name).map(({ deed }) => deed);
  return {
    drawn: app,
    app,
    editedAtMs: null,
    replicas: [],
    wanted: app.replicas,
    tags: new Set(['1', '9', '10', ...own.flatMap((deed) => (deed.kind === 'image' ? [deed.tag] : []))]),
    weight: 0,
    abortedAtMs: null,
    heldAtMs: null,
    isMeddled: own.some(({ kind }) => kind === 'meddle'),
    isSkipped: false,
    isApproved: false,
    isFull: false,
    isFirst: false,
    healthyAtMs: null,
    goneAtMs: null,
  };
}

/** Takes in which size is asked for. */
export function remember(memory: Memory, wanted: number, now: number): void {
  if (wanted !== memory.wanted)
    memory.replicas = [...memory.replicas, { untilMs: now + STALE_MS, count: memory.wanted }];
  memory.wanted = wanted;
  memory.replicas = memory.replicas.filter(({ untilMs }) => untilMs > now);
}

/** The smallest size that was asked for lately. */
export function leastWanted({ wanted, replicas }: Memory): number {
  return Math.min(wanted, ...replicas.map(({ count }) => count));
}

/** The largest. */
export function mostWanted({ wanted, replicas }: Memory): number {
  return Math.max(wanted, ...replicas.map(({ count }) => count));
}
