import type { AnalysisRun, AnalysisTemplateRef, AnalysisTemplateSpec } from '../api/analysis.ts';
import type { Experiment } from '../api/experiment.ts';
import type { Issue, Manifest } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import type { Job, Pod, ReplicaSet, Service } from '../api/workload.ts';
import type { Note } from './plan.ts';
import type { Configuration } from './rollout/configuration-copies.ts';
import type { WorkloadObject } from './rollout/workload.ts';
import type { Routes } from './routes.ts';
import type { Replies } from './steps/plugin.ts';

/**
 * All that a decision about one rollout may look at: one frozen snapshot of caches. Objects are raw, as the
 * API server stores them. What is named but not there is null.
 */
export interface World {
  readonly rollout: Rollout;
  /**
   * The workload that the spec refers to; null where the rollout has a template of its own. `rollout` has
   * template and selector filled in.
   */
  readonly workload: Workload | null;
  /** Null where the user does not want configuration to be part of a release, and never did. */
  readonly configuration: Configuration | null;
  /**
   * ReplicaSets of the namespace that carry a pod-template hash and are owned by this rollout, or by nobody.
   */
  readonly replicaSets: readonly ReplicaSet[];
  /** The object that has the name which the next ReplicaSet needs, where that is not one of `replicaSets`. */
  readonly nameTakenBy: ReplicaSet | null;
  /** Every Service that the spec names. */
  readonly services: Readonly<Record<string, Service | null>>;
  /** Services that carry our mark though the spec names them no more: they are about to be handed back. */
  readonly left: readonly Service[];
  /** One entry for each traffic router in the spec, in the order in which they are handled. */
  readonly routers: readonly RouterView[];
  /** Router names, router configurations and their objects that cannot be used. */
  readonly routerIssues: readonly Issue[];
  /** Every template that the spec names, directly or through other templates; keys as of `templateKey`. */
  readonly templates: Readonly<Record<string, AnalysisTemplateSpec | null>>;
  /** AnalysisRuns that this rollout owns. */
  readonly runs: readonly AnalysisRun[];
  /** Experiments that this rollout owns. */
  readonly experiments: readonly Experiment[];
  /** Fresh copies of the stable version that runs of this rollout have started; absent: none. */
  readonly baselines?: readonly Experiment[];
  /** What plugin steps look at. */
  readonly steps: StepsView;
  /** The rollout's pods; null unless a restart is due, for nothing else looks at pods. */
  readonly pods: readonly Pod[] | null;
  /** Names of all rollouts of the namespace. */
  readonly rolloutNames: ReadonlySet<string>;
}

/** What there is of the doings of plugin steps. */
export interface StepsView {
  /** Jobs of steps that this rollout owns. */
  readonly jobs: readonly Job[];
  /** What has come in for the requests of the pass before. */
  readonly replies: Replies;
}

/** Where the pod template of a rollout comes from. */
export interface Workload {
  /** The rollout as it is stored: without that template. */
  readonly stored: Rollout;
  /** Null where it is not there, or cannot be read. */
  readonly object: WorkloadObject | null;
  /** True where the API server says that it is not there. */
  readonly isGone: boolean;
  /** Why it cannot be used. */
  readonly issues: readonly Issue[];
}

/** One traffic router, read through its lens. */
export interface RouterView {
  readonly name: string;
  readonly refs: readonly RouterObject[];
  /** The routes in force; null while the router's issues keep it from being read. */
  readonly routes: Routes | null;
  /** True where every object carries these routes as the router writes them. */
  readonly settled: boolean;
  /** True where who carries the traffic has told that it still goes by older routes. */
  readonly lags: boolean;
  readonly can: {
    readonly headers: boolean;
    readonly mirror: boolean;
    readonly verify: boolean;
    readonly sessions: boolean;
    readonly additional?: boolean;
  };
  /**
   * The manifests that carry other routes, in the order of `refs`; null where there is nothing to write.
   * Pure.
   */
  put(routes: Routes): readonly (Manifest | null)[];
  /** What is told of a write of the object at this place in `refs`. */
  tell(index: number, routes: Routes): readonly Note[];
}

/** An object that a router reads and writes. */
export interface RouterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly observed: Manifest | null;
  /** True where the router writes it, false where it only reads it. */
  readonly written: boolean;
}

/** The key of a template in `World.templates`. */
export function templateKey(ref: AnalysisTemplateRef): string {
  const kind = ref.clusterScope === true ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
  return `${kind}/${ref.templateName ?? ''}`;
}
