import type { AnalysisPhase } from '../../api/analysis.ts';
import type { RolloutPhase } from '../../api/rollout.ts';
import type { Look } from '../../view/look.ts';

/** Something that happened to a rollout and that a person would want to read. */
export type Entry = Moment & Happening;

/** When, and to which rollout. */
export interface Moment {
  /** Milliseconds on the monotonic clock of the world. */
  readonly atMs: number;
  /** `namespace/name`. */
  readonly rollout: string;
}

/** What happened. Revisions count from 1; 0 where nobody knows. */
export type Happening =
  /** A version is wanted. Images by container, in order; of the serving version, and of the wanted one. */
  | {
      readonly kind: 'release';
      readonly revision: number;
      readonly from: readonly string[];
      readonly to: readonly string[];
      /** It is the stable version again. */
      readonly isBack: boolean;
    }
  /** A step begins. Its index counts from 0. */
  | { readonly kind: 'step'; readonly index: number; readonly total: number; readonly what: string }
  /** The router was told to send another share to the new version. Percent. */
  | { readonly kind: 'weight'; readonly from: number; readonly to: number }
  /** A Service of blue-green leads to another version. */
  | {
      readonly kind: 'switch';
      readonly role: 'active' | 'preview';
      readonly service: string;
      readonly from: number;
      readonly to: number;
    }
  /** What came of a weight while it was set: requests in all, and those of the new version. */
  | {
      readonly kind: 'share';
      readonly weight: number;
      readonly requests: number;
      readonly canary: number;
      /** Of those of the new version. */
      readonly failed: number;
    }
  /** A revision has as many pods as it should, and all of them are ready. */
  | {
      readonly kind: 'pods';
      readonly revision: number;
      readonly wanted: number;
      /** It had as many before, and had lost some. */
      readonly isAgain: boolean;
    }
  /** Pods do not come up. */
  | { readonly kind: 'trouble'; readonly revision: number; readonly what: string }
  /** It is in another state now. */
  | { readonly kind: 'phase'; readonly phase: RolloutPhase; readonly look: Look; readonly what: string }
  /** A version is the stable one now. */
  | { readonly kind: 'promoted'; readonly revision: number }
  /** An analysis began or ended; why, where it did not end well. Step counts from 0; null: none. */
  | {
      readonly kind: 'run';
      readonly run: string;
      readonly step: number | null;
      readonly phase: AnalysisPhase;
      readonly why: readonly string[];
    }
  | {
      readonly kind: 'measurement';
      readonly run: string;
      readonly metric: string;
      readonly phase: AnalysisPhase;
      readonly what: string;
      /** The metric was judged the same the last time. */
      readonly isSame: boolean;
    }
  | {
      readonly kind: 'event';
      readonly type: string;
      readonly reason: string;
      readonly message: string;
    }
  /** A message that people got. */
  | { readonly kind: 'notification'; readonly to: string; readonly text: string }
  /** Somebody did something, or something happened to the world. */
  | { readonly kind: 'deed'; readonly what: string }
  /** The rollout was deleted. */
  | { readonly kind: 'gone' };

/** Takes what happened, in any order of time. */
export type Tell = (entry: Entry) => void;
