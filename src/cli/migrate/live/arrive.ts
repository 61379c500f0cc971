import { API_VERSION, LABEL } from '../../../api/keys.ts';
import type { Manifest } from '../../../api/meta.ts';
import { resources } from '../../../api/resources.ts';
import type { Rollout } from '../../../api/rollout.ts';
import type { Deployment } from '../../../api/workload.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import type { KubeObject } from '../../../shell/kube/object.ts';
import { clientPhase } from '../../../view/phase.ts';
import { Refusal } from '../../refusal.ts';
import { type Arrival, arrive, labelsOf, title } from '../arrive.ts';
import { specOf } from '../fields.ts';
import { type Given, named, scalersOf, servicesOf } from '../neighbours.ts';
import { behindServices } from './endpoints.ts';
import { moveScalers } from './scalers.ts';
import { DONE, findLive, type Progress, type Scene, tell, waitFor, waiting } from './wait.ts';

/** How to arrive in a cluster. */
export interface LiveArrival extends Arrival {
  /** Delete the Deployment in the end; only where its template was copied. */
  readonly isDeleting: boolean;
}

/**
 * Puts a Rollout in the place of a Deployment, step by step. Each step first looks whether it is done, so
 * that the same call goes on where another one ended; none takes pods away before others have their traffic.
 */
