import type { CompareConfig } from '../../api/compare.ts';
import type { JsonObject } from '../../api/meta.ts';
import { COMPARE } from '../../core/analysis/compare/compared.ts';
import type { Comparison } from '../../core/analysis/compare/comparison.ts';
import { unnamedSides } from '../../core/analysis/compare/sides.ts';
import type { ErrorReading, RunningReading } from '../../core/analysis/reading.ts';
import type { Milliseconds } from '../../core/time.ts';
import type { Ask } from '../provider.ts';
import { freshCopy, groundsFor, weightBeside } from './baseline.ts';
import { type CounterQuery, queriesOf } from './queries.ts';

/** What a look asks for. */
export interface Against {
  readonly kind: 'against';
  readonly queries: readonly CounterQuery[];
  /** What the next look goes on from. */
  readonly memo: JsonObject;
  /** The canary's part of what goes to the two that are compared, in percent; null: not known. */
  readonly weightPercent: number | null;
  /** Whose counters the next look asks for: see `Comparison.take`. */
  readonly next: 'same' | 'other';
}

/**
 * What a look asks for: of the two versions of the release, or of the canary and a fresh copy of the stable
 * version. Of what was before the release only the stable version itself can tell, so the first look asks for
 * that. Else why there is nothing to ask for now.
 */
export async function against(
  config: CompareConfig,
  delayMs: Milliseconds,
  ask: Ask & { readonly comparison: Comparison },
): Promise<Against | RunningReading | ErrorReading> {
  const { comparison, release = unnamedSides(ask.subject.run.namespace) } = ask;
  const { baseline } = config;
  const grounds = baseline === undefined ? null : groundsFor(ask);
  if (grounds?.kind === 'error') return grounds;
  const read = queriesOf(config, release, comparison.memo);
  if (read.kind === 'problem') return refused(read.message);
  if (baseline === undefined || grounds === null)
    return { ...read, kind: 'against', weightPercent: release.weightPercent, next: 'same' };
  const fresh = await freshCopy({ config: baseline, grounds, comparison, delayMs }, ask);
  if (fresh.kind !== 'there') return fresh;
  const later = queriesOf(config, release, { ...read.memo, stable: { ...fresh.side } });
  if (later.kind === 'problem') return refused(later.message);
  return {
    kind: 'against',
    queries: read.queries,
    memo: later.memo,
    weightPercent: weightBeside(grounds.release, fresh.side),
    next: comparison.hasBegun ? 'same' : 'other',
  };
}

function refused(message: string): ErrorReading {
  return { kind: 'error', message: `${COMPARE}: ${message}`, retryable: false };
}
