import { type Party, planFor } from '../../../core/analysis/compare/party.ts';
import { endReason, isWorse, type JudgeState, look, newJudge } from '../../../core/compare/judge.ts';
import type { Reading } from '../../../core/compare/reading.ts';
import { describe } from '../../../core/compare/words.ts';
import type { Instant } from '../../../core/time.ts';

/** What a release that changed nothing came to. */
export type Trial =
  | { readonly kind: 'quiet'; readonly phi: Phi }
  /** It would have been rolled back. */
  | { readonly kind: 'alarm'; readonly at: Instant; readonly why: string; readonly phi: Phi }
  /** Too little was counted to say anything. */
  | { readonly kind: 'unjudged'; readonly why: string };

/** How many bad requests come in a clump, by metric. */
export type Phi = Readonly<Record<string, number>>;

/**
 * Judges halves of one version as a run would judge two versions from `startedAt` on. `looks` are by metric,
 * oldest first; those up to then say what is usual.
 */
export function trialOf(
  party: Party,
  looks: Readonly<Record<string, readonly Reading[]>>,
  startedAt: Instant,
): Trial {
  const { names, plan } = party;
  const frame = { startedAt, zeroAtStart: false };
  const plans = names.map((name) => planFor(party, name) ?? plan);
  let states: readonly JudgeState[] = plans.map((own) => newJudge(own, frame));
  const joined = (): JudgeState => ({
    ...newJudge(plan, frame),
    lookedAt: Math.max(...states.map(({ lookedAt }) => lookedAt ?? 0)),
    metrics: states.flatMap(({ metrics }) => metrics),
  });
  for (const [at, readings] of momentsOf(names, looks)) {
    states = states.map((state, i) => {
      const [own, reading] = [plans[i], readings[i]];
      return own === undefined || reading == null ? state : look(own, state, reading);
    });
    if (at <= startedAt) continue;
    const joint = joined();
    const isAlone = states.some(({ verdict }) => verdict?.phase === 'Failed');
    if (!isAlone && !isWorse(plan, joint)) continue;
    const failed: JudgeState = { ...joint, verdict: { phase: 'Failed', at } };
    return { kind: 'alarm', at, why: describe(plan, failed, 'worse'), phi: phiOf(names, joint) };
  }
  const end = joined();
  const because = endReason(plan, end);
  return because === 'badData' || because === 'noTraffic' || because === 'fewRequests'
    ? { kind: 'unjudged', why: describe(plan, end, because) }
    : { kind: 'quiet', phi: phiOf(names, end) };
}

/** What was read of each metric, in the order of time. */
function momentsOf(
  names: readonly string[],
  looks: Readonly<Record<string, readonly Reading[]>>,
): readonly (readonly [Instant, readonly (Reading | null)[]])[] {
  const moments = new Map<Instant, (Reading | null)[]>();
  for (const [i, name] of names.entries())
    for (const reading of looks[name] ?? []) {
      const moment = moments.get(reading.at) ?? names.map(() => null);
      moment[i] = reading;
      moments.set(reading.at, moment);
    }
  return [...moments].toSorted(([a], [b]) => a - b);
}

function phiOf(names: readonly string[], { metrics }: JudgeState): Phi {
  return Object.fromEntries(names.map((name, i) => [name, metrics[i]?.phi ?? 1]));
}
