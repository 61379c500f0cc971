import { API_VERSION } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import type { BlueGreenStrategy, CanaryStep, Rollout, RolloutSpec, Strategy } from '../../api/rollout.ts';
import type { Deployment, Service } from '../../api/workload.ts';
import { Refusal } from '../refusal.ts';
import { fieldsOf, specOf, textOf } from './fields.ts';
import { carriedMetadata, forGit, gitKeeper, plainTemplate } from './manifest.ts';
import { joined, type Migration, type Part, type StrategyName, type Way } from './migration.ts';
import { type Given, named, retargeted, scalersOf } from './neighbours.ts';
import { type Routing, routingFor } from './routing.ts';
import { chooseService, siblingOf } from './services.ts';

/** How to arrive. */
export interface Arrival {
  readonly by: Way;
  readonly strategy: StrategyName;
  /** The Service that users come through; undefined: found. */
  readonly service: string | undefined;
  readonly scaleDown: 'progressively' | 'onsuccess';
}

/** The steps of who has none yet: long enough to see something, short enough to be waited for. */
export const FIRST_STEPS: readonly CanaryStep[] = [
  { setWeight: 10 },
  { pause: { duration: '5m' } },
  { setWeight: 30 },
  { pause: { duration: '5m' } },
  { setWeight: 60 },
  { pause: { duration: '5m' } },
];

/**
 * A Rollout in place of a Deployment, with the Services and routes that it needs and what scales it. Throws a
 * Refusal where that cannot be.
 */
export function arrive(deployment: Deployment, given: Given, arrival: Arrival): Migration {
  refuseForeign(deployment);
  const { name } = deployment.metadata;
  const chosen = chooseService(given, { name, labels: labelsOf(deployment) }, arrival.service);
  const { strategy, ...routing } =
    arrival.strategy === 'canary'
      ? canaryOf(routingFor(given, chosen.service), deployment)
      : blueGreenOf(given, chosen.service, deployment);
  const rollout = rolloutOf(sized(deployment, given), strategy, arrival);
  const services = chosen.others.map(
    ({ metadata }) => `service/${metadata.name} selects the pods, too: it will send to both versions`,
  );
  const parts: readonly Part[] = [
    routing,
    scaling(deployment, given),
    { manifests: [rollout], notes: services },
    lostOf(deployment),
  ];
  return { ...joined(parts), order: orderOf(deployment, arrival, joined(parts).manifests) };
}

/** The Deployment with the size of the Rollout, where that is there: its own is then on the way to 0. */
function sized(deployment: Deployment, given: Given): Deployment {
  const there = named(given, 'Rollout', deployment.metadata.name) as Rollout | null;
  const replicas = there?.spec.replicas ?? deployment.spec.replicas ?? 1;
  return { ...deployment, spec: { ...deployment.spec, replicas } };
}

/** The labels of the pods that a Deployment makes. */
export function labelsOf(deployment: Deployment): Readonly<Record<string, string>> {
  return deployment.spec.template?.metadata?.labels ?? {};
}

/** The Rollout of a Deployment: of its name and size, with its template by reference or as a copy. */
export function rolloutOf(
  deployment: Deployment,
  strategy: Strategy,
  { by, scaleDown }: Pick<Arrival, 'by' | 'scaleDown'>,
): Rollout {
  const { name } = deployment.metadata;
  const { replicas = 1, selector, template = {} } = deployment.spec;
  const source =
    by === 'reference'
      ? { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name, scaleDown } }
      : { selector, template: plainTemplate(template) };
  const spec: RolloutSpec = { replicas, ...source, ...limitsOf(deployment), strategy };
  return { apiVersion: API_VERSION, kind: 'Rollout', metadata: carriedMetadata(deployment.metadata), spec };
}

/** What both kinds say alike, where it is not the default. */
function limitsOf(deployment: Deployment): Partial<RolloutSpec> {
  const { minReadySeconds = 0 } = deployment.spec;
  const { revisionHistoryLimit, progressDeadlineSeconds } = specOf(deployment);
  return {
    ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
    ...(typeof revisionHistoryLimit !== 'number' || revisionHistoryLimit === 10
      ? {}
      : { revisionHistoryLimit }),
    ...(typeof progressDeadlineSeconds !== 'number' || progressDeadlineSeconds === 600
      ? {}
      : { progressDeadlineSeconds }),
  };
}

