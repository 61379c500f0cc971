import { type Cost, cost } from './cost.ts';
import { type Cell, FAULTY, HEALTHY, measure, TROUBLED } from './measure.ts';
import { CONFIGURATION, compare } from './ours.ts';
import { PACED, type Pace, pace } from './pace.ts';
import { byRule, type Judged, OURS, RULES } from './rules.ts';

/** All that was found out. But for the cost the same seed and number of lives give the same. */
export interface Findings {
  readonly seed: number;
  /** Lives of each service. */
  readonly runs: number;
  readonly healthy: readonly Cell[];
  readonly faulty: readonly Cell[];
  /** Ours where nobody has said that a canary starts slowly. */
  readonly unwarned: readonly Cell[];
  /** Ours where clumps last too long to be measured. */
  readonly beyond: readonly Cell[];
  readonly paced: readonly Pace[];
  readonly cost: Cost;
}

/** What is wanted of it. */
export interface Wish {
  readonly seed: number;
  readonly runs: number;
  /** Default: all. */
  readonly rules?: readonly Judged[];
  /** Told before each service. */
  readonly progress?: (done: number, all: number) => void;
}

const LOOKS = 20;
const PLAIN = byRule(OURS, compare(CONFIGURATION));
const UNWARNED = byRule(OURS, compare(CONFIGURATION, { warmUp: false }));

/** Finds out everything. */
export function findOut({ seed, runs, rules = RULES, progress = () => {} }: Wish): Findings {
  const cold = HEALTHY.filter(({ trouble }) => trouble === 'slowStart');
  const all = HEALTHY.length + FAULTY.length + cold.length + TROUBLED.length + PACED.length;
  let done = 0;
  const each = <In, Out>(services: readonly In[], of: (service: In) => Out): readonly Out[] =>
    services.map((service) => {
      progress(done, all);
      done += 1;
      return of(service);
    });
  return {
    seed,
    runs,
    healthy: each(HEALTHY, (service) => measure(service, { rules, runs, seed })),
    faulty: each(FAULTY, (service) => measure(service, { rules, runs, seed })),
    unwarned: each(cold, (service) => measure(service, { rules: [UNWARNED], runs, seed })),
    beyond: each(TROUBLED, (service) => measure(service, { rules: [PLAIN], runs, seed })),
    paced: each(PACED, (service) => pace(service, { runs, seed })),
    cost: cost(LOOKS, seed),
  };
}
