import type { AnalysisPhase } from '../api/analysis.ts';
import type { Issue } from '../api/meta.ts';
import type { Instant } from './time.ts';

/**
 * Why a rollout is in its present state, as a value: used unchanged by status, command line, dashboard, log
 * line and notifications. Waiting is one of these, never just a line in a log.
 */
export type Because =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[] }
  | { readonly kind: 'held' }
  | { readonly kind: 'pause'; readonly step: number; readonly since: Instant; readonly until: Instant | null }
  /** The pause of blue-green before the active Service is switched. */
  | { readonly kind: 'preview'; readonly since: Instant; readonly until: Instant | null }
  /** `of` is absent where `run` is an analysis run. */
  | {
      readonly kind: 'inconclusive';
      readonly run: string;
      readonly of?: 'experiment';
      readonly since: Instant;
    }
  | { readonly kind: 'pods'; readonly replicaSet: string; readonly want: number; readonly have: number }
  | { readonly kind: 'oldPods'; readonly have: number }
  | { readonly kind: 'weight'; readonly want: number; readonly have: number }
  | { readonly kind: 'router'; readonly issues: readonly Issue[] }
  | { readonly kind: 'analysis'; readonly run: string; readonly phase: AnalysisPhase | '' }
  | { readonly kind: 'experiment'; readonly name: string }
  | {
      readonly kind: 'step';
      /** Index of the step. */
      readonly step: number;
      /** Of its plugin. */
      readonly name: string;
      readonly message: string;
      readonly since: Instant;
      /** True where only a person can end it. */
      readonly isManual: boolean;
    }
  | { readonly kind: 'noReturn'; readonly cause: string; readonly since: Instant }
  | { readonly kind: 'aborted'; readonly cause: string | null; readonly at: Instant }
  | { readonly kind: 'deadline'; readonly replicaSet: string; readonly since: Instant }
  | { readonly kind: 'working' };
