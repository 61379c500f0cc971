import { valueAt } from '../bed/api.ts';
import type { KubeObject } from '../bed/client.ts';
import type { Chronicle, Sighting } from './chronicle.ts';

/** Wanted sizes of an application's ReplicaSets by image tag, as last seen. */
export function sizesOf(chronicle: Chronicle, app: string): Readonly<Record<string, number>> {
  const sets = chronicle.present('ReplicaSet').filter((set) => belongsTo(set, app));
  return Object.fromEntries(sets.map((set) => [tagOf(set), sizeOf(set)]));
}

/** What happened to the ReplicaSet of one image tag, in order. */
export function historyOf(chronicle: Chronicle, app: string, tag: string): readonly Sighting[] {
  return chronicle
    .sightings()
    .filter(({ kind, object }) => kind === 'ReplicaSet' && belongsTo(object, app) && tagOf(object) === tag);
}

/** `spec.replicas` of a ReplicaSet. */
export function sizeOf(set: KubeObject): number {
  return Number(valueAt(set, 'spec.replicas') ?? 1);
}

/** `status.availableReplicas` of a ReplicaSet. */
export function availableOf(set: KubeObject): number {
  return Number(valueAt(set, 'status.availableReplicas') ?? 0);
}

/** The hash that a ReplicaSet's pods carry. */
export function hashOf(set: KubeObject | undefined): string {
  return set?.metadata.labels?.['rollouts-pod-template-hash'] ?? '';
}

/** The hash that a Service selects; null where it selects none. */
export function selectedHash(service: unknown): string | null {
  const hash = valueAt(service, 'spec.selector.rollouts-pod-template-hash');
  return typeof hash === 'string' ? hash : null;
}

/** The values without those that equal the one before. */
export function turns<T>(values: readonly T[]): readonly T[] {
  return values.filter((value, i) => i === 0 || JSON.stringify(value) !== JSON.stringify(values[i - 1]));
}

function belongsTo(object: KubeObject, app: string): boolean {
  return object.metadata.labels?.['app'] === app;
}

function tagOf(set: KubeObject): string {
  return String(valueAt(set, 'spec.template.spec.containers.0.image')).split(':')[1] ?? '';
}
