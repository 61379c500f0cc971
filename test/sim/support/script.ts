import type { Fault } from '../../../src/sim/faults.ts';
import type { Deed } from '../../../src/sim/user.ts';

/**
 * Everything that is to happen in one simulated life: plain JSON, so that it can be kept, read and cut
 * down.
 */
export interface Script {
  /** Decides all that the script does not say: delays, names, traffic. */
  readonly seed: string;
  readonly apps: readonly App[];
  /** What people do, in the order of time. */
  readonly deeds: readonly AppDeed[];
  /** What goes wrong beside requests. */
  readonly troubles: readonly Trouble[];
  readonly faults: readonly Fault[];
}

/** One application, which is a Rollout and what belongs to it. */
export interface App {
  readonly name: string;
  readonly replicas: number;
  readonly routing: 'none' | 'nginx' | 'gateway';
  readonly steps: readonly Step[];
  /** Further fields of the canary strategy, and of the Rollout's spec. */
  readonly canary: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Its pods get ready this long after they have started. */
  readonly readySeconds: number;
  /** Requests per second; 0: nobody comes. */
  readonly rate: number;
  /** Fields of the blue-green strategy; absent: it is a canary. */
  readonly blueGreen?: Readonly<Record<string, unknown>>;
  /** It takes its template from a Deployment, whose own pods become this. */
  readonly workload?: 'never' | 'onsuccess' | 'progressively';
  /** An autoscaler keeps its size within these bounds. */
  readonly autoscaler?: { readonly minReplicas: number; readonly maxReplicas: number };
  /** Its pods take variables from a ConfigMap, which is part of each release. */
  readonly isConfigured?: boolean;
  /** Annotations of the Rollout. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * A step of the canary; `analysis` judges the errors of the new version. Of header and mirror routes those
 * without a match are taken away.
 */
export type Step =
  | { readonly setWeight: number }
  | { readonly pause: { readonly duration?: string } }
  | { readonly setCanaryScale: { readonly replicas?: number; readonly weight?: number } }
  | { readonly analysis: object }
  | { readonly experiment: object }
  | { readonly setHeaderRoute: { readonly name: string; readonly match?: readonly object[] } }
  | { readonly setMirrorRoute: { readonly name: string; readonly match?: readonly object[] } }
  | { readonly plugin: { readonly name: string; readonly config: object } };

/** Something that a person does, milliseconds after the beginning. */
export interface AppDeed {
  readonly atMs: number;
  readonly app: string;
  readonly deed: Deed;
}

/** Something that happens to the world, milliseconds after the beginning. */
export type Trouble =
  /** All watches are cut, and what happened before is forgotten. */
  | { readonly atMs: number; readonly kind: 'api-restart' }
  | { readonly atMs: number; readonly kind: 'compact' }
  | { readonly atMs: number; readonly kind: 'clock-jump'; readonly byMs: number }
  /** The machine of the controller is suspended. */
  | { readonly atMs: number; readonly kind: 'asleep'; readonly forMs: number }
  /** Another controller stands for election from now on. */
  | { readonly atMs: number; readonly kind: 'standby' }
  /** Somebody else annotates every Service and route, as tools for certificates and DNS do. */
  | { readonly atMs: number; readonly kind: 'annotate' }
  /**
   * A second controller works for a while beside the first, which holds no Lease any more but does not
   * know.
   */
  | { readonly atMs: number; readonly kind: 'second'; readonly forMs: number }
  | { readonly atMs: number; readonly kind: 'metrics-down'; readonly forMs: number }
  /** Pods that begin in this time never get ready. */
  | { readonly atMs: number; readonly kind: 'no-starts'; readonly forMs: number }
  /** A ready pod of this application is not ready for a while. */
  | { readonly atMs: number; readonly kind: 'flap'; readonly app: string; readonly forMs: number }
  | { readonly atMs: number; readonly kind: 'kill' };
