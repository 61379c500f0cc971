import { fork } from 'node:child_process';
import type { Mutation } from '../mutations.ts';
import type { Trial } from './mutant.ts';

/** What came of one mutation. */
export interface Verdict {
  readonly mutation: Mutation;
  /** The seed in which its law was broken; null: in none. */
  readonly seed: string | null;
  /** What the law said. */
  readonly what: string;
  /** How many seeds it took. */
  readonly tries: number;
  /** Other laws that were broken on the way, each once. */
  readonly others: readonly string[];
}

/** A life takes a second; with a defect it may never end. */
const LONGEST_SEED_MS = 90_000;

/** Tries one mutation after the other, two at once, each with its seeds until its law notices. */
export async function tryMutations(
  all: readonly { readonly mutation: Mutation; readonly seeds: readonly string[] }[],
  onVerdict: (verdict: Verdict) => void,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = all[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const { mutation, seeds } of waiting) {
      const trials = await runSeeds(mutation.name, seeds);
      const verdict = verdictOf(mutation, trials);
      verdicts.push(verdict);
      onVerdict(verdict);
    }
  };
  await Promise.all([work(), work()]);
  return verdicts;
}

/** Plays seeds in a process of its own, with a defect, or without one where the name is empty. */
export async function runSeeds(name: string, seeds: readonly string[]): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
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
  child.on('message', (trial: Trial) => {
    trials.push(trial);
    wind();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  if (code === 0) return trials;
  const crash = code === null ? 'it did not end' : `it ended with ${code}: ${said}`;
  return [...trials, { seed: seeds[trials.length] ?? '', broken: [], crash }];
}

function verdictOf(mutation: Mutation, trials: readonly Trial[]): Verdict {
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
  const width = Math.max(...verdicts.map(({ mutation }) => mutation.name.length));
  return verdicts.map(({ mutation, seed, what, tries, others }) => {
    const also = others.length === 0 ? '' : ` (also ${others.join(', ')})`;
    const caught =
      seed === null
        ? `NOT CAUGHT by ${mutation.law} in ${tries} seeds`
        : `${mutation.law.padEnd(9)} seed ${seed}, ${tries} tried: ${what}`;
    return `${mutation.name.padEnd(width)}  ${caught}${also}`;
  });
}
