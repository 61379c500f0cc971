import type { MetricView } from '../progress.ts';
import { isCompared, partyOf } from './party.ts';
import { type Standing, standingsOf } from './standing.ts';

const RUNNING: Standing = { phase: 'Running', message: null };

/**
 * The metrics with how those stand that compare: together, but those of a dry run by themselves.
 * `endsByProof` says whether a proof of health ends them: where a release goes on to larger weights it does
 * not, since what comes then may be worse.
 */
export function withStandings(views: readonly MetricView[], endsByProof: boolean): readonly MetricView[] {
  if (!views.some(({ metric }) => isCompared(metric))) return views;
  const sides = [true, false].map((dry) => views.filter((view) => view.isDryRun === dry));
  const standings = new Map(sides.flatMap((party) => [...standingsIn(party, endsByProof)]));
  return views.map((view) =>
    isCompared(view.metric) ? { ...view, standing: standings.get(view.metric.name) ?? RUNNING } : view,
  );
}

function standingsIn(views: readonly MetricView[], endsByProof: boolean): ReadonlyMap<string, Standing> {
  const read = partyOf(
    views.map(({ metric }) => metric),
    ({ name }) => name,
  );
  if (read.kind === 'issues') return new Map();
  const byName = new Map(views.map((view) => [view.metric.name, view]));
  const known = (name: string) => {
    const view = byName.get(name);
    if (view === undefined) throw new Error(`there is no metric ${name}`);
    return view;
  };
  return standingsOf(read.party, known, endsByProof);
}
