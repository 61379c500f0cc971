import type { Manifest } from '../../../api/meta.ts';
import type { KubeObject } from '../../../shell/kube/object.ts';
import { SCALERS } from '../kinds.ts';
import { scalersOf, scaleTarget, type WorkloadName } from '../neighbours.ts';
import { listLive, type Scene, tell } from './wait.ts';

/** Lets whatever scales one workload scale another one. */
export async function moveScalers(scene: Scene, from: WorkloadName, to: WorkloadName): Promise<void> {
  const { api, namespace } = scene.cluster;
  for (const resource of SCALERS) {
    const all = await listLive<Manifest & KubeObject>(scene, resource);
    for (const { metadata } of scalersOf(all, from)) {
      const body = {
        metadata: { resourceVersion: metadata.resourceVersion },
        spec: { scaleTargetRef: scaleTarget(to) },
      };
      await api.patch(resource, { namespace, name: metadata.name }, { type: 'merge', body });
      tell(
        scene,
        `${resource.kind.toLowerCase()}/${metadata.name} scales ${to.kind.toLowerCase()}/${to.name}`,
      );
    }
  }
}
