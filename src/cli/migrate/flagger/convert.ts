import { API_VERSION } from '../../../api/keys.ts';
import type { Manifest } from '../../../api/meta.ts';
import type { Rollout } from '../../../api/rollout.ts';
import { forGit } from '../manifest.ts';
import { joined, type Migration, type Part } from '../migration.ts';
import { type Given, named, retargeted } from '../neighbours.ts';
import { alertsOf, sessionsOf } from './alerts.ts';
import { type Canary, type FlaggerFlags, readCanary } from './canary.ts';
import { unknownFields } from './known.ts';
import { type Mode, modeOf } from './mode.ts';
import { orderOf } from './order.ts';
import { type Pods, podsOf, serviceManifests } from './pods.ts';
import { routesOf } from './routes.ts';
import { strategyOf } from './strategy.ts';

/** A Rollout in place of a Canary of Flagger. Throws a Refusal where no Rollout can do what it does. */
export function convert(manifest: Manifest, given: Given, flags: FlaggerFlags): Migration {
  const canary = readCanary(manifest, flags);
  const mode = modeOf(canary);
  const pods = podsOf(canary, given);
  const routes = routesOf(canary, mode);
  const { strategy, ...judged } = strategyOf(canary, mode, given, routes);
  const annotated = [alertsOf(canary, given), sessionsOf(canary)];
  const annotations = Object.assign({}, ...annotated.map((one) => one.annotations)) as Record<string, string>;
  const parts: readonly Part[] = [
    serviceManifests(canary, pods),
    { manifests: routes.manifests ?? [], lost: routes.lost ?? [] },
    scaling(canary, given),
    judged,
    { manifests: [rolloutOf(canary, pods, annotations, strategy)] },
    ...annotated.map(({ lost, notes }) => ({ lost, notes })),
    {
      lost: [...leftOut(canary), ...unknownFields(canary)],
      notes: [...guesses(canary), ...differences(mode, canary), ...pods.notes],
    },
  ];
  const all = joined(parts);
  return { ...all, order: orderOf(canary, pods.replicas, all.manifests) };
}

function rolloutOf(
  { target, namespace, progressDeadlineSeconds }: Canary,
  { replicas }: Pods,
  annotations: Readonly<Record<string, string>>,
  strategy: Rollout['spec']['strategy'] & object,
): Rollout {
  return {
    apiVersion: API_VERSION,
    kind: 'Rollout',
    metadata: {
      name: target,
      ...(namespace === undefined ? {} : { namespace }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      replicas,
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target, scaleDown: 'progressively' },
      ...(progressDeadlineSeconds === null ? {} : { progressDeadlineSeconds }),
      // Flagger goes back when the time is over.
      progressDeadlineAbort: true,
      strategy,
    },
  };
}

function scaling({ autoscaler, target }: Canary, given: Given): Part {
  if (autoscaler === null) return {};
  const { kind, name } = autoscaler;
  const scaler = named(given, kind, name);
  if (scaler === null)
    return {
      lost: [`${kind.toLowerCase()}/${name} is not there: let its scaleTargetRef name the Rollout ${target}`],
    };
  const notes =
    kind === 'ScaledObject'
      ? ['take the annotation autoscaling.keda.sh/paused-replicas off, which Flagger has set']
      : [];
  return { manifests: [retargeted(forGit(scaler), { kind: 'Rollout', name: target })], notes };
}

/** Fields that say nothing to a Rollout, with the reason. */
function leftOut({ raw, analysis, autoscaler }: Canary): readonly string[] {
  const lost: readonly (readonly [is: boolean, words: string])[] = [
    [raw['suspend'] === true, 'spec.suspend: pause the Rollout, kubectl sluice pause'],
    [raw['upstreamRef'] !== undefined, 'spec.upstreamRef: Gloo is not a router of a Rollout'],
    [
      analysis.raw['primaryReadyThreshold'] !== undefined,
      'analysis.primaryReadyThreshold: the stable version must be available as a whole',
    ],
    [
      autoscaler !== null && hasOverrides(raw),
      'spec.autoscalerRef: what it says about the primary; there is one autoscaler for both versions',
    ],
  ];
  return lost.flatMap(([is, words]) => (is ? [words] : []));
}

function hasOverrides(raw: Canary['raw']): boolean {
  return JSON.stringify(raw['autoscalerRef'] ?? {}).includes('primaryScaler');
}

function guesses({ provider }: Canary): readonly string[] {
  if (!provider.isGuess || provider.kind === 'other') return [];
  return [`the provider is taken to be ${provider.kind}: the Canary does not say, and --mesh-provider does`];
}

function differences(mode: Mode, { analysis }: Canary): readonly string[] {
  const most = analysis.threshold;
  if (mode === 'skip' || analysis.metrics.length < 2 || most < 2) return [];
  const each = `each metric may fail ${most - 1} times by itself`;
  return [`${each}; Flagger counts ${most} failed checks of all together`];
}
