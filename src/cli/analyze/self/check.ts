import type { Metric } from '../../../api/analysis.ts';
import { describeDuration } from '../../../api/duration.ts';
import type { Party } from '../../../core/analysis/compare/party.ts';
import { limitsOf } from '../../../core/analysis/limits.ts';
import type { Reading } from '../../../core/compare/reading.ts';
import { formatInstant, type Instant, type Milliseconds } from '../../../core/time.ts';
import type { Io } from '../../io.ts';
import { say } from '../../lines.ts';
import { Refusal } from '../../refusal.ts';
import { paintFor } from '../../text/paint.ts';
import { oneLine } from '../../text/printable.ts';
import type { AnalyzeOptions } from '../options.ts';
import { patient } from '../past/patient.ts';
import { type AskSeries, versionAt } from '../past/releases.ts';
import { asker, pastOf, placeOf } from '../past/which.ts';
import type { Access } from '../run/access.ts';
import { type Asking, askingFor } from '../run/ask.ts';
import { hashesOf } from '../run/compose.ts';
import type { Piece } from '../run/play.ts';
import { INTERRUPTED, openSession, type Session } from '../run/session.ts';
import { intentLines } from '../run/words.ts';
import { askHalves, checked, partyFor, type Span } from './ask.ts';
import { selfCheckLines, selfCheckOf, type Told, trialJson, trialLine } from './report.ts';
import { type Trial, trialOf } from './trial.ts';

const USUAL_WINDOWS = 50;
const MOST_WINDOWS = 500;
/** What is younger may not be scraped yet. */
const SETTLED_MS = 60_000;

/**
 * `--replay --aa`: judges halves of the stable version against one another, in windows of past time. Exit
 * code 1 where a release that changes nothing would be failed more often than chance does.
 */
export async function selfCheck(io: Io, access: Access, options: AnalyzeOptions): Promise<number> {
  const opened = await openSession(io, access, options);
  const session = { ...opened, stage: { ...opened.stage, fetch: patient(opened.stage.fetch, io.clock) } };
  try {
    return await checkedOver(io, access, options, session);
  } finally {
    session.close();
  }
}

async function checkedOver(
  io: Io,
  access: Access,
  options: AnalyzeOptions,
  session: Session,
): Promise<number> {
  const sink = options.output === 'json' ? io.err : io.out;
  const paint = paintFor(sink, io, options.color);
  const versions = await versionsFor(access, options, session);
  const now = io.clock.now() - SETTLED_MS;
  const first = await matterFor(session, await versions(now));
  const lastsMs = Math.max(...first.metrics.map((metric) => lengthOf(metric, first.piece)));
  const spans = spansOf(options, { to: now, lastsMs });
  say(sink, ...intentLines({ metrics: first.metrics }, first.piece.forMs));
  say(sink, oneLine(`the stable version, one half of its pods against the other: ${sayWindows(spans)}`));
  const trials: Trial[] = [];
  for (const span of spans) {
    const hash = await versions(span.startsAt);
    const trial = await tryOnce(await matterFor(session, hash), span);
    if (io.ended.aborted) return INTERRUPTED;
    if (session.signal.aborted)
      throw new Refusal(
        `gave up after ${options.timeout ?? ''}: ${trials.length} of ${spans.length} windows are judged`,
      );
    trials.push(trial);
    const told: Told = { startsAt: span.startsAt, hash, trial };
    const line = trialLine(told, paint);
    if (options.output === 'json') say(io.out, trialJson(told));
    else if (line !== null) say(io.out, line);
  }
  const check = selfCheckOf(trials, first.party.plan.alpha);
  say(sink, ...selfCheckLines(check, trials));
  if (check.judged === 0) throw new Refusal('no window could be judged');
  return check.isTooMany ? 1 : 0;
}

/** What stands still while one version is judged. */
interface Matter {
  readonly piece: Piece;
  readonly metrics: readonly Metric[];
  readonly party: Party;
  readonly asking: Asking;
}

/** The metrics as they are about a version. Throws a Refusal where none can be checked. */
async function matterFor(session: Session, hash: string | null): Promise<Matter> {
  const { stage, signal } = session;
  const known = hash ?? hashesOf(session.gathered.rollout).stableHash;
  const piece = session.compose({ stableHash: known, latestHash: known });
  const asking = await askingFor({ stage, piece }, signal);
  const metrics = checked({ ...piece.spec, metrics: asking.metrics });
  if (metrics.length === 0)
    throw new Refusal('--aa: no metric compares bad or slow requests by counters of Prometheus');
  return { piece, metrics, party: partyFor(metrics), asking };
}

/** Asks for all metrics of a window, and judges them. */
async function tryOnce({ piece, metrics, party, asking }: Matter, span: Span): Promise<Trial> {
  const looks: Record<string, readonly Reading[]> = {};
  for (const metric of metrics) {
    const asked = await askHalves(metric, piece.release, span, asking.ask(span.startsAt));
    if (typeof asked === 'string') return { kind: 'unjudged', why: `${metric.name}: ${asking.mask(asked)}` };
    const { canary, stable } = asked.pods;
    if (canary === 0 || stable === 0)
      return { kind: 'unjudged', why: `${metric.name}: ${fewPods(canary + stable)}` };
    looks[metric.name] = asked.looks;
  }
  return trialOf(party, looks, span.startsAt);
}

function fewPods(count: number): string {
  return count === 0 ? 'nothing was counted' : 'there was one pod only, of which there are no halves';
}

/** Which version was stable at a moment; null where nobody knows, or says of which Rollout. */
async function versionsFor(
  access: Access,
  options: AnalyzeOptions,
  session: Session,
): Promise<(at: Instant) => Promise<string | null>> {
  const place = placeOf(access, options, session);
  if (place === null) return () => Promise.resolve(null);
  const ask: AskSeries = await asker(session);
  return (at) => versionAt(place, at, ask);
}

/** How long a metric looks. */
function lengthOf(metric: Metric, { forMs }: Piece): Milliseconds {
  const { count, interval, initialDelay } = limitsOf(metric);
  return count === null ? (forMs ?? 0) : initialDelay + count * (interval ?? 0);
}

/** Windows that are spread evenly and do not overlap. Which half is the canary's takes turns. */
function spansOf(
  options: AnalyzeOptions,
  { to, lastsMs }: { readonly to: Instant; readonly lastsMs: Milliseconds },
): readonly Span[] {
  const past = pastOf(options);
  const wanted = windowsIn(options.windows);
  const count = Math.min(wanted, Math.floor(past / lastsMs));
  if (count < 1) throw new Refusal(`--from: a window takes ${describeDuration(lastsMs)}, which is more`);
  const gapMs = past / count;
  return Array.from({ length: count }, (_, i) => ({
    // Whole seconds, as samples are asked for.
    startsAt: Math.floor((to - gapMs * (count - i)) / 1000) * 1000,
    lastsMs,
    isFirstCanary: i % 2 === 0,
  }));
}

function windowsIn(text: string | undefined): number {
  if (text === undefined) return USUAL_WINDOWS;
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MOST_WINDOWS)
    throw new Refusal(`--windows: ${text} is not a number from 1 to ${MOST_WINDOWS}`);
  return count;
}

function sayWindows(spans: readonly Span[]): string {
  const [first] = spans;
  if (first === undefined) return 'never';
  const each = describeDuration(first.lastsMs);
  return `${spans.length} windows of ${each}, from ${formatInstant(first.startsAt)} on`;
}
