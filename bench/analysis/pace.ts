import { look, newJudge } from '../../src/core/compare/judge.ts';
import { chanceOf } from '../../test/core/compare/traffic.ts';
import { median } from '../statistics.ts';
import { SumCounters } from './life.ts';
import { CONFIGURATION, FRAME, planFor } from './ours.ts';
import { BEFORE_SECONDS, intervalOf, SCRAPE, type Service, STEP_SECONDS, STEPS } from './service.ts';

/** What becomes of releases whose steps end when health is proven, after 1 to 5 minutes each. */
export interface Pace {
  readonly service: Service;
  /** Percent of the releases. */
  readonly promoted: number;
  readonly rolledBack: number;
  /** The middle of the minutes until they were promoted, or rolled back; null where there were none. */
  readonly minutesToPromote: number | null;
  readonly minutesToRollBack: number | null;
}

/** Services at 0.1, 1 and 10 failures a second: as good as before, and worse. */
export const PACED: readonly Service[] = [
  [100, 0.001],
  [1000, 0.001],
  [1000, 0.01],
].flatMap(([perSecond = 0, badRate = 0]) =>
  [1, 2, 5, 10].map((ratio): Service => ({ perSecond, badRate, ratio, trouble: 'none' })),
);

const LEAST_STEP_SECONDS = 60;

/** Plays many such releases of a service. */
export function pace(
  service: Service,
  { runs, seed }: { readonly runs: number; readonly seed: number },
): Pace {
  const ends = Array.from({ length: runs }, (_, run) => releaseOf(service, seed * 1_000_003 + run));
  const minutes = (phase: End['phase']) => ends.filter((end) => end.phase === phase).map(({ t }) => t / 60);
  const [promoted, rolledBack] = [minutes('promoted'), minutes('rolledBack')];
  return {
    service,
    promoted: (100 * promoted.length) / runs,
    rolledBack: (100 * rolledBack.length) / runs,
    minutesToPromote: promoted.length === 0 ? null : median(promoted),
    minutesToRollBack: rolledBack.length === 0 ? null : median(rolledBack),
  };
}

interface End {
  readonly phase: 'promoted' | 'rolledBack';
  /** Seconds after its start. */
  readonly t: number;
}

function releaseOf(service: Service, seed: number): End {
  const chance = chanceOf(seed);
  const plan = planFor(CONFIGURATION);
  const counters = new SumCounters();
  let state = newJudge(plan, FRAME);
  let [step, stepFrom] = [0, 0];
  for (let t = SCRAPE - BEFORE_SECONDS; ; t += SCRAPE) {
    const weight = t <= 0 ? 0 : (STEPS[step] ?? 0);
    counters.add(intervalOf(service, t, weight, chance));
    state = look(plan, state, { at: t * 1000, weight, ...counters.read() });
    if (t <= 0) continue;
    if (state.verdict !== null) return { phase: 'rolledBack', t };
    const lasted = t - stepFrom;
    const isOver = lasted >= (state.provenSince === null ? STEP_SECONDS : LEAST_STEP_SECONDS);
    if (isOver) [step, stepFrom] = [step + 1, t];
    if (step === STEPS.length) return { phase: 'promoted', t };
  }
}
