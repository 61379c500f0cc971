import { resources } from '../../../api/resources.ts';
import type { Rollout } from '../../../api/rollout.ts';
import type { ReplicaSet } from '../../../api/workload.ts';
import type { KubeObject } from '../../../shell/kube/object.ts';
import { promote } from '../../../view/actions.ts';
import { clientPhase } from '../../../view/phase.ts';
import { asJson } from '../../../view/undo.ts';
import { act } from '../../act.ts';
import { podSelector, readRollout } from '../../gather.ts';
import { Refusal } from '../../refusal.ts';
import { templateHolder } from '../../workload.ts';
import { isAtRest, stableTemplate, type Version } from '../rest.ts';
import { DONE, listLive, type Scene, tell, waitFor, waiting } from './wait.ts';

/** Ends an update with one of its versions: back to the stable one, or at once on to the latest. */
export async function settle(scene: Scene, rollout: Rollout, version: Version): Promise<Rollout> {
  const { cluster } = scene;
  const { name } = rollout.metadata;
  if (isAtRest(rollout)) return rollout;
  if (version === 'latest') {
    const action = promote(rollout, 'full');
    if (action === null) throw new Refusal(`rollout '${name}' cannot be promoted`);
    await act(cluster, name, action);
  } else {
    const holder = await templateHolder(cluster, rollout);
    const template = stableTemplate(rollout, await replicaSetsOf(scene, rollout));
    const body = [{ op: 'replace', path: holder.path, value: asJson(template) }];
    await cluster.api.patch(
      holder.resource,
      { namespace: cluster.namespace, name: holder.name },
      { type: 'json', body },
    );
  }
  await waitFor(scene, `rollout/${name}`, async () => {
    const now = await readRollout(cluster, name);
    const { phase, message } = clientPhase(now);
    return isAtRest(now) ? DONE : waiting(message === '' ? phase : message);
  });
  tell(scene, `rollout/${name} has its ${version} version only`);
  return readRollout(cluster, name);
}

/** The Rollout, once its controller has seen what is wished for: its status speaks of that. */
export async function seen(scene: Scene, name: string): Promise<Rollout> {
  const first = await readRollout(scene.cluster, name);
  if (clientPhase(first).seen) return first;
  await waitFor(scene, `rollout/${name}`, async () => {
    const { seen: isSeen, message } = clientPhase(await readRollout(scene.cluster, name));
    return isSeen ? DONE : waiting(message);
  });
  return readRollout(scene.cluster, name);
}

/** The ReplicaSets of a Rollout, and perhaps some more. */
export function replicaSetsOf(
  scene: Pick<Scene, 'cluster'>,
  rollout: Rollout,
): Promise<readonly (ReplicaSet & KubeObject)[]> {
  return listLive<ReplicaSet & KubeObject>(scene, resources.replicaSets, podSelector(rollout));
}
