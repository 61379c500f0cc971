import type { AnalysisTemplateSpec } from '../../api/analysis.ts';
import type { Issue } from '../../api/meta.ts';
import type { RolloutPhase } from '../../api/rollout.ts';
import type { Instant } from '../../core/time.ts';
import type { Look } from '../look.ts';
import type { RolloutParts } from '../parts.ts';
import type { Reason } from '../reason.ts';
import { viewOf } from '../rollout-view.ts';
import { sayBecause, waitingFor } from '../words.ts';
import { type Advice, adviceFor } from './advice.ts';
import { type Analysis, analysesOf } from './analyses.ts';
import type { Explained } from './explained.ts';
import { factsOf } from './facts.ts';
import { type Milestone, outlook } from './outlook.ts';
import { type PodTrouble, troubledPods } from './pods.ts';
import { sinceWhen } from './since.ts';
import { type ReleaseVersion, versionsOf } from './versions.ts';

/** Everything about a rollout that somebody asks who wants to know why it does what it does. */
export interface Explanation {
  readonly namespace: string;
  readonly name: string;
  readonly phase: RolloutPhase;
  readonly look: Look;
  readonly reason: Reason;
  /** The reason as a sentence. */
  readonly summary: string;
  /** Since when it is so; null where nobody knows. */
  readonly since: Instant | null;
  /** To be read after "waiting for"; null where it waits for nothing. */
  readonly waitingFor: string | null;
  /** What more there is to know, in sentences, the most important first. */
  readonly facts: readonly string[];
  /** The version that the spec asks for; null where none has come up. */
  readonly wanted: ReleaseVersion | null;
  /** The last one that was fully released; null before the first. */
  readonly stable: ReleaseVersion | null;
  /** Everything that is wrong with the spec. */
  readonly issues: readonly Issue[];
  /** Pods of the wanted version that do not come up. */
  readonly pods: readonly PodTrouble[];
  /** The analyses that matter now: those at work, and the one that ended the release. */
  readonly analyses: readonly Analysis[];
  /** What happens next, in order. */
  readonly next: readonly Milestone[];
  /** When it is healthy at the earliest, now where it is; null: it waits for somebody, or nobody knows. */
  readonly healthyAt: Instant | null;
  /** What one can do now. */
  readonly actions: readonly Advice[];
}

/**
 * Explains a rollout. Total: the rollout alone is enough, and each part makes it better. `templates` are
 * those that its analyses name, by the keys of `templateKey`: without them nobody knows how long they take.
 * Texts of others are as they came, and may hold anything.
 */
export function explain(
  parts: RolloutParts,
  templates: Readonly<Record<string, AnalysisTemplateSpec | null>>,
  now: Instant,
): Explanation {
  const { rollout } = parts;
  const view = viewOf(parts, now);
  const { reason } = view;
  const analyses = analysesOf(parts, reason, now);
  const { wanted, stable } = versionsOf(rollout, view);
  const pods = troubledPods(view, wanted);
  const explained: Explained = { parts, templates, view, wanted, stable, analyses, pods, now };
  const { next, healthyAt } = outlook(explained);
  return {
    namespace: view.namespace,
    name: view.name,
    phase: view.phase,
    look: view.look,
    reason,
    summary: sayBecause(reason, now, view.step?.total ?? 0),
    since: sinceWhen(explained),
    waitingFor: waitingFor(reason, now, view.step?.total ?? 0),
    facts: factsOf(explained),
    wanted,
    stable,
    issues: reason.kind === 'invalid' ? reason.issues : [],
    pods,
    analyses,
    next,
    healthyAt,
    actions: adviceFor(explained),
  };
}
