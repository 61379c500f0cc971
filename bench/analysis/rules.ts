import { type Found, flaggerRelease } from './flagger.ts';
import type { Life } from './life.ts';
import { CONFIGURATION, compare } from './ours.ts';
import {
  mixtureTest,
  type Rule,
  ranksEachMinute,
  ratioAtMost,
  shareOfEvents,
  successRate,
  zTest,
} from './peers.ts';
import { SCRAPE } from './service.ts';

/** A rule that decides about releases. */
export interface Judged {
  readonly name: string;
  /** The life that it has with this service; `seed` is for what its own decisions change. */
  readonly judge: (life: Life, seed: number) => Found;
}

/** Ours, with its one configuration. */
export const OURS = 'sluice/compare';

/** Ours and what others do, in the order of the tables. */
export const RULES: readonly Judged[] = [
  byRule('Argo, success ≥ 0.95, limit 3', successRate(0.95, 3)),
  byRule('Argo, success ≥ 0.99, limit 3', successRate(0.99, 3)),
  byRule('Argo, success ≥ 0.999, limit 3', successRate(0.999, 3)),
  {
    name: 'Flagger, 99 %, threshold 5',
    judge: ({ service }, seed) => flaggerRelease(service, seed, { least: 99, threshold: 5 }),
  },
  byRule('PromQL, canary/stable ≤ 2, limit 3', ratioAtMost(2, 3)),
  byRule('z-test each minute, 5 %', zTest('eachMinute')),
  byRule('z-test once at the end, 5 %', zTest('once')),
  byRule('ranks as Kayenta, each minute', ranksEachMinute),
  byRule('mSPRT, pooled, 5 %', mixtureTest),
  byRule('share of events, Dirichlet, 5 %', shareOfEvents),
  byRule('ours, without clumps measured', compare({ ...CONFIGURATION, dispersion: 1 })),
  byRule('ours, a look a minute', compare(CONFIGURATION, { everySeconds: 60 })),
  byRule(OURS, compare(CONFIGURATION)),
];

/** A rule that does not change the life that it judges, by a name. */
export function byRule(name: string, rule: Rule): Judged {
  return {
    name,
    judge: (life) => {
      const at = rule(life);
      const lived = at === null ? life.intervals : life.intervals.slice(0, at / SCRAPE);
      const bad = lived.reduce((all, { canary }) => all + canary.bad, 0);
      return { at, excess: bad * (1 - 1 / life.service.ratio) };
    },
  };
}
