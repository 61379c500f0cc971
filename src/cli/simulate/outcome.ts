import type { Entry } from '../../sim/timeline/entry.ts';
import type { Sample, VersionSample } from '../../sim/timeline/shares.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { sayFirst } from '../../view/words.ts';
import type { Played } from './play.ts';

/** What became of a release. */
export type Outcome =
  | 'promoted'
  | 'rolled-back'
  /** A person would have to decide. */
  | 'waiting'
  /** No progress before the deadline, and nothing puts it back. */
  | 'stuck'
  | 'invalid'
  /** Still under way when the time was over. */
  | 'unfinished'
  /** The release changed no pods. */
  | 'unchanged';

/** Requests and how many of them were answered with an error. */
export interface Count {
  readonly requests: number;
  readonly failures: number;
}

/** One release that was simulated. Times are milliseconds since it began. */
export interface ReleaseResult {
  readonly namespace: string;
  readonly name: string;
  readonly outcome: Outcome;
  /** How it is in the end, in a sentence. */
  readonly state: string;
  /** When it was decided: promoted, rolled back or given up; null: not at all. */
  readonly decidedMs: number | null;
  /** Of the time since the release. */
  readonly old: Count;
  readonly new: Count;
  /** Of copies that experiments make of either version. */
  readonly copies: Count;
  /** Until it was decided: what all requests would have met if the new version had come at once. */
  readonly withoutCanary: Count | null;
  readonly timeline: readonly Entry[];
  readonly samples: readonly Sample[];
}

/** What became of each Rollout. */
export function resultsOf(played: Played): readonly ReleaseResult[] {
  const { stage, releasedMs, endMs, before, isNew } = played;
  const all = stage.timeline.entries.filter(({ atMs }) => atMs >= releasedMs);
  return played.views.map((view): ReleaseResult => {
    const key = `${view.namespace}/${view.name}`;
    const since = sinceMs(releasedMs);
    const timeline = all.filter(({ rollout }) => rollout === key).map(since);
    const samples = stage.timeline
      .samples(key)
      .filter(({ atMs }) => atMs > releasedMs)
      .map(since);
    const outcome = outcomeOf(view, timeline);
    const decidedMs = decision(timeline, outcome);
    const old = before.get(key) ?? '';
    return {
      namespace: view.namespace,
      name: view.name,
      outcome,
      state: sayFirst(view.reason, stage.world.clock.now(), view.step?.total ?? 0),
      decidedMs,
      old: counted(samples.map(({ versions }) => versions.filter(({ hash }) => hash === old))),
      new: counted(samples.map(({ versions }) => versions.filter(({ hash }) => hash !== old))),
      copies: counted(samples.map(({ copies }) => copies)),
      withoutCanary: withoutCanary(samples, { old, isNew }, decidedMs ?? endMs - releasedMs),
      timeline,
      samples,
    };
  });
}

/** The same, counted from a moment on. */
function sinceMs(fromMs: number) {
  return <At extends { readonly atMs: number }>(one: At): At => ({
    ...one,
    atMs: Math.round(one.atMs - fromMs),
  });
}

function outcomeOf(view: RolloutView, timeline: readonly Entry[]): Outcome {
  const { reason } = view;
  switch (reason.kind) {
    case 'aborted':
      return 'rolled-back';
    case 'deadline':
      return 'stuck';
    case 'invalid':
      return 'invalid';
    case 'pause':
    case 'preview':
      return reason.until === null ? 'waiting' : 'unfinished';
    case 'step':
      return reason.isManual ? 'waiting' : 'unfinished';
    case 'held':
    case 'noReturn':
    case 'inconclusive':
      return 'waiting';
    case 'healthy':
    case 'oldPods':
      return timeline.some(({ kind }) => kind === 'promoted') ? 'promoted' : 'unchanged';
    case 'pods':
    case 'weight':
    case 'router':
    case 'analysis':
    case 'experiment':
    case 'working':
    case 'unseen':
    case 'unpause':
    case 'asked':
      return 'unfinished';
    default:
      return reason satisfies never;
  }
}

function decision(timeline: readonly Entry[], outcome: Outcome): number | null {
  const isIt = (entry: Entry): boolean =>
    outcome === 'promoted'
      ? entry.kind === 'promoted'
      : entry.kind === 'phase' && entry.phase === 'Degraded' && ['rolled-back', 'stuck'].includes(outcome);
  return timeline.find(isIt)?.atMs ?? null;
}

function counted(parts: readonly (readonly VersionSample[])[]): Count {
  const all = parts.flat();
  return {
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    failures: all.reduce((sum, { failures }) => sum + failures, 0),
  };
}

/**
 * The new version's share of errors on all requests until the decision; null where neither it nor a copy of
 * it has answered any.
 */
function withoutCanary(
  samples: readonly Sample[],
  { old, isNew }: { readonly old: string; readonly isNew: (hash: string) => boolean },
  untilMs: number,
): Count | null {
  const until = samples.filter(({ atMs }) => atMs <= untilMs);
  const mine = counted(
    until.map(({ versions, copies }) => [
      ...versions.filter(({ hash }) => hash !== old),
      ...copies.filter(({ hash }) => isNew(hash)),
    ]),
  );
  const all = counted(until.map(({ versions, copies }) => [...versions, ...copies]));
  if (mine.requests === 0) return null;
  return { requests: all.requests, failures: Math.round((all.requests * mine.failures) / mine.requests) };
}
