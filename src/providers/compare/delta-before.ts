import type { CompareConfig } from '../../api/compare.ts';
import { sourceName } from '../../api/compare-source.ts';
import type { ErrorReading } from '../../core/analysis/reading.ts';
import { isGood } from '../../core/compare/counters.ts';
import type { Reading as Counted } from '../../core/compare/reading.ts';
import type { Instant, Milliseconds } from '../../core/time.ts';
import type { Ask } from '../provider.ts';
import { ASKERS } from './delta-sources.ts';
import { type Gain, lookAt, type Noted, type Sums, withGains } from './delta-sums.ts';
import type { Span } from './delta-window.ts';
import type { CounterQuery } from './queries.ts';

/** What is asked, and how. */
export interface Asking {
  readonly config: CompareConfig;
  readonly queries: readonly CounterQuery[];
  readonly resolutionMs: Milliseconds;
  readonly ask: Ask;
}

/** What there was before the first look, which ends it, and what is noted of that. */
export interface Before {
  readonly kind: 'before';
  readonly looks: readonly Counted[];
  readonly noted: Noted;
}

/** Windows before the release: one request each, but for Prometheus, which needs one for all. */
const MOST_BEFORE = 20;
const MOST_BEFORE_AT_ONCE = 120;
const FEWEST_BEFORE = 5;
const HISTORY_MS = 30 * 60_000;
const FINEST_MS = 15_000;

/**
 * The beginning, and what the stable version was like before, where that is of use. Events of the canary
 * count from here on.
 */
export async function countBefore(
  { config, queries, resolutionMs, ask }: Asking,
  intervalMs: Milliseconds,
  to: Instant,
): Promise<Before | ErrorReading> {
  const { dispersion = 'auto', test, source = {} } = config;
  const name = sourceName(source);
  const lengthMs = Math.ceil(Math.max(intervalMs, FINEST_MS) / resolutionMs) * resolutionMs;
  const most = name === 'prometheus' ? MOST_BEFORE_AT_ONCE : MOST_BEFORE;
  const isOfUse = dispersion === 'auto' || test === 'burnRate';
  const count = isOfUse ? Math.min(most, Math.floor(HISTORY_MS / lengthMs)) : 0;
  const windows = Array.from({ length: count }, (_, i): Span => {
    const from = to - (count - i) * lengthMs;
    return { from, to: from + lengthMs };
  });
  const stable = queries.filter(({ side }) => side === 'stable');
  const answers = await Promise.all(
    stable.map(({ query }) => ASKERS[name]({ source, query, windows, resolutionMs }, ask)),
  );
  const error = answers.find((answer) => answer.kind === 'error');
  if (error !== undefined) return error;
  const told = answers.flatMap((answer) => (answer.kind === 'windows' ? [answer] : []));
  const known = Math.min(count, ...told.map((answer) => answer.windows.length));
  const broken = told.find(({ rest }) => rest !== null)?.rest ?? null;
  // A few say little of clumps; the next look tries again.
  if (known < FEWEST_BEFORE && broken !== null) return broken;
  const gains = windows.slice(count - known).map((span, i) => ({
    span,
    gains: stable.map(({ side, counter }, q): Gain => {
      const all = told[q]?.windows ?? [];
      return { side, counter, values: all[all.length - known + i] ?? [] };
    }),
  }));
  const zero = Object.fromEntries(stable.map(({ counter }) => [counter, 0]));
  return { kind: 'before', ...begun({ canary: zero, stable: zero }, gains, to) };
}

/** The judge differences counters: those before the release are of the stable version alone. */
function begun(
  none: Sums,
  windows: readonly { readonly span: Span; readonly gains: readonly Gain[] }[],
  to: Instant,
): Pick<Before, 'looks' | 'noted'> {
  let sums = none;
  const looks: Counted[] = [{ ...lookAt(windows[0]?.span.from ?? to, sums), canary: null }];
  for (const { span, gains } of windows) {
    // What cannot be true says nothing of clumps.
    if (!gains.every(({ values }) => values.every(isGood))) continue;
    sums = withGains(sums, gains);
    looks.push({ ...lookAt(span.to, sums), canary: null });
  }
  return { looks: [...looks.filter(({ at }) => at < to), lookAt(to, sums)], noted: { until: to, sums } };
}
