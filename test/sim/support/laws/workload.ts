import type { Manifest } from '../../../../src/api/meta.ts';
import type { Rollout } from '../../../../src/api/rollout.ts';
import type { Deployment, ReplicaSet } from '../../../../src/api/workload.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { NAMESPACE } from '../applications.ts';
import { ownedBy } from '../reading.ts';
import type { App } from '../script.ts';
import type { Observer, Scene } from './scene.ts';

/**
 * A Deployment and the Rollout that takes over from it: its pods go only where as many of the Rollout serve
 * (`promise`), and once the Rollout is gone it has them back (`left`).
 */
export function workload(scene: Scene): Observer {
  /** Deployments that had pods of their own: one that its user keeps empty has none to get back. */
  const lenders = new Set<string>();
  return ({ kind, before, after }, app) => {
    if (app.workload === undefined) return;
    if (kind.kind === 'Deployment' && after !== null && sizeOf(after) > 0) lenders.add(app.name);
    if (kind.kind === 'Deployment' && before !== null && after !== null && !scene.isUser())
      seeDeployment(scene, app, before as unknown as Deployment, after as unknown as Deployment);
    if (kind.kind === 'Rollout' && before !== null && after === null)
      seeGone(scene, app, before, lenders.has(app.name));
  };
}

function sizeOf(deployment: Manifest): number {
  return (deployment as unknown as Deployment).spec.replicas ?? 1;
}

function seeDeployment(scene: Scene, app: App, before: Deployment, after: Deployment): void {
  const [from, to] = [before, after].map(({ spec }) => spec.replicas ?? 1) as [number, number];
  const rollout = scene.api.get(kinds.rollouts, { namespace: NAMESPACE, name: app.name });
  if (to >= from || rollout === null) return;
  const sets = ownedBy(scene.api, kinds.replicaSets, rollout) as readonly Manifest[] as readonly ReplicaSet[];
  const serving = sets.reduce((sum, set) => sum + scene.available(set), 0);
  const isHeld = (rollout.metadata.finalizers ?? []).length > 0;
  if (!isHeld) scene.tell('left', `Deployment ${app.name} goes to ${to}, and nothing holds the rollout`);
  if (app.workload === 'never') scene.tell('users', `Deployment ${app.name} goes to ${to}`);
  if (serving < scene.leastWanted(app) && to + serving < from)
    scene.tell(
      'promise',
      `Deployment ${app.name} goes from ${from} to ${to}, of the rollout ${serving} serve`,
    );
}

function seeGone(scene: Scene, app: App, before: Manifest, isLender: boolean): void {
  const found = scene.api.get(kinds.deployments, { namespace: NAMESPACE, name: app.name });
  if (found === null || app.workload === 'never') return;
  const { spec, status, metadata } = found as unknown as Deployment;
  const { replicas: wanted = 1 } = (before as unknown as Rollout).spec;
  const { replicas = 1 } = spec;
  const available = status?.availableReplicas ?? 0;
  if (isLender && wanted > 0 && (replicas === 0 || available === 0))
    scene.tell(
      'left',
      `Deployment ${app.name} has ${available} of ${replicas} pods, and the rollout is gone`,
    );
  const marks = Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('sluice.dev/'));
  if (marks.length > 0) scene.tell('left', `Deployment ${app.name} keeps ${marks.join()}`);
}
