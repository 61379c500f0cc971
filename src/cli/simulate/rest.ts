import type { Manifest } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { LocalApi } from '../../sim/api-server/api.ts';
import { kinds } from '../../sim/kinds.ts';
import { partsOf } from '../../sim/timeline/reading.ts';
import { type RolloutView, viewOf } from '../../view/rollout-view.ts';

/** What stays as it is for so long will stay so, unless somebody does something. */
const CALM_MS = 15_000;
/** What has missed its deadline may still come. */
const LOST_MS = 300_000;
/** A look costs more than the moment that it looks at. */
const LOOK_EVERY_MS = 1_000;

/** All rollouts of a world, as they are now. */
export function viewsOf(api: LocalApi, now: number): readonly RolloutView[] {
  const rollouts = api.list(kinds.rollouts) as readonly (Manifest & Rollout)[];
  return rollouts.map((rollout) => viewOf(partsOf(api, rollout), now));
}

/** All rollouts of a world as they last changed: looked at again only when something did. */
export class Views {
  readonly #api: LocalApi;
  readonly #now: () => number;
  #known: readonly RolloutView[] | null = null;

  constructor(api: LocalApi, clock: { now(): number }) {
    this.#api = api;
    this.#now = () => clock.now();
    api.onChange(({ kind }) => {
      if (MATTERS.has(kind.kind)) this.#known = null;
    });
  }

  get all(): readonly RolloutView[] {
    this.#known ??= viewsOf(this.#api, this.#now());
    return this.#known;
  }
}

const MATTERS: ReadonlySet<string> = new Set(['Rollout', 'ReplicaSet', 'Pod', 'AnalysisRun']);

/** Finds out when nothing happens any more by itself. */
export class Calm {
  readonly #views: Views;
  readonly #clock: { elapsed(): number };
  #sinceMs: number | null = null;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(views: Views, clock: { elapsed(): number }) {
    this.#views = views;
    this.#clock = clock;
  }

  /** Something was done just now: it will not rest at once. */
  disturb(): void {
    this.#sinceMs = null;
    this.#lookedMs = Number.NEGATIVE_INFINITY;
  }

  /** Whether all rollouts rest, and have for a while. To be asked again and again. */
  isCalm(): boolean {
    const nowMs = this.#clock.elapsed();
    if (nowMs - this.#lookedMs < LOOK_EVERY_MS) return false;
    this.#lookedMs = nowMs;
    const { all } = this.#views;
    if (!all.every(isStill)) this.#sinceMs = null;
    else this.#sinceMs ??= nowMs;
    const isLost = all.some(({ reason }) => reason.kind === 'deadline');
    return this.#sinceMs !== null && nowMs - this.#sinceMs >= (isLost ? LOST_MS : CALM_MS);
  }
}

function isStill({ reason, revisions, weight }: RolloutView): boolean {
  const sets = revisions.flatMap(({ replicaSets }) => replicaSets);
  const isLost = reason.kind === 'deadline';
  if (sets.some(({ scaleDownAt }) => scaleDownAt !== null)) return false;
  if (
    !isLost &&
    sets.some(({ replicas, available, pods }) => available !== replicas || pods.length !== replicas)
  )
    return false;
  switch (reason.kind) {
    case 'aborted':
      return (weight?.actual ?? 0) === 0;
    case 'healthy':
    case 'invalid':
    case 'held':
    case 'noReturn':
    case 'inconclusive':
    case 'deadline':
      return true;
    case 'step':
      return reason.isManual;
    case 'pause':
    case 'preview':
      return reason.until === null;
    case 'pods':
    case 'oldPods':
    case 'weight':
    case 'router':
    case 'analysis':
    case 'experiment':
    case 'working':
    case 'unseen':
    case 'unpause':
    case 'asked':
      return false;
    default:
      return reason satisfies never;
  }
}
