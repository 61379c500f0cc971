import type { AnalysisRun } from '../../api/analysis.ts';
import type { Manifest } from '../../api/meta.ts';
import { kinds } from '../../sim/kinds.ts';
import { grouped } from '../../sim/timeline/words.ts';
import type { Asked } from './network.ts';
import type { ReleaseResult } from './outcome.ts';
import type { Played } from './play.ts';
import type { Scenario } from './scenario.ts';

/** Fewer requests for one measurement say little: a single error is a tenth of them. */
const FEW_REQUESTS = 10;

/** What the simulation showed that a user should know, in sentences. */
export function sightsOf(
  played: Played,
  results: readonly ReleaseResult[],
  given: { readonly scenario: Scenario; readonly webAnswer: string },
): readonly string[] {
  const { network, world } = played.stage;
  const runs = world.api.list(kinds.analysisRuns) as readonly Manifest[] as readonly AnalysisRun[];
  return [
    ...network.queries.flatMap((asked) => queried(asked, played)),
    ...results.flatMap((result) => sawLittle(result, runs)),
    ...results.flatMap((result) => letPass(result, given.scenario)),
    ...(network.isWebAsked ? [`web metrics were answered with ${given.webAnswer} (--web-answer)`] : []),
    ...lost(played),
  ];
}

function queried({ query, times, empty, fault }: Asked, { scraping }: Played): readonly string[] {
  const shown = query.replace(/\s+/g, ' ').trim();
  if (fault !== null) return [`a query cannot be evaluated: ${fault}: ${shown}`];
  if (empty < times) return [];
  const why = [...new Set(scraping.whyEmpty(query))];
  const reason = why.length === 0 ? 'its series never had a value together' : why.join('; ');
  return [`a query found nothing in all of ${times} times: ${reason}: ${shown}`];
}

function sawLittle(result: ReleaseResult, runs: readonly AnalysisRun[]): readonly string[] {
  const begun = new Map<string, number>();
  return result.timeline.flatMap((entry) => {
    if (entry.kind !== 'run') return [];
    if (entry.phase === 'Running') {
      begun.set(entry.run, entry.atMs);
      return [];
    }
    const fromMs = begun.get(entry.run) ?? 0;
    const run = runs.find(({ metadata }) => metadata.name === entry.run);
    const measured = Math.max(0, ...(run?.status?.metricResults ?? []).map(({ count = 0 }) => count));
    const asksPrometheus =
      run?.spec.metrics.some(({ provider }) => provider.prometheus !== undefined) === true;
    if (measured === 0 || !asksPrometheus) return [];
    const requests = requestsBetween(result, fromMs, entry.atMs);
    if (requests >= FEW_REQUESTS * measured) return [];
    if (requests === 0)
      return [`analysis ${entry.run} saw no request of the new version: it had nothing to judge by`];
    const each = measured === 1 ? '' : `, about ${(requests / measured).toFixed(1)} for each measurement`;
    return [
      `at this traffic analysis ${entry.run} saw ${grouped(requests)} requests of the new version${each}: too few to judge by`,
    ];
  });
}

function requestsBetween({ samples }: ReleaseResult, fromMs: number, toMs: number): number {
  const within = samples.filter(({ atMs }) => atMs > fromMs && atMs <= toMs);
  return within
    .flatMap(({ versions }) => versions.filter(({ isStable }) => !isStable))
    .reduce((sum, { requests }) => sum + requests, 0);
}

/** A bad version that nothing has stopped. */
function letPass(
  { outcome, name, new: served }: ReleaseResult,
  { errors, latencyMs, says }: Scenario,
): readonly string[] {
  const isBad = (errors.rate > 0 && served.failures > 0) || latencyMs > 1_000;
  if (outcome !== 'promoted' || !isBad) return [];
  return [`${name}: a version that ${says} was promoted: nothing that looks at it has stopped it`];
}

/** Requests that no pod has answered. */
function lost({ stage }: Played): readonly string[] {
  const unserved = stage.totals()?.unserved ?? [];
  const isClosed = (reason: string): boolean => reason.endsWith('takes no connections');
  const sum = (some: typeof unserved): number => some.reduce((total, { requests }) => total + requests, 0);
  const closed = sum(unserved.filter(({ reason }) => isClosed(reason)));
  const others = unserved.filter(({ reason }) => !isClosed(reason));
  return [
    ...(closed === 0
      ? []
      : [
          `${grouped(closed)} requests were lost because pods ended while some still came: a preStop hook that sleeps some seconds keeps them`,
        ]),
    ...others.map(
      ({ status, reason, requests }) =>
        `${grouped(requests)} requests reached no pod and were answered with ${status}: ${reason}`,
    ),
  ];
}
