import type { Outcome } from './acts.ts';
import type { Chapter } from './history.ts';
import type { Exposure, Ledger, Requests } from './ledger.ts';

/** A release, from its commit to its end. */
export interface ReleaseAccount {
  readonly tag: string;
  readonly message: string;
  /** Null where nobody waited for its end. */
  readonly outcome: Outcome | null;
  readonly tookMs: number | null;
  /** For how long the canary had each weight below all, in order. */
  readonly weights: readonly { readonly weight: number; readonly forMs: number }[];
}

/** What a release cost that was rolled back, perhaps nothing, and would have cost without a canary. */
export interface Cost extends Exposure {
  /** Its failures among its requests, 0 to 1. */
  readonly failureRate: number;
  /** The same rate of all requests that came while it had traffic, rounded. */
  readonly withoutCanary: number;
}

/** The demo in numbers. */
export interface Account {
  readonly tookMs: number;
  readonly releases: readonly ReleaseAccount[];
  /** By version; the empty name is for requests that no version answered. */
  readonly versions: readonly (Requests & { readonly version: string })[];
  readonly total: Requests;
  /** Requests of those who look at previews, by version; empty where there are none. */
  readonly tested: readonly (Requests & { readonly version: string })[];
  /** Requests that no version answered, by status or reason. */
  readonly unanswered: ReadonlyMap<string, number>;
  readonly costs: readonly Cost[];
}

/** Adds up. */
export function accountOf(
  chapters: readonly Chapter[],
  { users: ledger, testers }: { readonly users: Ledger; readonly testers: Ledger },
  tookMs: number,
): Account {
  const bad = chapters.filter(({ ended }) => ended?.outcome === 'rolled back');
  const unseen = { requests: 0, failures: 0, fromMs: 0, toMs: 0, all: 0 };
  return {
    tookMs,
    // Before the first version nothing is split, whatever a route says by itself.
    releases: chapters.map((chapter, i) => releaseAccount(i === 0 ? { ...chapter, weights: [] } : chapter)),
    versions: [...ledger.versions].map(([version, got]) => ({ version, ...got })),
    total: ledger.total,
    tested: [...testers.versions].map(([version, got]) => ({ version, ...got })),
    unanswered: ledger.unanswered,
    costs: bad.map(({ tag }) => costOf(ledger.exposure(tag) ?? { version: tag, ...unseen })),
  };
}

function releaseAccount({ tag, message, committedMs, weights, ended }: Chapter): ReleaseAccount {
  const held = weights.map(({ weight, atMs }, i) => {
    const untilMs = weights[i + 1]?.atMs ?? ended?.atMs ?? atMs;
    return { weight, forMs: Math.max(0, untilMs - atMs) };
  });
  return {
    tag,
    message,
    outcome: ended?.outcome ?? null,
    tookMs: ended === null ? null : ended.atMs - committedMs,
    weights: held.filter(({ weight }) => weight > 0 && weight < 100),
  };
}

function costOf(exposure: Exposure): Cost {
  const { requests, failures, all } = exposure;
  const failureRate = requests === 0 ? 0 : failures / requests;
  return { ...exposure, failureRate, withoutCanary: Math.round(failureRate * all) };
}
