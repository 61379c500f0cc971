import { fork } from 'node:child_process';
import type { Mutation } from '../mutations/mutation.ts';
import { KEPT_LIVES, lifeOf } from './lives.ts';
import type { Trial } from './mutant.ts';
import { SEEDS } from './seeds.ts';

/** What came of one mutation. */
export interface Verdict {
  readonly mutation: Mutation;
  /** The seed in which its law was broken; null: in none. */
  readonly seed: string | null;
  /** What the law said. */
  readonly what: string;
  /** How many seeds it took. */
  readonly tries: number;
  /** The time was over. */
  readonly isOver: boolean;
  /** Other laws that were broken on the way, each once. */
  readonly others: readonly string[];
}

/** A life takes a second; with a defect it may never end. */
const LONGEST_SEED_MS = 90_000;

/** A mutation and the lives to plant it in, in this order. */
export interface Trying {
  readonly mutation: Mutation;
  readonly seeds: readonly string[];
}

/** When to stop, by `performance.now()`: everything, and each mutation after so long. */
export interface Limits {
  readonly endMs: number;
  readonly eachMs?: number;
}

/**
 * The lives in which a defect can show: that in which it was last seen, those that are kept where not every
 * life shows it, and those among the first `count`.
 */
export function livesFor({ name, needs }: Mutation, count: number): readonly string[] {
  const first = SEEDS[name];
  const seeds = Array.from({ length: count }, (_, i) => String(i + 1));
  const few = needs === undefined ? 8 : 0;
  const all = [...seeds.slice(0, few), ...KEPT_LIVES, ...seeds.slice(few)];
  const others = all.filter((seed) => seed !== first && (needs === undefined || needs(lifeOf(seed))));
  return first === undefined ? others : [first, ...others];
}

/** Tries one mutation after the other, two at once, each with its seeds until its law notices. */
export async function tryMutations(
  all: readonly Trying[],
  { endMs, eachMs = Number.POSITIVE_INFINITY }: Limits,
  onVerdict: (verdict: Verdict) => void,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = all[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const { mutation, seeds } of waiting) {
      const untilMs = Math.min(endMs, performance.now() + eachMs);
      const trials = await runSeeds(mutation.name, seeds, untilMs);
      const verdict = { ...verdictOf(mutation, trials), isOver: performance.now() >= untilMs };
      verdicts.push(verdict);
      onVerdict(verdict);
    }
  };
  await Promise.all([work(), work()]);
  return verdicts;
}

/**
 * Plays seeds in a process of its own, with a defect, or without one where the name is empty; those for which
 * there was no time are left out.
 */
export async function runSeeds(
  name: string,
  seeds: readonly string[],
  untilMs: number = Number.POSITIVE_INFINITY,
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  if (performance.now() >= untilMs) return trials;
  const child = fork(new URL('./mutant.ts', import.meta.url), [name, ...seeds], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  const wind = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_SEED_MS);
  };
  wind();
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
  let isOver = false;
  child.on('message', (trial: Trial) => {
    trials.push(trial);
    wind();
    isOver = performance.now() >= untilMs;
    if (isOver) child.kill('SIGKILL');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  if (code === 0 || isOver) return trials;
  const crash = code === null ? 'it did not end' : `it ended with ${code}: ${said}`;
  return [...trials, { seed: seeds[trials.length] ?? '', broken: [], crash }];
}

function verdictOf(mutation: Mutation, trials: readonly Trial[]): Omit<Verdict, 'isOver'> {
  const found = trials.flatMap(({ seed, broken }) => broken.map((one) => ({ seed, ...one })));
  const first = found.find(({ law }) => law === mutation.law);
  const crashes = trials.flatMap(({ crash }) => (crash === null ? [] : [`crash: ${crash.slice(0, 200)}`]));
  const others = new Set([...found.map(({ law }) => law).filter((law) => law !== mutation.law), ...crashes]);
  return {
    mutation,
    seed: first?.seed ?? null,
    what: first?.what ?? '',
    tries: trials.length,
    others: [...others],
  };
}

/** A table of what was caught, by which law, in which seed and after how many. */
export function tableOf(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ mutation, seed, tries, others, isOver }) => {
    const also = others.length === 0 ? '' : ` (also ${others.join(', ').slice(0, 120)})`;
    const not = isOver ? `not within the time, in ${tries} lives` : `NOT NOTICED in ${tries} lives`;
    const told = seed === null ? `${not}${also}` : `seed ${seed.padStart(3)}, life ${tries}`;
    return `${mutation.name.padEnd(WIDTH)} ${mutation.law.padEnd(10)} ${told}`;
  });
}

const WIDTH = 62;
