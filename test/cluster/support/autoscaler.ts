import { proposal } from '../../../src/sim/controllers/autoscaler/decide.ts';
import { valueAt } from '../bed/api.ts';
import type { Bed } from '../bed/bed.ts';
import type { KubeObject } from '../bed/client.ts';
import type { Application } from './application.ts';

/** What an autoscaler reads. */
export interface Scale {
  readonly size: number;
  readonly counted: number;
  readonly pods: readonly KubeObject[];
}

/** Reads the scale subresource, and the pods by the selector that it gives: there are no metrics in the bed. */
export async function readScale({ api }: Bed, { ref, namespace }: Application): Promise<Scale> {
  const scale = await api.wire.send('GET', await api.path(ref, 'scale'));
  const selector = valueAt(scale, 'status.selector');
  const labelSelector = typeof selector === 'string' ? selector : '';
  const pods = await api.list({ apiVersion: 'v1', kind: 'Pod', namespace }, { labelSelector });
  return {
    size: Number(valueAt(scale, 'spec.replicas') ?? 0),
    counted: Number(valueAt(scale, 'status.replicas') ?? 0),
    pods: pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined),
  };
}

/** Sets the size as an autoscaler does. */
export async function writeScale({ api }: Bed, { ref }: Application, replicas: number): Promise<void> {
  await api.patch(ref, 'merge', { spec: { replicas } }, 'scale');
}

/** Of a load in pods at their target, the part that a pod gets. */
export type Share = (pod: KubeObject) => number;

/** The size for the use of CPU: the average of the pods that are ready. */
export function sizeByUse({ size, pods }: Scale, share: Share): number {
  const ready = pods.filter(isReady);
  const used = ready.reduce((sum, pod) => sum + share(pod), 0);
  const utilization = ready.length === 0 ? 0 : Math.trunc((1000 * used) / ready.length);
  const unready = pods.length - ready.length;
  return proposal({ utilization, target: 1000, current: size, ready: ready.length, unready, behavior: null });
}

/** The size for a number of requests that somebody else counts, a target for each pod: as KEDA asks for it. */
export function sizeByRequests({ counted }: Scale, load: number): number {
  return Math.abs(load / counted - 1) <= 0.1 ? counted : Math.ceil(load);
}

/** True where a pod is ready. */
export function isReady(pod: KubeObject): boolean {
  const conditions = (valueAt(pod, 'status.conditions') ?? []) as readonly {
    readonly type: string;
    readonly status: string;
  }[];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
