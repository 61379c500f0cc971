import type { LabelSelector } from '../../../api/meta.ts';
import { resources } from '../../../api/resources.ts';
import { selectorText } from '../../../api/selector.ts';
import type { EndpointSlice, Pod } from '../../../api/workload.ts';
import type { KubeObject } from '../../../shell/kube/object.ts';
import { DONE, listLive, type Progress, type Scene, waiting } from './wait.ts';

/** Whose pods must be behind a Service. */
export interface Behind {
  readonly services: readonly string[];
  readonly selector: LabelSelector | undefined;
  /** Tells the pods that count from the others that the selector finds. */
  readonly isOne: (pod: Pod) => boolean;
  /** So many of them. */
  readonly least: number;
}

/** Whether so many of some pods take the traffic of each of some Services: they are ready in its slices. */
export async function behindServices(scene: Scene, wanted: Behind): Promise<Progress> {
  const pods = await listLive<Pod & KubeObject>(scene, resources.pods, selectorText(wanted.selector));
  const names = new Set(pods.filter(wanted.isOne).map(({ metadata }) => metadata.name));
  for (const service of wanted.services) {
    const slices = await listLive<EndpointSlice & KubeObject>(
      scene,
      resources.endpointSlices,
      `kubernetes.io/service-name=${service}`,
    );
    const there = slices
      .flatMap(({ endpoints = [] }) => endpoints)
      .filter(({ conditions, targetRef }) => conditions?.ready === true && names.has(targetRef?.name ?? ''));
    const count = new Set(there.map(({ targetRef }) => targetRef?.name)).size;
    if (count < wanted.least) return waiting(`service/${service} has ${count} of ${wanted.least} pods`);
  }
  return DONE;
}