interface Chosen extends Part {
  readonly strategy: Strategy;
}

function canaryOf({ canary, ...part }: Routing, deployment: Deployment): Chosen {
  const { maxSurge, maxUnavailable } = fieldsOf(fieldsOf(specOf(deployment)['strategy'])['rollingUpdate']);
  const limit = (key: string, value: unknown) =>
    (typeof value === 'string' || typeof value === 'number') && value !== '25%' ? { [key]: value } : {};
  const limits = { ...limit('maxSurge', maxSurge), ...limit('maxUnavailable', maxUnavailable) };
  const notes = ['the steps are a first proposal, and nothing is measured yet: add an analysis'];
  return {
    ...part,
    strategy: { canary: { ...canary, ...limits, steps: FIRST_STEPS } },
    notes: [...(part.notes ?? []), ...notes],
  };
}

function blueGreenOf(given: Given, service: Service | null, deployment: Deployment): Chosen {
  if (service === null)
    throw new Refusal(
      `deployment/${deployment.metadata.name}: blueGreen needs a Service, and none selects its pods; make one, or take --strategy canary`,
    );
  const { name } = service.metadata;
  const sibling = siblingOf(given, service, 'preview');
  const blueGreen: BlueGreenStrategy = { activeService: name, previewService: sibling.metadata.name };
  return {
    strategy: { blueGreen },
    manifests: [sibling],
    notes: [
      'new versions are promoted as soon as they are ready: add a prePromotionAnalysis, or autoPromotionEnabled: false',
    ],
  };
}

function scaling(deployment: Deployment, given: Given): Part {
  const { name } = deployment.metadata;
  const scalers = ['Deployment', 'Rollout'].flatMap((kind) => scalersOf(given, { kind, name }));
  return {
    manifests: scalers.map((scaler) => retargeted(forGit(scaler), { kind: 'Rollout', name })),
    notes: scalers.map(
      (scaler) =>
        `${scaler.kind.toLowerCase()}/${scaler.metadata.name} scales the Rollout from now on: take spec.replicas out of Git once the Rollout is there`,
    ),
  };
}

function lostOf(deployment: Deployment): Part {
  const { type } = fieldsOf(specOf(deployment)['strategy']);
  const keeper = gitKeeper(deployment.metadata);
  const recreate =
    'spec.strategy.type: Recreate (pods of both versions run at the same time in every release of a Rollout)';
  return {
    lost: textOf(type) === 'Recreate' ? [recreate] : [],
    notes:
      keeper === null
        ? []
        : [
            `${keeper} keeps this Deployment as it is in Git: commit these manifests, or it puts back what changes here`,
          ],
  };
}

function orderOf(
  { metadata, spec }: Deployment,
  { by }: Arrival,
  manifests: readonly Manifest[],
): readonly string[] {
  const { name } = metadata;
  const before = manifests.filter(({ kind }) => kind !== 'Rollout').map(title);
  const prepare = before.length === 0 ? [] : [`apply ${before.join(', ')}`];
  if (by === 'reference')
    return [
      ...prepare,
      `apply rollout/${name}: it makes its pods from the template of deployment/${name}, and takes that one's pods away as its own get ready`,
      `wait: kubectl sluice status ${name}`,
      `set spec.replicas of deployment/${name} to 0 in Git. It stays, as its template is what is released`,
    ];
  return [
    ...prepare,
    `apply rollout/${name}: its pods run beside the ${spec.replicas ?? 1} of deployment/${name}, under the same labels`,
    `wait: kubectl sluice status ${name}`,
    `kubectl scale deployment ${name} --replicas 0, then take it out of Git`,
  ];
}

/** `service/shop`. */
export function title({ kind, metadata }: Manifest): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}

/** What another controller makes is for that one to say. */
function refuseForeign({ metadata }: Deployment): void {
  const owner = (metadata.ownerReferences ?? []).find(({ controller }) => controller === true);
  if (owner === undefined) return;
  const advice = owner.kind === 'Canary' ? `: kubectl sluice migrate canary/${owner.name}` : '';
  throw new Refusal(
    `deployment/${metadata.name} is made by ${owner.kind} ${owner.name}; migrate that one instead${advice}`,
  );
}
