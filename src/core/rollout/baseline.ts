import type { Experiment } from '../../api/experiment.ts';
import { BASELINE, isBaselineOf } from '../analysis/compare/baseline.ts';
import type { Instant } from '../time.ts';
import type { World } from '../world.ts';
import { type Served, servedBy } from './experiment-service.ts';
import type { Life } from './life.ts';
import type { Release } from './release.ts';
import { isFinished } from './runs.ts';

/** A fresh copy of the stable version that may get a share of the traffic. */
export interface ServedBaseline extends Served {
  /** What its pods carry, of `Release.maxWeight`. */
  readonly capacity: number;
}

/** Those with which the runs in work compare, the one in the background first. */
export function servedBaselines(world: World, release: Release, life: Life): readonly ServedBaseline[] {
  const { baselines = [] } = world;
  if (!release.routed || baselines.length === 0) return [];
  return [life.backgroundRun, life.stepRun].flatMap((told) => {
    const run = world.runs.find(({ metadata }) => metadata.name === told?.name);
    if (run === undefined || isFinished(run) || run.spec.terminate === true) return [];
    const baseline = baselines.find((one) => isBaselineOf(one, run));
    const served = baseline === undefined ? null : servedBy(world, baseline, BASELINE);
    if (baseline === undefined || served === null) return [];
    return [{ ...served, capacity: capacityOf(baseline, release) }];
  });
}

/**
 * The share of a fresh copy: as much as the canary's, so that both see the same; but no more than its pods
 * carry, and no more than there is room for beside the canary and others.
 */
export function baselineShare(
  { capacity }: Pick<ServedBaseline, 'capacity'>,
  { canaryWeight, room }: { readonly canaryWeight: number; readonly room: number },
): number {
  return Math.max(0, Math.min(canaryWeight, capacity, room));
}

/** As many pods as the rollout has carry all of the traffic. */
function capacityOf({ spec }: Experiment, { replicas, maxWeight }: Release): number {
  const pods = spec.templates.find(({ name }) => name === BASELINE)?.replicas ?? 1;
  return replicas === 0 ? 0 : Math.floor((maxWeight * pods) / replicas);
}

/** From when on the next of them may have a share; null where none is still to wait. */
export function nextBaselineAt(baselines: readonly ServedBaseline[], now: Instant): Instant | null {
  const later = baselines.filter(({ from }) => from > now).map(({ from }) => from);
  return later.length === 0 ? null : Math.min(...later);
}
