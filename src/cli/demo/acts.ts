import type { StrategyName } from './names.ts';

/** One thing that happens in the demo, or is waited for. Seconds are patience: it mostly takes less. */
export type Beat =
  /** A commit with another image: its tag is the next number and `suffix`, which says how it behaves. */
  | {
      readonly kind: 'release';
      readonly suffix: string;
      readonly message: string;
      /** Whether its pods take long to get ready. */
      readonly isSlow: boolean;
    }
  /** A commit that puts back what was released last. */
  | { readonly kind: 'revert' }
  /** Until the rollout of the last commit has come to this. */
  | { readonly kind: 'outcome'; readonly is: Outcome; readonly withinSeconds: number }
  /** Until the canary gets traffic. */
  | { readonly kind: 'canary'; readonly withinSeconds: number }
  /** Until Slack has been told about the last release. */
  | { readonly kind: 'slack'; readonly words: string; readonly withinSeconds: number }
  /** Prometheus answers, or does not. */
  | { readonly kind: 'metrics'; readonly isUp: boolean }
  /** Somebody types `kubectl sluice retry`. */
  | { readonly kind: 'retry' }
  /** Time to look on. */
  | { readonly kind: 'look' };

/** How a release ends. */
export type Outcome = 'promoted' | 'rolled back';

/** A part of the demo: what is shown, and what happens. */
export interface Act {
  readonly title: string;
  readonly beats: readonly Beat[];
}

/** What `--scenario` may name. */
export type ScenarioName = keyof typeof ACTS | 'all' | 'blue-green' | 'none';

const SLOW = 40;
const TOLD = { kind: 'slack', withinSeconds: 10 } as const;
const PROMOTED = { kind: 'outcome', is: 'promoted', withinSeconds: 90 } as const;
const ROLLED_BACK = { kind: 'outcome', is: 'rolled back', withinSeconds: 90 } as const;
const LOOK = { kind: 'look' } as const;

function release(message: string, suffix = '', isSlow = false): Beat {
  return { kind: 'release', message, suffix, isSlow };
}

/** A release that must not arrive, and how it is put right in Git. */
function caught(title: string, bad: Beat): Act {
  const ended = [ROLLED_BACK, { ...TOLD, words: 'was rolled back' }, LOOK] as const;
  return { title, beats: [bad, ...ended, { kind: 'revert' }, PROMOTED, LOOK] };
}

/** How every demo begins. */
export const PROLOGUE: Act = {
  title: 'The first version comes up, and users come',
  beats: [release('First version'), { ...PROMOTED, withinSeconds: SLOW }, LOOK],
};

/** The acts by name. */
export const ACTS = {
  good: {
    title: 'A good release',
    beats: [release('Faster search'), PROMOTED, { ...TOLD, words: 'is fully released' }, LOOK],
  },
  bad: caught('A bad release: three answers of ten are errors', release('New checkout', '-errors-30')),
  'bad-latency': caught('A slow release: every answer takes 400 ms', release('New images', '-latency-400')),
  'bad-image': caught('A release whose image is not there', release('Typo in the tag', '-missing')),
  crashes: caught('A release that crashes', release('New configuration', '-crashes', true)),
  'slow-pods': {
    title: 'A good release whose pods take long to get ready: traffic waits for them',
    beats: [release('Warm caches', '', true), PROMOTED, { ...TOLD, words: 'is fully released' }, LOOK],
  },
  'metrics-down': {
    title: 'A good release while Prometheus is down: what cannot be judged is not released',
    beats: [
      release('New footer'),
      { kind: 'canary', withinSeconds: SLOW },
      { kind: 'metrics', isUp: false },
      ROLLED_BACK,
      { ...TOLD, words: 'was rolled back' },
      { kind: 'metrics', isUp: true },
      LOOK,
      { kind: 'retry' },
      PROMOTED,
      LOOK,
    ],
  },
} as const satisfies Readonly<Record<string, Act>>;

/** Everything that may be asked for. */
export const SCENARIOS: readonly ScenarioName[] = ['all', ...namesOf(ACTS), 'blue-green', 'none'];

/** How versions follow one another in a scenario. */
export function strategyOf(scenario: ScenarioName): StrategyName {
  return scenario === 'blue-green' ? 'blueGreen' : 'canary';
}

/**
 * The acts of a scenario: `all` is the good and the bad release, `blue-green` the same with another strategy,
 * `none` only the first version.
 */
export function actsOf(scenario: ScenarioName): readonly Act[] {
  if (scenario === 'none') return [PROLOGUE];
  if (scenario === 'blue-green')
    return [
      PROLOGUE,
      { ...ACTS.good, title: 'A good release: tested beside the old one, then all users at once' },
      { ...ACTS.bad, title: 'A bad release: three answers of ten are errors, and testers get them' },
    ];
  return [PROLOGUE, ...(scenario === 'all' ? [ACTS.good, ACTS.bad] : [ACTS[scenario]])];
}

function namesOf<T extends object>(acts: T): readonly (keyof T)[] {
  return Object.keys(acts) as (keyof T)[];
}