export async function arriveLive(
  scene: Scene,
  deployment: Deployment,
  given: Given,
  arrival: LiveArrival,
): Promise<void> {
  const { name } = deployment.metadata;
  const { manifests } = arrive(deployment, given, arrival);
  const there = await findLive<Rollout & KubeObject>(scene, resources.rollouts, name);
  if (there !== null) refuseStranger(there, deployment, arrival);
  // Nothing is touched before the API server would take the Rollout.
  else await create(scene, manifests, { dryRun: true });
  for (const manifest of manifests) await prepare(scene, manifest, given);
  await moveScalers(scene, { kind: 'Deployment', name }, { kind: 'Rollout', name });
  if (there === null) await create(scene, manifests, { dryRun: false });
  else if (arrival.by === 'copy') await grow(scene, there, deployment, given);
  await waitFor(scene, `rollout/${name}`, () => health(scene, name));
  const rollout = await scene.cluster.api.get<Rollout & KubeObject>(resources.rollouts, at(scene, name));
  await waitFor(scene, 'traffic', () =>
    behindServices(scene, {
      services: servicesOf(given, labelsOf(deployment)).map(({ metadata }) => metadata.name),
      selector: deployment.spec.selector,
      isOne: ({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === rollout.status?.stableRS,
      least: rollout.spec.replicas ?? 1,
    }),
  );
  tell(scene, `rollout/${name} is healthy, and its ${rollout.spec.replicas ?? 1} pods have the traffic`);
  await retire(scene, deployment, arrival);
}

function at({ cluster }: Scene, name: string) {
  return { namespace: cluster.namespace, name };
}

/** A Rollout of that name that has to do with other pods is none of ours. */
function refuseStranger(rollout: Rollout, { metadata, spec }: Deployment, { by }: Arrival): void {
  const { workloadRef, selector } = rollout.spec;
  const isOurs =
    by === 'reference'
      ? workloadRef?.kind === 'Deployment' && workloadRef.name === metadata.name
      : workloadRef === undefined && isSameJson(selector, spec.selector);
  if (isOurs) return;
  const how =
    workloadRef === undefined
      ? 'has a template of its own'
      : `refers to ${workloadRef.kind ?? ''} ${workloadRef.name ?? ''}`;
  throw new Refusal(
    `rollout '${metadata.name}' is there already and ${how}, which is not what --by ${by} makes of deployment/${metadata.name}`,
  );
}

/** Makes a Service that is missing, and gives a route its second backend. */
async function prepare(scene: Scene, manifest: Manifest, given: Given): Promise<void> {
  const { api } = scene.cluster;
  const { name } = manifest.metadata;
  if (manifest.kind === 'Service' && named(given, 'Service', name) === null) {
    await api.create(resources.services, { namespace: scene.cluster.namespace }, manifest);
    tell(scene, `service/${name} is made`);
  }
  if (manifest.kind !== 'HTTPRoute' && manifest.kind !== 'GRPCRoute') return;
  const before = named(given, manifest.kind, name);
  const { rules } = specOf(manifest);
  if (before === null || isSameJson(specOf(before)['rules'], rules)) return;
  const resource = manifest.kind === 'HTTPRoute' ? resources.httpRoutes : resources.grpcRoutes;
  const body = { metadata: { resourceVersion: before.metadata.resourceVersion }, spec: { rules } };
  await api.patch(resource, at(scene, name), { type: 'merge', body });
  tell(scene, `${title(manifest)} can send to the canary, and sends it nothing yet`);
}

async function create(
  scene: Scene,
  manifests: readonly Manifest[],
  options: { readonly dryRun: boolean },
): Promise<void> {
  const rollout = manifests.find(({ kind, apiVersion }) => kind === 'Rollout' && apiVersion === API_VERSION);
  if (rollout === undefined) throw new Refusal('there is no Rollout to make');
  await scene.cluster.api.create(
    resources.rollouts,
    { namespace: scene.cluster.namespace },
    rollout,
    options,
  );
  if (!options.dryRun) tell(scene, `rollout/${rollout.metadata.name} is made`);
}

/** Where the Deployment has grown since, so does the Rollout, unless something scales it by itself. */
async function grow(scene: Scene, rollout: Rollout, { spec }: Deployment, given: Given): Promise<void> {
  const { name } = rollout.metadata;
  const wanted = spec.replicas ?? 1;
  const isScaled = ['Rollout', 'Deployment'].some((kind) => scalersOf(given, { kind, name }).length > 0);
  if (isScaled || (rollout.spec.replicas ?? 1) >= wanted) return;
  const body = { spec: { replicas: wanted } };
  await scene.cluster.api.patch(resources.rollouts, at(scene, name), { type: 'merge', body });
  tell(scene, `rollout/${name} is scaled to ${wanted}, as deployment/${name} is`);
}

async function health(scene: Scene, name: string): Promise<Progress> {
  const rollout = await findLive<Rollout & KubeObject>(scene, resources.rollouts, name);
  if (rollout === null) throw new Refusal(`rollout '${name}' was deleted meanwhile`);
  const { phase, message } = clientPhase(rollout);
  if (phase === 'Healthy') return DONE;
  if (phase !== 'Degraded') return waiting(message === '' ? phase : `${phase} - ${message}`);
  throw new Refusal(
    `rollout '${name}' is degraded: ${message}. deployment/${name} keeps its pods; put it right and run the same command again, or delete the Rollout`,
  );
}

/** Takes the Deployment's pods away, which nobody needs any more. */
async function retire(scene: Scene, first: Deployment, { by, isDeleting }: LiveArrival): Promise<void> {
  const { api } = scene.cluster;
  const { name } = first.metadata;
  const before = await findLive<Deployment & KubeObject>(scene, resources.deployments, name);
  if (before === null) return;
  if (by === 'copy' && !isSameJson(before.spec.template, first.spec.template))
    throw new Refusal(
      `deployment/${name} has got another template meanwhile, which rollout/${name} lacks: release it there, and run the same command again`,
    );
  if ((before.spec.replicas ?? 1) > 0) {
    const body = { spec: { replicas: 0 } };
    await api.patch(resources.deployments, at(scene, name), { type: 'merge', body });
  }
  await waitFor(scene, `deployment/${name}`, async () => {
    const { status = {} } = await api.get<Deployment & KubeObject>(resources.deployments, at(scene, name));
    const { replicas = 0 } = status;
    return replicas === 0 ? DONE : waiting(`${replicas} pods are on their way out`);
  });
  tell(scene, `deployment/${name} has no pods any more`);
  if (!isDeleting) return;
  const { uid = '' } = before.metadata;
  await api.delete(resources.deployments, at(scene, name), { propagation: 'Background', uid });
  tell(scene, `deployment/${name} is deleted`);
}
