import type { CompareOutcome } from '../../api/compare.ts';
import {
  type EndReason,
  ending,
  endReason,
  type JudgeState,
  look,
  newJudge,
} from '../../core/compare/judge.ts';
import { type Condition, conditionsOf } from '../../core/compare/notes.ts';
import type { Plan } from '../../core/compare/plan.ts';
import { describe, type Evidence, evidenceOf } from '../../core/compare/words.ts';
import type { Line } from './record.ts';

/** What came of one run. */
export interface RunResult {
  readonly run: string;
  /** `Successful` where health was proven. */
  readonly verdict: CompareOutcome;
  /** Seconds: when it failed, since when health was proven, or the last look. */
  readonly t: number;
  readonly because: EndReason;
  /** How the analysis would end, by what the template says of ends without a verdict. */
  readonly outcome: CompareOutcome;
  readonly evidence: Evidence | null;
  readonly conditions: readonly Condition[];
  readonly reason: string;
}

/** More runs than these are more than one file should have. */
export const MOST_RUNS = 100_000;

/** Many runs, each judged by itself. */
export class Runs {
  readonly #plan: Plan;
  /** A state, or how it ended. In the order in which runs began. */
  readonly #runs = new Map<string, JudgeState | RunResult>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  get size(): number {
    return this.#runs.size;
  }

  /**
   * Takes a line. The result where it decided its run; a text where it says nothing because it is not later
   * than the one before of its run.
   */
  take({ run, reading }: Line): RunResult | string | null {
    const old = this.#runs.get(run) ?? newJudge(this.#plan, { startedAt: 0, zeroAtStart: true });
    if ('verdict' in old && !('metrics' in old)) return null;
    if (old.lookedAt !== null && reading.at <= old.lookedAt)
      return `second ${reading.at / 1000} is not after ${old.lookedAt / 1000}; left out`;
    const state = look(this.#plan, old, reading);
    if (state.verdict === null) {
      this.#runs.set(run, state);
      return null;
    }
    const result = resultOf(this.#plan, run, state);
    this.#runs.set(run, result);
    return result;
  }

  /** All results. Nothing more comes. */
  end(): readonly RunResult[] {
    return [...this.#runs].map(([run, one]) => ('metrics' in one ? resultOf(this.#plan, run, one) : one));
  }
}

const VERDICTS: Readonly<Partial<Record<EndReason, CompareOutcome>>> = {
  worse: 'Failed',
  proven: 'Successful',
};

function resultOf(plan: Plan, run: string, state: JudgeState): RunResult {
  const because = endReason(plan, state);
  const verdict = VERDICTS[because] ?? 'Inconclusive';
  // Whoever is asked has waited: the recording has no more.
  const end = ending(plan, state, { now: Infinity, endedAt: 0 });
  const proven = because === 'proven' ? state.provenSince : null;
  const at = state.verdict?.at ?? proven ?? state.lookedAt ?? 0;
  const lasted = (state.lookedAt ?? 0) - state.frame.startedAt;
  return {
    run,
    verdict,
    t: at / 1000,
    because,
    outcome: end.kind === 'ended' ? end.phase : 'Inconclusive',
    evidence: evidenceOf(plan, state),
    conditions: [...new Set(conditionsOf(plan, state, because === 'undecided' ? lasted : null))],
    reason: describe(plan, state, because),
  };
}
