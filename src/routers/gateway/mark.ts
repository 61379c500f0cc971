import type { Manifest, StringMap } from '../../api/meta.ts';
import type { RouteTarget } from '../../core/routes.ts';
import { withField } from '../fields.ts';
import type { GatewayConfig } from './config.ts';

/** The keys are those of the plugin: users' Git reconcilers ignore the rules of routes with this label. */
const LABEL = 'rollouts.argoproj.io/gatewayapi-canary';
const VALUE = 'in-progress';
const ANNOTATION = 'rollouts.argoproj.io/gatewayapi-active-rollouts';

/**
 * Marks the route as being in the middle of a release, or takes the mark away.
 * Several Rollouts may share a route: an annotation lists them, and the label goes with the last one.
 * Source: https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/en/latest/features/shared-routes/
 */
export function marked(
  route: Manifest,
  inProgress: boolean,
  config: GatewayConfig,
  target: RouteTarget,
): Manifest {
  if (config.disableInProgressLabel === true) return route;
  const key = config.activeRolloutsAnnotationKey || ANNOTATION;
  const annotations = route.metadata.annotations ?? {};
  const ours = rolloutKey(target);
  const others = entriesOf(annotations[key]).filter((entry) => entry !== ours);
  const active = inProgress ? [...others, ours].sort() : others;
  const label = config.inProgressLabelKey || LABEL;
  const value = active.length === 0 ? undefined : config.inProgressLabelValue || VALUE;
  return withAnnotation(
    withLabel(route, label, value),
    key,
    active.length === 0 ? undefined : active.join(','),
  );
}

/** How a Rollout is named in annotations of routes that several share. */
export function rolloutKey({ rollout }: RouteTarget): string {
  return `${rollout.namespace}/${rollout.name}`;
}

/**
 * The route with an annotation set, or removed where `value` is undefined. An emptied map is removed, too.
 */
export function withAnnotation(route: Manifest, key: string, value: string | undefined): Manifest {
  const { annotations, ...metadata } = route.metadata;
  if (annotations?.[key] === value) return route;
  const next = withField<string>(annotations ?? {}, key, value);
  return { ...route, metadata: isEmpty(next) ? metadata : { ...metadata, annotations: next } };
}

function withLabel(route: Manifest, key: string, value: string | undefined): Manifest {
  const { labels, ...metadata } = route.metadata;
  if (labels?.[key] === value) return route;
  const next = withField<string>(labels ?? {}, key, value);
  return { ...route, metadata: isEmpty(next) ? metadata : { ...metadata, labels: next } };
}

function entriesOf(list: string | undefined): readonly string[] {
  return (list ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function isEmpty(map: StringMap): boolean {
  return Object.keys(map).length === 0;
}
