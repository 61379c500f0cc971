import type { AnalysisRunSpec, Metric } from '../../../api/analysis.ts';
import type { CompareConfig } from '../../../api/compare.ts';
import { COMPARE, isCompared, type Party, partyOf } from '../../../core/analysis/compare/party.ts';
import { type ReleaseSides, unnamedSides } from '../../../core/analysis/compare/sides.ts';
import { limitsOf } from '../../../core/analysis/limits.ts';
import { isDryRun } from '../../../core/analysis/rules.ts';
import type { Reading } from '../../../core/compare/reading.ts';
import type { Instant, Milliseconds } from '../../../core/time.ts';
import { count } from '../../../providers/compare/compare.ts';
import { PRESETS } from '../../../providers/compare/presets.ts';
import { queriesOf } from '../../../providers/compare/queries.ts';
import type { Ask } from '../../../providers/provider.ts';
import { Refusal } from '../../refusal.ts';
import { sourceIn } from '../run/compose.ts';
import { halvesBy } from './halves.ts';

/** What is asked for a trial. */
export interface Asked {
  readonly looks: readonly Reading[];
  /** Pods of each half. */
  readonly pods: { readonly canary: number; readonly stable: number };
}

/** What a run itself looks at before a release. */
const HISTORY_MS = 30 * 60_000;
/** Points that Prometheus gives at most for one series, with room. */
const MOST_LOOKS = 10_000;
/** Tests whose evidence is about requests of two sides, whatever the weight. */
const SPLIT_TESTS: readonly string[] = ['rateRatio', 'exceedance'];

/** The metrics of a run that halves of one version can be judged by; no dry run. */
export function checked({ metrics, dryRun }: AnalysisRunSpec): readonly Metric[] {
  return metrics.filter((metric) => {
    const { test = 'rateRatio', mode = 'raw' } = configOf(metric);
    const isSplit = isCompared(metric) && SPLIT_TESTS.includes(test) && mode === 'raw';
    return isSplit && sourceIn(metric) !== null && !isDryRun(dryRun, metric.name);
  });
}

/** How these metrics are judged together. Throws a Refusal. */
export function partyFor(metrics: readonly Metric[]): Party {
  const read = partyOf(metrics, ({ name }) => name);
  if (read.kind === 'party') return read.party;
  throw new Refusal(read.issues.map(({ path, message }) => `${path}: ${message}`).join('\n'));
}

/** A span of past time in which a version is judged against itself. */
export interface Span {
  readonly startsAt: Instant;
  readonly lastsMs: Milliseconds;
  /** Which half is the canary's. */
  readonly isFirstCanary: boolean;
}

/** Asks for the counters of the stable version, pod by pod. A text says why there is no answer. */
export async function askHalves(
  metric: Metric,
  release: ReleaseSides | null,
  { startsAt, lastsMs, isFirstCanary }: Span,
  ask: Ask,
): Promise<Asked | string> {
  const { canary: _, baseline: __, ...config } = configOf(metric);
  const sides = release ?? unnamedSides(ask.subject.run.namespace);
  // The other side is not asked for: it only must be another one.
  const read = queriesOf({ ...config, canary: NOBODY }, sides, {});
  if (read.kind === 'problem') return read.message;
  const { preset } = read.memo;
  if (config.counters === undefined && typeof preset === 'string' && isOfServices(preset))
    return `what ${preset} counts at the entrance knows no pods`;
  const stepMs = limitsOf(metric).interval ?? 0;
  const before = Math.floor(HISTORY_MS / stepMs) * stepMs;
  const to = startsAt + Math.floor(lastsMs / stepMs) * stepMs;
  if ((to - startsAt + before) / stepMs > MOST_LOOKS)
    return `it would look more than ${MOST_LOOKS} times; say less with --for`;
  const when = { kind: 'range', from: startsAt - before, to, stepMs } as const;
  const queries = read.queries.filter(({ side }) => side === 'stable');
  const { split, count: pods } = halvesBy(config.podLabel ?? 'pod', isFirstCanary);
  const counted = await count(config, { queries, when, split }, ask);
  return counted.kind === 'error' ? counted.message : { looks: counted.looks, pods: pods() };
}

const NOBODY = { hash: 'nobody', service: 'nobody', deployment: 'nobody' };

function isOfServices(preset: string): boolean {
  return Object.entries(PRESETS).some(([name, { by }]) => name === preset && by === 'service');
}

/** The configuration of a metric that compares; empty for others. */
export function configOf({ provider }: Metric): CompareConfig {
  return (provider.plugin?.[COMPARE] ?? {}) as CompareConfig;
}
