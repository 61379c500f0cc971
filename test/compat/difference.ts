/**
 * Which rule of the comparison was broken. Their meaning and reasons are in `compare.ts`; `instead` is a
 * promise of the list of deliberate differences.
 */
export type Rule =
  | 'reached'
  | 'accepted'
  | 'asked'
  | 'hash'
  | 'objects'
  | 'values'
  | 'held'
  | 'together'
  | 'final'
  | 'events'
  | 'event order'
  | 'causes'
  | 'instead';

/** One thing in which our recording disagrees with the original's. */
export interface Difference {
  readonly rule: Rule;
  /** `Kind/name`; '' where it concerns the whole scenario. */
  readonly object: string;
  /** Milestone field, path in the final object, or reason of an event. */
  readonly field: string;
  /** What the original did, for people. */
  readonly original: string;
  /** What ours did, for people. */
  readonly ours: string;
  /** Where to look, in seconds: in the original's recording and in ours; null if unknown. */
  readonly at: { readonly original: number | null; readonly ours: number | null };
}
