import type { Manifest } from '../api/meta.ts';
import { APPLIED, FIELD_MANAGER, PRUNE, SYNC_LABEL } from './keys.ts';
import { keyOf, nameOf } from './manifests/declared.ts';
import { rankOf } from './order.ts';
import type { Wanted } from './wanted.ts';

/** What may be removed because it is in Git no more. */
export type Pruning = 'never' | 'usual' | 'everything';

/** All that a plan is made from. */
export interface Situation {
  readonly id: string;
  readonly wanted: readonly Wanted[];
  /** Objects of the cluster by key: those that are wanted, and those that carry our label. */
  readonly live: ReadonlyMap<string, Manifest>;
  /**
   * Digests of what has been applied at this commit already, by key. Such objects are as the commit wants
   * them unless somebody has changed them since.
   */
  readonly applied: ReadonlyMap<string, string>;
  readonly pruning: Pruning;
  /** Whether objects of another sync are taken over. */
  readonly takesOver: boolean;
}

/** What is to be done about one object. */
export type Action =
  | { readonly kind: 'create'; readonly wanted: Wanted }
  | { readonly kind: 'change'; readonly wanted: Wanted; readonly live: Manifest }
  /**
   * The manifest is the one that was applied. Whether the live object still follows it is another question.
   */
  | { readonly kind: 'keep'; readonly wanted: Wanted; readonly live: Manifest }
  /** Somebody removed it, or our mark on it, after it was applied at this commit. */
  | { readonly kind: 'restore'; readonly wanted: Wanted; readonly live: Manifest | null }
  /** It is just being deleted: one comes back to it. */
  | { readonly kind: 'wait'; readonly wanted: Wanted }
  /** It belongs to another sync. */
  | { readonly kind: 'foreign'; readonly wanted: Wanted; readonly owner: string }
  | { readonly kind: 'prune'; readonly live: Manifest }
  /** It is in Git no more, and stays all the same. */
  | { readonly kind: 'spare'; readonly live: Manifest; readonly why: string };

/** Actions in the order in which they are done, or why nothing at all is done. */
export type Plan =
  | { readonly kind: 'actions'; readonly actions: readonly Action[] }
  | { readonly kind: 'refusal'; readonly message: string };

/**
 * What to do so that the cluster has what is wanted: nothing about objects whose manifest did not change, and
 * nothing at all where everything would go at once, which is never what somebody wants of an empty folder.
 */
export function plan(situation: Situation): Plan {
  const { wanted, live, id } = situation;
  const keys = new Set(wanted.map(({ key }) => key));
  const leftover = [...live].filter(([key, object]) => !keys.has(key) && isOurs(object, id));
  if (wanted.length === 0) {
    const kept = leftover.length === 0 ? '' : ` The ${leftover.length} objects from before stay as they are.`;
    return { kind: 'refusal', message: `there are no manifests in the folder.${kept}` };
  }
  const kept = wanted
    .toSorted((a, b) => rankOf(a.manifest) - rankOf(b.manifest) || (a.key < b.key ? -1 : 1))
    .map((one) => actionFor(one, situation));
  const gone = leftover
    .map(([, object]) => object)
    .toSorted((a, b) => rankOf(b) - rankOf(a) || (keyOf(a) < keyOf(b) ? -1 : 1))
    .flatMap((object) => fateOf(object, situation.pruning));
  return { kind: 'actions', actions: [...kept, ...gone] };
}

function actionFor(wanted: Wanted, { live, applied, id, takesOver }: Situation): Action {
  const object = live.get(wanted.key);
  const wasApplied = applied.get(wanted.key) === wanted.hash;
  if (object === undefined)
    return wasApplied ? { kind: 'restore', wanted, live: null } : { kind: 'create', wanted };
  if (object.metadata.deletionTimestamp !== undefined) return { kind: 'wait', wanted };
  const owner = object.metadata.labels?.[SYNC_LABEL];
  if (owner !== undefined && owner !== id && !takesOver) return { kind: 'foreign', wanted, owner };
  const isMarked = owner === id && object.metadata.annotations?.[APPLIED] === wanted.hash;
  if (isMarked) return { kind: 'keep', wanted, live: object };
  return wasApplied ? { kind: 'restore', wanted, live: object } : { kind: 'change', wanted, live: object };
}

/**
 * Whether we have applied it. The label alone does not say so: controllers copy labels to what they make,
 * such as EndpointSlices. What has a controller for an owner is made by that.
 */
export function isOurs(object: Manifest, id: string): boolean {
  const { labels, managedFields = [], ownerReferences = [] } = object.metadata;
  const isApplied = managedFields.some(
    (entry) => entry['manager'] === FIELD_MANAGER && entry['operation'] === 'Apply',
  );
  return (
    labels?.[SYNC_LABEL] === id && isApplied && !ownerReferences.some((owner) => owner.controller === true)
  );
}

/** With these goes what cannot be had back: all that is in them. */
const PRECIOUS = ['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim', 'PersistentVolume'];

function fateOf(live: Manifest, pruning: Pruning): readonly Action[] {
  if (live.metadata.deletionTimestamp !== undefined) return [];
  const protection = protectionOf(live);
  if (protection !== null) return [{ kind: 'spare', live, why: protection }];
  if (pruning === 'never') return [{ kind: 'spare', live, why: 'nothing is pruned' }];
  if (pruning === 'usual' && PRECIOUS.includes(live.kind))
    return [{ kind: 'spare', live, why: `a ${live.kind} goes only with --prune-everything` }];
  return [{ kind: 'prune', live }];
}

/** The annotation that protects an object from pruning; those of Argo CD and Flux count, too. */
function protectionOf({ metadata }: Manifest): string | null {
  const annotations = metadata.annotations ?? {};
  if (annotations[PRUNE] === 'disabled') return `${PRUNE} is disabled`;
  if (annotations['kustomize.toolkit.fluxcd.io/prune'] === 'disabled')
    return 'kustomize.toolkit.fluxcd.io/prune is disabled';
  const options = (annotations['argocd.argoproj.io/sync-options'] ?? '').split(',');
  const isKept = options.some((option) => /^(?:Prune=false|Prune=confirm|Delete=false)$/.test(option.trim()));
  return isKept ? 'argocd.argoproj.io/sync-options says so' : null;
}

/** An action in a few words, for tables and logs: `create Service shop/web`. */
export function actionLine(action: Action): string {
  switch (action.kind) {
    case 'prune':
    case 'spare':
      return `${action.kind} ${nameOf(action.live)}`;
    case 'create':
    case 'change':
    case 'keep':
    case 'restore':
    case 'wait':
    case 'foreign':
      return `${action.kind} ${nameOf(action.wanted.manifest)}`;
    default:
      return action satisfies never;
  }
}
