import { ANNOTATION, LABEL } from '../../../api/keys.ts';
import type { JsonObject, Manifest } from '../../../api/meta.ts';
import { resources } from '../../../api/resources.ts';
import type { Rollout } from '../../../api/rollout.ts';
import type { Deployment, Service } from '../../../api/workload.ts';
import { isSameJson, mergePatch } from '../../../core/merge-patch.ts';
import type { KubeObject } from '../../../shell/kube/object.ts';
import { isSpecSeen } from '../../../view/phase.ts';
import { Refusal } from '../../refusal.ts';
import { labelsOf, title } from '../arrive.ts';
import { specOf } from '../fields.ts';
import { deploymentOf, plainRollout, type Source } from '../leave.ts';
import { type Given, servicesOf } from '../neighbours.ts';
import { isAtRest } from '../rest.ts';
import { withoutIdle } from '../routing.ts';
import { behindServices } from './endpoints.ts';
import { moveScalers } from './scalers.ts';
import { DONE, findLive, listLive, type Progress, type Scene, tell, waitFor, waiting } from './wait.ts';

/**
 * Puts a Deployment in the place of a Rollout that is at rest, step by step. Each step first looks whether it
 * is done, so that the same call goes on where another one ended; the Rollout's pods go last.
 */
export async function leaveLive(scene: Scene, rollout: Rollout, given: Given, source: Source): Promise<void> {
  const wanted = deploymentOf(rollout, given, source);
  const { name } = rollout.metadata;
  const heir = { kind: 'Deployment', name: wanted.metadata.name };
  await letGoOfWorkload(scene, rollout);
  await fill(scene, wanted, source);
  await waitFor(scene, `deployment/${heir.name}`, () => available(scene, wanted));
  tell(scene, `deployment/${heir.name} has its ${wanted.spec.replicas ?? 1} pods`);
  const services = servicesOf(given, labelsOf(wanted)).map(({ metadata }) => metadata.name);
  await letGoOfServices(scene, name);
  await waitFor(scene, 'the Services', () => handedBack(scene, name, services));
  await mendRoutes(scene, services);
  await waitFor(scene, 'traffic', () =>
    behindServices(scene, {
      services,
      selector: wanted.spec.selector,
      isOne: ({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === undefined,
      least: wanted.spec.replicas ?? 1,
    }),
  );
  if (services.length > 0)
    tell(scene, `${services.map((service) => `service/${service}`).join(', ')} lead to the pods of both`);
  await moveScalers(scene, { kind: 'Rollout', name }, heir);
  await remove(scene, rollout);
}

function at({ cluster }: Scene, name: string) {
  return { namespace: cluster.namespace, name };
}

async function read(scene: Scene, name: string): Promise<Rollout & KubeObject> {
  const rollout = await findLive<Rollout & KubeObject>(scene, resources.rollouts, name);
  if (rollout === null) throw new Refusal(`rollout '${name}' was deleted meanwhile`);
  return rollout;
}

/** From now on the controller scales the Deployment no more. */
async function letGoOfWorkload(scene: Scene, rollout: Rollout): Promise<void> {
  const { name } = rollout.metadata;
  const { workloadRef } = rollout.spec;
  if (workloadRef === undefined || (workloadRef.scaleDown ?? 'never') === 'never') return;
  const body = { spec: { workloadRef: { scaleDown: 'never' } } };
  await scene.cluster.api.patch(resources.rollouts, at(scene, name), { type: 'merge', body });
  await waitFor(scene, `rollout/${name}`, async () =>
    isSpecSeen(await read(scene, name)) ? DONE : waiting('the controller to leave the Deployment alone'),
  );
  tell(scene, `rollout/${name} leaves deployment/${workloadRef.name ?? ''} alone`);
}

/** Makes the Deployment, or gives it size and template. It never shrinks. */
async function fill(scene: Scene, wanted: Deployment, source: Source): Promise<void> {
  const { api, namespace } = scene.cluster;
  const { name } = wanted.metadata;
  const replicas = wanted.spec.replicas ?? 1;
  const there = await findLive<Deployment & KubeObject>(scene, resources.deployments, name);
  if (there === null) {
    await api.create(resources.deployments, { namespace }, wanted);
    tell(scene, `deployment/${name} is made`);
    return;
  }
  const size = there.spec.replicas ?? 1;
  const isSame = source.kind === 'reference' || isSameJson(there.spec.template, wanted.spec.template);
  if (isSame && size >= replicas) return;
  // Both at once: pods of a template that is no longer wanted are never made.
  const body = [
    { op: 'test', path: '/metadata/resourceVersion', value: there.metadata.resourceVersion },
    ...(isSame ? [] : [{ op: 'replace', path: '/spec/template', value: wanted.spec.template }]),
    { op: 'add', path: '/spec/replicas', value: Math.max(size, replicas) },
  ];
  await api.patch(resources.deployments, at(scene, name), { type: 'json', body });
  tell(scene, `deployment/${name} is scaled to ${Math.max(size, replicas)}`);
}

async function available(scene: Scene, { metadata, spec }: Deployment): Promise<Progress> {
  const there = await findLive<Deployment & KubeObject>(scene, resources.deployments, metadata.name);
  if (there === null) throw new Refusal(`deployment '${metadata.name}' was deleted meanwhile`);
  const { status = {} } = there;
  const wanted = spec.replicas ?? 1;
  if ((status.observedGeneration ?? 0) < (there.metadata.generation ?? 0))
    return waiting('it is not seen yet');
  const { updatedReplicas = 0, availableReplicas = 0 } = status;
  const count = Math.min(updatedReplicas, availableReplicas);
  return count >= wanted ? DONE : waiting(`${count} of ${wanted} pods are available`);
}

/** From now on the Rollout holds on to no Service and no route. */
async function letGoOfServices(scene: Scene, name: string): Promise<void> {
  const rollout = await read(scene, name);
  const strategy = mergePatch(
    (rollout.spec.strategy ?? {}) as unknown as JsonObject,
    (plainRollout(rollout).spec.strategy ?? {}) as unknown as JsonObject,
  );
  if (strategy === null) return;
  if (!isAtRest(rollout))
    throw new Refusal(`rollout '${name}' has begun an update meanwhile; run this again when it is over`);
  const body = { metadata: { resourceVersion: rollout.metadata.resourceVersion }, spec: { strategy } };
  await scene.cluster.api.patch(resources.rollouts, at(scene, name), { type: 'merge', body });
  tell(scene, `rollout/${name} lets go of Services and routes`);
}

async function handedBack(scene: Scene, name: string, services: readonly string[]): Promise<Progress> {
  if (!isAtRest(await read(scene, name))) return waiting('the controller has not seen it yet');
  for (const service of services) {
    const there = await findLive<Service & KubeObject>(scene, resources.services, service);
    const isHeld = there?.metadata.annotations?.[ANNOTATION.managedByRollouts] === name;
    const isPinned = there?.spec?.selector?.[LABEL.podTemplateHash] !== undefined;
    if (isHeld || isPinned) return waiting(`service/${service} leads to one version only`);
  }
  return DONE;
}

/** Routes lead to one Service for these pods again, as they did before. */
async function mendRoutes(scene: Scene, services: readonly string[]): Promise<void> {
  for (const resource of [resources.httpRoutes, resources.grpcRoutes]) {
    for (const route of await listLive<Manifest & KubeObject>(scene, resource)) {
      const { rules } = specOf(withoutIdle(route, services));
      if (isSameJson(specOf(route)['rules'], rules)) continue;
      const { name, resourceVersion } = route.metadata;
      const body = { metadata: { resourceVersion }, spec: { rules } };
      await scene.cluster.api.patch(resource, at(scene, name), { type: 'merge', body });
      tell(scene, `${title(route)} is as it was before`);
    }
  }
}

async function remove(scene: Scene, { metadata }: Rollout): Promise<void> {
  const { name, uid = '' } = metadata;
  await scene.cluster.api.delete(resources.rollouts, at(scene, name), { propagation: 'Background', uid });
  await waitFor(scene, `rollout/${name}`, async () =>
    (await findLive(scene, resources.rollouts, name)) === null ? DONE : waiting('it is on its way out'),
  );
  tell(scene, `rollout/${name} is deleted`);
}
