import type { Drift } from './drift.ts';
import type { Problem } from './manifests/problem.ts';
import type { Commit } from './source.ts';
import type { Wanted } from './wanted.ts';

/** How many objects. */
export interface Counts {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly pruned: number;
  /** Changed by others, and put back. */
  readonly repaired: number;
}

/** What a pass did. */
export interface Report {
  readonly commit: Commit;
  readonly counts: Counts;
  /** What could not be done, and will be tried again: conflicts, refusals, objects of others. */
  readonly pending: readonly string[];
  /** What is left alone on purpose: protected objects that are in Git no more. */
  readonly notes: readonly string[];
  readonly drifts: readonly Drift[];
  /** All objects of the commit. */
  readonly wanted: readonly Wanted[];
}

/** How a pass ended. */
export type Outcome =
  | { readonly kind: 'synced'; readonly report: Report }
  /** Nothing was written. What was in force before stays so. */
  | { readonly kind: 'refused'; readonly commit: Commit; readonly problems: readonly Problem[] };

/** How the objects of a commit stand, some time after they were applied. */
export type Verdict =
  | { readonly kind: 'healthy'; readonly afterMs: number }
  /** `objects` say which, and why. */
  | { readonly kind: 'failed'; readonly objects: readonly string[] }
  | { readonly kind: 'late'; readonly afterMs: number; readonly objects: readonly string[] }
  /** Another sync began, or the end came. */
  | { readonly kind: 'superseded' };

/** Nothing. */
export const NO_COUNTS: Counts = { created: 0, changed: 0, unchanged: 0, pruned: 0, repaired: 0 };

/** Whether a pass wrote anything. */
export function hasWritten({ created, changed, pruned, repaired }: Counts): boolean {
  return created + changed + pruned + repaired > 0;
}
