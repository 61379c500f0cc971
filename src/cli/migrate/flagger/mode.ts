import type { Canary } from './canary.ts';

/** How a version comes out: at once, by weights, by headers to some users, or to all in the end. */
export type Mode = 'skip' | 'canary' | 'headers' | 'blueGreen';

/** The way that an analysis asks for, in the order in which Flagger looks. */
export function modeOf({ isSkipping, analysis }: Canary): Mode {
  if (isSkipping) return 'skip';
  if (analysis.iterations > 0) return analysis.match.length > 0 ? 'headers' : 'blueGreen';
  return 'canary';
}
