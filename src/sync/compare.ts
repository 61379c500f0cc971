import type { Manifest } from '../api/meta.ts';
import { apply, bodyOf, type Hand, wouldBe } from './cluster/apply.ts';
import { conflictLines, type Force } from './conflict.ts';
import { contentOf, type Drift, driftOf } from './drift.ts';
import { digestOf, nameOf } from './manifests/declared.ts';
import { parallel } from './parallel.ts';
import type { Action } from './plan.ts';
import type { Wanted } from './wanted.ts';

/** What was found the last time, by key, as long as neither the object nor its manifest has changed. */
export type Looks = Map<string, { readonly print: string; readonly drift: Drift | null }>;

/** What a comparison is made with. */
export interface Comparison {
  readonly id: string;
  readonly looks: Looks;
  /** Whether what differs is put back. */
  readonly heals: boolean;
  readonly force: Force;
}

/** What differs, and what was done about it. */
export interface Compared {
  readonly drifts: readonly Drift[];
  readonly repaired: number;
  /** Why something could not be put back. */
  readonly pending: readonly string[];
}

type One =
  | { readonly kind: 'same' }
  | { readonly kind: 'repaired' }
  | { readonly kind: 'drifted'; readonly drift: Drift; readonly why: readonly string[] };

/** Requests at the same time. */
const WIDTH = 8;

/**
 * Compares what is live with what was applied: by asking the server what it would be if the manifest were
 * applied again, which knows defaults and spellings. It is only asked about objects that somebody has
 * touched. What was removed is only told: where it is put back, that is a write like others.
 */
export async function compareAll(
  hand: Hand,
  actions: readonly Action[],
  comparison: Comparison,
): Promise<Compared> {
  const ones = await parallel(WIDTH, actions, async (action): Promise<One> => {
    if (action.kind === 'restore') return comparison.heals ? SAME : removed(action.wanted, action.live);
    return action.kind === 'keep' ? compare(hand, action.wanted, action.live, comparison) : SAME;
  });
  const drifted = ones.filter((one) => one.kind === 'drifted');
  return {
    drifts: drifted.map(({ drift }) => drift),
    repaired: ones.filter(({ kind }) => kind === 'repaired').length,
    pending: drifted.flatMap(({ why }) => why),
  };
}

const SAME: One = { kind: 'same' };

async function compare(hand: Hand, wanted: Wanted, live: Manifest, comparison: Comparison): Promise<One> {
  const { id, looks } = comparison;
  const body = bodyOf(wanted, live, { id, commit: null });
  const print = digestOf([contentOf(live), wanted.hash]);
  const before = looks.get(wanted.key);
  const drift = before?.print === print ? before.drift : await driftNow(hand, wanted, live, body);
  looks.set(wanted.key, { print, drift });
  if (drift === null) return SAME;
  return mend(hand, wanted, body, drift, comparison);
}

/** What the server does not want to compare is not compared. */
async function driftNow(hand: Hand, wanted: Wanted, live: Manifest, body: Manifest): Promise<Drift | null> {
  const applied = await wouldBe(hand, wanted, body);
  return applied.kind === 'done' ? driftOf(live, applied.object) : null;
}

/** It is gone, or our mark is, which people take off who do not want us to have it. */
function removed(wanted: Wanted, live: Manifest | null): One {
  const path = live === null ? '' : 'metadata';
  const drift = { object: nameOf(wanted.manifest), fields: [{ path, values: null, managers: [] }] };
  return { kind: 'drifted', drift, why: [] };
}

async function mend(
  hand: Hand,
  wanted: Wanted,
  body: Manifest,
  drift: Drift,
  { heals, force, looks }: Comparison,
): Promise<One> {
  if (!heals) return { kind: 'drifted', drift, why: [] };
  const applied = await apply(hand, wanted, body, { force, isTrial: false });
  switch (applied.kind) {
    case 'done':
      looks.delete(wanted.key);
      return { kind: 'repaired' };
    case 'conflict':
      return { kind: 'drifted', drift, why: conflictLines(drift.object, applied.conflicts) };
    case 'refused':
      return { kind: 'drifted', drift, why: [`${drift.object}: ${applied.why}`] };
    default:
      return applied satisfies never;
  }
}
