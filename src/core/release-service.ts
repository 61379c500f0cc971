import { ANNOTATION, FINALIZER, LABEL } from '../api/keys.ts';
import type { Rollout } from '../api/rollout.ts';
import type { Service } from '../api/workload.ts';
import type { PatchChange } from './plan.ts';

/**
 * Hands a Service back to its user when the rollout that managed it is gone or names it no more: the hash
 * leaves the selector and our marks leave the annotations. Null where it is managed by right, or not at all.
 */
export function releaseService(service: Service, manager: Rollout | null): PatchChange | null {
  const { name, namespace, annotations, resourceVersion } = service.metadata;
  if (annotations?.[ANNOTATION.managedByRollouts] === undefined) return null;
  if (manager !== null && isInCharge(manager) && serviceNames(manager).includes(name)) return null;
  const marks: Record<string, null> = { [ANNOTATION.managedByRollouts]: null };
  if (annotations[ANNOTATION.epoch] !== undefined) marks[ANNOTATION.epoch] = null;
  const selector = { [LABEL.podTemplateHash]: null };
  return {
    verb: 'patch',
    phase: 'tidy',
    apiVersion: 'v1',
    kind: 'Service',
    namespace: namespace ?? '',
    name,
    patch: { metadata: { annotations: marks }, spec: { selector } },
    resourceVersion: resourceVersion ?? '',
    notes: [],
  };
}

/** One that is being deleted and waits for its workload hands its Services back itself, and in time. */
function isInCharge({ metadata }: Rollout): boolean {
  return metadata.deletionTimestamp === undefined || metadata.finalizers?.includes(FINALIZER) === true;
}

/** Every Service that the spec of a Rollout names, of which it may lack all. */
export function serviceNames(rollout: Rollout): readonly string[] {
  const { canary, blueGreen } = rollout.spec?.strategy ?? {};
  const named = [
    canary?.canaryService,
    canary?.stableService,
    canary?.pingPong?.pingService,
    canary?.pingPong?.pongService,
    blueGreen?.activeService,
    blueGreen?.previewService,
  ];
  return named.filter((name) => name !== undefined);
}
