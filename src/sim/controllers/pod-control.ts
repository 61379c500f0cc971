import type { Manifest, PodTemplate } from '../../api/meta.ts';
import { kinds } from '../kinds.ts';
import type { Pod } from '../kubelet/pod.ts';
import { controllerRef } from './claim.ts';
import { type Cluster, isNamespaceTerminating, isNotFound, MANAGER } from './cluster.ts';
import type { Subject, Tell } from './events.ts';
import { placeFor } from './shelf.ts';

/** Whose pods they are, and who says so. */
export interface PodOwner {
  readonly owner: Subject & Manifest;
  readonly tell: Tell;
}

/** What a pod gets besides its template. */
export interface PodExtras {
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const MOST_AT_ONCE = 500;

/**
 * Creates pods from a template, in batches of 1, 2, 4 and so on, so that what is refused is not asked for a
 * hundred times. An event tells of each. Throws what the API server answered, once the batch is through.
 */
export function createPods(
  cluster: Cluster,
  { owner, tell }: PodOwner,
  { template, count, extras = {} }: { template: PodTemplate; count: number; extras?: PodExtras },
): void {
  const draft = draftOf(owner, template, extras);
  let left = Math.min(count, MOST_AT_ONCE);
  for (let batch = 1; left > 0; batch *= 2) {
    const errors = Array.from({ length: Math.min(batch, left) }, () =>
      create(cluster, { owner, tell }, draft),
    );
    const failed = errors.find((error) => error !== null);
    if (failed !== undefined) throw failed;
    left -= batch;
  }
}

/** Deletes pods. An event tells of each. */
export function deletePods({ api }: Cluster, { owner, tell }: PodOwner, pods: readonly Pod[]): void {
  for (const pod of pods.slice(0, MOST_AT_ONCE)) {
    const { name } = pod.metadata;
    try {
      api.delete(kinds.pods, placeFor(pod));
      tell(owner, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}` });
    } catch (error) {
      if (isNotFound(error)) continue;
      tell(owner, { type: 'Warning', reason: 'FailedDelete', message: `Error deleting: ${textOf(error)}` });
      throw error;
    }
  }
}

// What went wrong, or null.
function create({ api }: Cluster, { owner, tell }: PodOwner, draft: object): unknown {
  try {
    const pod = api.create(kinds.pods, draft, { manager: MANAGER });
    const message = `Created pod: ${pod.metadata.name}`;
    tell(owner, { type: 'Normal', reason: 'SuccessfulCreate', message });
    return null;
  } catch (error) {
    if (isNamespaceTerminating(error)) return null;
    tell(owner, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${textOf(error)}` });
    return error;
  }
}

function draftOf(owner: PodOwner['owner'], template: PodTemplate, extras: PodExtras): object {
  const { name, namespace } = owner.metadata;
  const given = template.metadata ?? {};
  const finalizers = [
    ...((given['finalizers'] as readonly string[] | undefined) ?? []),
    ...(extras.finalizers ?? []),
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${name}-`,
      namespace,
      ...some('labels', { ...given.labels, ...extras.labels }),
      ...some('annotations', { ...given.annotations, ...extras.annotations }),
      ...(finalizers.length === 0 ? {} : { finalizers }),
      ownerReferences: [controllerRef(owner)],
    },
    spec: template.spec,
  };
}

function some(field: string, map: Readonly<Record<string, string>>): object {
  return Object.keys(map).length === 0 ? {} : { [field]: map };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
