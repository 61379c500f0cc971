import type { PodTemplate } from '../api/meta.ts';
import { KIND_ICONS } from './look.ts';
import type { ReplicaSetView } from './replica-set.ts';
import type { RevisionView } from './revisions.ts';

/** The images of a pod template's containers, in order. */
export function imagesIn(template: PodTemplate | undefined): readonly string[] {
  const containers = template?.spec?.['containers'];
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((container: unknown) => {
    const image =
      typeof container === 'object' && container !== null && 'image' in container
        ? container.image
        : undefined;
    return typeof image === 'string' ? [image] : [];
  });
}

/** An image that runs, and for which parts of the rollout: `stable`, `canary`, `Σ:<experiment>`. */
export interface ImageView {
  readonly image: string;
  readonly tags: readonly string[];
}

/**
 * The images of all ReplicaSets that should have pods or have a role, by name; each once, with all of its
 * tags.
 */
export function imagesOf(revisions: readonly RevisionView[]): readonly ImageView[] {
  const tags = new Map<string, Set<string>>();
  const add = (set: ReplicaSetView, more: readonly string[]) => {
    if (set.replicas === 0 && more.length === 0) return;
    for (const image of set.images) {
      const known = tags.get(image) ?? new Set<string>();
      for (const tag of more) known.add(tag);
      tags.set(image, known);
    }
  };
  for (const revision of revisions) {
    for (const set of revision.replicaSets) add(set, set.roles);
    for (const { name, replicaSets } of revision.experiments) {
      for (const set of replicaSets) {
        const template = set.name.startsWith(`${name}-`) ? set.name.slice(name.length + 1) : set.name;
        if (set.replicas > 0) add(set, [`${KIND_ICONS.Experiment}:${template}`]);
      }
    }
  }
  return [...tags]
    .map(([image, found]) => ({ image, tags: [...found] }))
    .sort((a, b) => (a.image < b.image ? -1 : 1));
}
