import { type Json, same } from './json.ts';
import type { Hold } from './milestones.ts';

/** Why one sequence of values does not follow another. */
export type Mismatch =
  | { readonly kind: 'extra'; readonly value: Json; readonly at: Hold; readonly after: Hold | null }
  | { readonly kind: 'missing'; readonly value: Json; readonly at: Hold; readonly after: Hold | null };

/** A value of ours and the value of the original's that it was taken for. */
export interface Pair {
  readonly ours: Hold;
  readonly original: Hold;
}

/** The result of following: either pairs, or the first thing that cannot be explained. */
export type Followed =
  | { readonly follows: true; readonly pairs: readonly Pair[] }
  | { readonly follows: false; readonly mismatch: Mismatch };

/**
 * Does our sequence follow the original's? Every durable value must be in ours, in the same order; a value
 * that was only passing by may be left out; nothing else may appear. Where the original went to and fro,
 * ours may too. With `between`, ours may also pass through numbers that lie between two successive ones of
 * the original's.
 */
export function follow(
  ours: readonly Hold[],
  original: readonly Hold[],
  options: { readonly between: boolean },
): Followed {
  const walk = new Walk(ours, original, options.between);
  const pairs = walk.from(0, 0);
  if (pairs !== null) return { follows: true, pairs };
  return { follows: false, mismatch: walk.mismatch() };
}

/** Depth-first search with memory of failures; sequences are short (at most some hundred values). */
class Walk {
  readonly #ours: readonly Hold[];
  readonly #original: readonly Hold[];
  readonly #between: boolean;
  readonly #failed = new Set<number>();
  #furthest = { i: 0, j: 0 };

  constructor(ours: readonly Hold[], original: readonly Hold[], between: boolean) {
    this.#ours = ours;
    this.#original = original;
    this.#between = between;
  }

  from(i: number, j: number): readonly Pair[] | null {
    const key = i * (this.#original.length + 1) + j;
    if (this.#failed.has(key)) return null;
    const found = this.#try(i, j);
    if (found === null) this.#failed.add(key);
    return found;
  }

  #try(i: number, j: number): readonly Pair[] | null {
    const mine = this.#ours[i];
    const theirs = this.#original[j];
    if (i > this.#furthest.i || (i === this.#furthest.i && j > this.#furthest.j)) this.#furthest = { i, j };
    if (mine === undefined && theirs === undefined) return [];
    if (mine !== undefined && theirs !== undefined && covers(theirs, mine)) {
      const wobbles = theirs.values.length > 1;
      const rest = this.from(i + 1, wobbles ? j : j + 1);
      if (rest !== null) return wobbles ? rest : [{ ours: mine, original: theirs }, ...rest];
    }
    const last = this.#ours[i - 1];
    if (theirs !== undefined && (!theirs.durable || (last !== undefined && covers(theirs, last)))) {
      const rest = this.from(i, j + 1);
      if (rest !== null) return rest;
    }
    if (mine !== undefined && this.#between && isBetween(mine, this.#original[j - 1], theirs)) {
      return this.from(i + 1, j);
    }
    return null;
  }

  mismatch(): Mismatch {
    const { i, j } = this.#furthest;
    const mine = this.#ours[i];
    const theirs = this.#original.slice(j).find((hold) => hold.durable) ?? this.#original[j];
    if (theirs !== undefined && (mine === undefined || this.#showsLater(i, theirs) === false)) {
      const missing = mine === undefined || this.#original.slice(j).some((hold) => covers(hold, mine));
      if (missing)
        return { kind: 'missing', value: theirs.values[0] ?? null, at: theirs, after: mine ?? null };
    }
    const at = mine ?? this.#ours.at(-1) ?? theirs;
    if (at === undefined) throw new Error('two empty sequences cannot disagree');
    return { kind: 'extra', value: at.values[0] ?? null, at, after: this.#original[j - 1] ?? null };
  }

  #showsLater(i: number, theirs: Hold): boolean {
    return this.#ours.slice(i).some((hold) => covers(theirs, hold));
  }
}

function covers(theirs: Hold, mine: Hold): boolean {
  return mine.values.every((value) => theirs.values.some((other) => same(value, other)));
}

function isBetween(mine: Hold, before: Hold | undefined, after: Hold | undefined): boolean {
  const [value, low, high] = [mine.values[0], before?.values[0], after?.values[0]];
  if (typeof value !== 'number' || typeof low !== 'number' || typeof high !== 'number') return false;
  return value > Math.min(low, high) && value < Math.max(low, high);
}
