import type { ExperimentTemplateStatus } from '../../api/experiment.ts';
import type { Issue } from '../../api/meta.ts';
import { at } from '../../api/path.ts';
import type { CanaryStep, WeightDestination } from '../../api/rollout.ts';
import type { AdditionalRoute, Routes } from '../routes.ts';
import { earlier, type Instant } from '../time.ts';
import type { World } from '../world.ts';
import { baselineShare, nextBaselineAt, servedBaselines } from './baseline.ts';
import { servedBy } from './experiment-service.ts';
import type { Life } from './life.ts';
import type { Release } from './release.ts';

/**
 * The routes with the shares that experiments should have beside the canary's weight, once their pods are
 * there, and no longer than they are wanted: what the templates of the experiment in work ask for, or nothing
 * where that does not fit; then fresh copies of the stable version, which take what is left.
 */
export function withShares(
  routes: Routes | null,
  world: World,
  release: Release,
  life: Life,
  now: Instant,
): Routes | null {
  if (routes === null) return null;
  const { canaryWeight } = routes;
  const wanted = wantedShares(world, release, life);
  const due = wanted.filter(({ from }) => from <= now).map(({ route }) => route);
  const isFitting = shareOf(due) <= release.maxWeight - canaryWeight;
  const additional = [...(isFitting ? due : [])];
  for (const baseline of servedBaselines(world, release, life)) {
    const room = release.maxWeight - canaryWeight - shareOf(additional);
    const weight = baseline.from <= now ? baselineShare(baseline, { canaryWeight, room }) : 0;
    if (weight > 0) additional.push({ service: baseline.service, port: baseline.port, weight });
  }
  return additional.length === 0 ? routes : { ...routes, additional };
}

/** When the next of them is given; null where none is still to be. */
export function nextShareAt(world: World, release: Release, life: Life, now: Instant): Instant | null {
  const baselines = servedBaselines(world, release, life);
  return wantedShares(world, release, life).reduce<Instant | null>(
    (next, { from }) => (from > now ? earlier(next, from) : next),
    nextBaselineAt(baselines, now),
  );
}

/** A share, and from when on it is to be given. */
interface Wanted {
  readonly route: AdditionalRoute;
  readonly from: Instant;
}

function wantedShares(world: World, release: Release, life: Life): readonly Wanted[] {
  const step = life.step === null ? undefined : release.steps[life.step]?.experiment;
  const experiment = world.experiments.find(({ metadata }) => metadata.name === life.experiment?.name);
  if (!release.routed || step === undefined || experiment === undefined) return [];
  return step.templates.flatMap(({ name, weight = 0 }) => {
    const served = weight > 0 ? servedBy(world, experiment, name) : null;
    if (served === null) return [];
    const { service, port, from } = served;
    return [{ route: { service, port, weight }, from }];
  });
}

/** What the routers send to experiments now, as the status tells it. */
export function additionalWeights(world: World): readonly WeightDestination[] {
  const routed =
    world.routers.find(({ routes }) => routes?.additional !== undefined)?.routes?.additional ?? [];
  return routed.map(({ service, weight }) => {
    const templates = templatesOf(world);
    const hash = templates.find(({ serviceName }) => serviceName === service)?.podTemplateHash;
    return { weight, serviceName: service, ...(hash === undefined ? {} : { podTemplateHash: hash }) };
  });
}

/** What is told of the templates of all experiments that may have a share. */
export function templatesOf({
  experiments,
  baselines = [],
}: Pick<World, 'experiments' | 'baselines'>): readonly ExperimentTemplateStatus[] {
  return [...experiments, ...baselines].flatMap(({ status }) => status?.templateStatuses ?? []);
}

/** Their part of the traffic together. */
export function shareOf(additional: readonly { readonly weight: number }[]): number {
  return additional.reduce((sum, { weight }) => sum + weight, 0);
}

/** Shares that no router can carry, or that are more than what the canary's weight leaves. */
export function shareIssues({ rollout, routers }: World): readonly Issue[] {
  const { steps = [], trafficRouting } = rollout.spec.strategy?.canary ?? {};
  if (routers.length === 0) return [];
  const max = trafficRouting?.maxTrafficWeight ?? 100;
  const unable = routers.filter(({ can }) => can.additional !== true).map(({ name }) => name);
  return steps.flatMap(({ experiment }, i): readonly Issue[] => {
    const share = shareOf((experiment?.templates ?? []).map(({ weight = 0 }) => ({ weight })));
    if (share === 0) return [];
    const path = at('spec.strategy.canary.steps', i, 'experiment', 'templates');
    const canary = weightAt(steps, i);
    return [
      ...(unable.length === 0
        ? []
        : [{ path, message: `a traffic router cannot carry weights of experiments: ${unable.join(', ')}` }]),
      ...(share + canary <= max
        ? []
        : [{ path, message: `weights of ${share} in all do not fit beside ${canary} of the canary` }]),
    ];
  });
}

function weightAt(steps: readonly CanaryStep[], index: number): number {
  return steps.slice(0, index).findLast(({ setWeight }) => setWeight !== undefined)?.setWeight ?? 0;
}
