import type { Experiment } from '../../api/experiment.ts';
import type { Issue } from '../../api/meta.ts';
import { at } from '../../api/path.ts';
import type { CanaryStep, WeightDestination } from '../../api/rollout.ts';
import { portsOf } from '../experiment/manifests.ts';
import type { AdditionalRoute, Routes } from '../routes.ts';
import { earlier, type Instant, parseInstant } from '../time.ts';
import type { World } from '../world.ts';
import type { Life } from './life.ts';
import type { Release } from './release.ts';

/**
 * How long pods of an experiment have been available before they get traffic: their Service is new, and
 * proxies are still to hear of its endpoints.
 */
const SETTLED_MS = 3_000;

/**
 * The routes with the shares that the templates of the experiment in work should have beside the canary's
 * weight: once its pods are there, and no longer than they are wanted. Where they do not fit there are none.
 */
export function withShares(
  routes: Routes | null,
  world: World,
  release: Release,
  life: Life,
  now: Instant,
): Routes | null {
  if (routes === null) return null;
  const wanted = wantedShares(world, release, life);
  const additional = wanted.filter(({ from }) => from <= now).map(({ route }) => route);
  const isFitting = shareOf(additional) <= release.maxWeight - routes.canaryWeight;
  return additional.length === 0 || !isFitting ? routes : { ...routes, additional };
}

/** When the next of them is given; null where none is still to be. */
export function nextShareAt(world: World, release: Release, life: Life, now: Instant): Instant | null {
  return wantedShares(world, release, life).reduce<Instant | null>(
    (next, { from }) => (from > now ? earlier(next, from) : next),
    null,
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
  if (!release.routed || step === undefined || experiment === undefined || !isRunning(experiment)) return [];
  return step.templates.flatMap(({ name, weight = 0 }) => {
    const found = serviceOf(experiment, name);
    return weight > 0 && found !== null ? [{ route: { ...found.service, weight }, from: found.from }] : [];
  });
}

function isRunning({ metadata, spec, status }: Experiment): boolean {
  return status?.phase === 'Running' && spec.terminate !== true && metadata.deletionTimestamp === undefined;
}

/** The Service of a template whose pods are all available; null: there is nothing to send requests to. */
function serviceOf({ spec, status }: Experiment, name: string) {
  const told = status?.templateStatuses?.find((one) => one.name === name);
  const template = spec.templates.find((one) => one.name === name);
  const [port] = template === undefined ? [] : portsOf(template);
  if (told?.status !== 'Running' || told.serviceName === undefined || port === undefined) return null;
  const from = (parseInstant(told.lastTransitionTime) ?? 0) + SETTLED_MS;
  return { service: { service: told.serviceName, port: port.port }, from };
}

/** What the routers send to experiments now, as the status tells it. */
export function additionalWeights(world: World): readonly WeightDestination[] {
  const routed =
    world.routers.find(({ routes }) => routes?.additional !== undefined)?.routes?.additional ?? [];
  return routed.map(({ service, weight }) => {
    const templates = world.experiments.flatMap(({ status }) => status?.templateStatuses ?? []);
    const hash = templates.find(({ serviceName }) => serviceName === service)?.podTemplateHash;
    return { weight, serviceName: service, ...(hash === undefined ? {} : { podTemplateHash: hash }) };
  });
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
