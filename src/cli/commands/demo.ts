import { SCENARIOS, type ScenarioName } from '../demo/acts.ts';
import type { RouterName } from '../demo/names.ts';
import type { DemoSettings } from '../demo/settings.ts';
import type { Io } from '../io.ts';
import { say } from '../lines.ts';
import { Refusal } from '../refusal.ts';
import { paintFor } from '../text/paint.ts';

/** Options of `demo`. */
export interface DemoOptions {
  readonly scenario: string;
  readonly router: RouterName;
  readonly rate: string;
  readonly seed: string;
  readonly speed: string;
  readonly keep?: boolean;
  readonly color: boolean;
}

/** Ctrl-C, as a shell tells it. */
const INTERRUPTED = 130;
/** More would measure this machine and not the release. */
const MOST_PER_SECOND = 200;

/**
 * `demo`: a cluster, a Git repository, users and releases on this machine alone. Exits with 1 where the story
 * does not come about, and with 130 on Ctrl-C.
 */
export async function demo(io: Io, options: DemoOptions): Promise<number> {
  const settings = settingsOf(options);
  // All that a cluster is made of; whoever mistyped a flag need not wait for it.
  const { runDemo } = await import('../demo/run.ts');
  const gone = new AbortController();
  const hangUp = (): void => gone.abort();
  process.on('SIGHUP', hangUp);
  try {
    const signal = AbortSignal.any([io.ended, gone.signal]);
    const paint = paintFor(io.out, io, options.color);
    const ended = await runDemo({ io, settings, paint, signal });
    if (ended === 'done') return 0;
    say(io.err, 'stopped; nothing is left behind');
    return INTERRUPTED;
  } finally {
    process.off('SIGHUP', hangUp);
  }
}

function settingsOf({ scenario, router, rate, seed, speed, keep = false }: DemoOptions): DemoSettings {
  const isKnown = (name: string): name is ScenarioName => SCENARIOS.some((known) => known === name);
  if (!isKnown(scenario))
    throw new Refusal(`--scenario: there is no ${scenario}, only ${SCENARIOS.join(', ')}`);
  return {
    scenario,
    router,
    seed,
    keep,
    perSecond: numberOf('--rate', rate, { least: 1, most: MOST_PER_SECOND }),
    speed: numberOf('--speed', speed, { least: 1, most: 4 }),
  };
}

function numberOf(flag: string, text: string, { least, most }: { least: number; most: number }): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new Refusal(`${flag}: ${text} is not a number from ${least} to ${most}`);
  return value;
}
