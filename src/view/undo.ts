import { LABEL } from '../api/keys.ts';
import type { Json, PodTemplate } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import type { ReplicaSet } from '../api/workload.ts';
import { withoutInjected } from '../core/hash/injected.ts';
import { sourceNames, withSourceNames } from '../core/rollout/configuration-copies.ts';
import { bareTemplate } from '../core/rollout/metadata-memory.ts';
import { controls, revisionNumber } from './parts.ts';

/** The ReplicaSet to go back to, or why there is none. */
export type UndoTarget =
  | { readonly kind: 'found'; readonly replicaSet: ReplicaSet }
  | { readonly kind: 'none'; readonly why: string };

/** Finds the revision to go back to; `revision` 0 stands for the one before the latest. */
export function undoTarget(
  rollout: Rollout,
  replicaSets: readonly ReplicaSet[],
  revision: number,
): UndoTarget {
  const known = replicaSets
    .filter((set) => controls(rollout, set) && revisionNumber(set) > 0)
    .sort((a, b) => revisionNumber(b) - revisionNumber(a));
  if (revision === 0) {
    const previous = known[1];
    if (previous !== undefined) return { kind: 'found', replicaSet: previous };
    return {
      kind: 'none',
      why: `no revision to go back to: rollout "${rollout.metadata.name}" has only one`,
    };
  }
  const replicaSet = known.find((set) => revisionNumber(set) === revision);
  if (replicaSet !== undefined) return { kind: 'found', replicaSet };
  return { kind: 'none', why: `unable to find specified revision ${revision} in history` };
}

/**
 * The pod template of a ReplicaSet as its user wrote it: without what controllers put in, and with the names
 * that the user gave to configuration.
 */
export function userTemplate(replicaSet: ReplicaSet): PodTemplate {
  return withoutInjected(withSourceNames(replicaSet, bareTemplate(replicaSet)), {
    labels: [LABEL.podTemplateHash],
    annotations: [],
    antiAffinity: false,
  }) as PodTemplate;
}

/** Where the configuration of a revision is kept, in words; empty where it is no part of the revision. */
export function keptConfiguration(replicaSet: ReplicaSet): readonly string[] {
  return [...sourceNames(replicaSet)].map(([copy, source]) => {
    const [kind = '', name = ''] = copy.split('/');
    return `${kind} ${source} is not changed; what revision ${revisionNumber(replicaSet)} had is in ${kind} ${name}`;
  });
}

/** A template as JSON, to be put into a patch. */
export function asJson(template: PodTemplate): Json {
  return template as unknown as Json;
}
