import type { CompareConfig } from '../../src/api/compare.ts';
import { look, newJudge } from '../../src/core/compare/judge.ts';
import { type Plan, planOf } from '../../src/core/compare/plan.ts';
import type { Rule } from './peers.ts';
import { COLD_SECONDS, SCRAPE } from './service.ts';

/** The configuration of all services: nothing but defaults. */
export const CONFIGURATION: CompareConfig = {};

/** A plan of one metric. */
export function planFor(config: CompareConfig, warmUpSeconds = 0): Plan {
  const read = planOf([{ name: 'errors', config, warmUpMs: warmUpSeconds * 1000, path: '' }]);
  if (read.kind === 'issues') throw new Error(read.issues.map(({ message }) => message).join(', '));
  return read.plan;
}

/** Since when a judge compares: a cluster does not say that counters are 0 then. */
export const FRAME = { startedAt: 0, zeroAtStart: false };

/**
 * Rolls back when `sluice/compare` says so, which looks every so many seconds. A canary that is known to start
 * slowly has an `initialDelay`, unless `warmUp` is false.
 */
export function compare(
  config: CompareConfig,
  {
    everySeconds = SCRAPE,
    warmUp = true,
  }: { readonly everySeconds?: number; readonly warmUp?: boolean } = {},
): Rule {
  const plain = planFor(config);
  const delayed = planFor(config, COLD_SECONDS);
  return ({ service, readings }) => {
    const plan = warmUp && service.trouble === 'slowStart' ? delayed : plain;
    let state = newJudge(plan, FRAME);
    for (const reading of readings) {
      if (reading.at % (everySeconds * 1000) !== 0) continue;
      state = look(plan, state, reading);
      if (state.verdict !== null) return state.verdict.phase === 'Failed' ? reading.at / 1000 : null;
    }
    return null;
  };
}
