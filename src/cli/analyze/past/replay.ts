import type { DryRun, Metric } from '../../../api/analysis.ts';
import { tryPattern } from '../../../api/pattern/try.ts';
import { limitsOf } from '../../../core/analysis/limits.ts';
import { formatInstant, type Milliseconds } from '../../../core/time.ts';
import type { Io, Sink } from '../../io.ts';
import { say } from '../../lines.ts';
import { Refusal } from '../../refusal.ts';
import { paintFor } from '../../text/paint.ts';
import { oneLine } from '../../text/printable.ts';
import { junit } from '../junit.ts';
import { type AnalyzeOptions, spanOf } from '../options.ts';
import type { Access } from '../run/access.ts';
import { filledIn, hashesOf, sourceIn } from '../run/compose.ts';
import { exitCode, type Outcome, outcomeOf } from '../run/outcome.ts';
import { type Piece, play, type Stage } from '../run/play.ts';
import { powerFacts, powerLine, powersAt } from '../run/power.ts';
import { outcomeCase, outcomeJson } from '../run/report.ts';
import { INTERRUPTED, openSession, type Session } from '../run/session.ts';
import { intentLines } from '../run/words.ts';
import { PastClock } from './clock.ts';
import { patient } from './patient.ts';
import type { PastRelease } from './releases.ts';
import { pastSummary, releaseLine } from './report.ts';
import { releasesFor } from './which.ts';

/** Questions that one metric of one release may cost. */
const MOST_QUESTIONS = 10_000;

/** `--replay`: runs templates over past time, once for each release. */
export async function replay(io: Io, access: Access, options: AnalyzeOptions): Promise<number> {
  const opened = await openSession(io, access, options);
  const session = { ...opened, stage: { ...opened.stage, fetch: patient(opened.stage.fetch, io.clock) } };
  try {
    const afterMs = spanOf('--after', options.after) ?? 0;
    const all = await releasesFor(io, access, options, session);
    const releases = all.filter(({ at }) => at + afterMs <= io.clock.now());
    if (releases.length < all.length) say(io.err, 'Left out: a release after which it has not begun yet');
    const outcomes = await replayAll(io, session, { ...options, afterMs }, releases);
    if (io.ended.aborted) return INTERRUPTED;
    if (outcomes.length < releases.length)
      throw new Refusal(
        `gave up after ${options.timeout ?? ''}: ${outcomes.length} of ${releases.length} releases are judged`,
      );
    return exitCode(outcomes.map(({ verdict }) => verdict));
  } finally {
    session.close();
  }
}

/** One release after the other, each told as soon as it is judged. */
async function replayAll(
  io: Io,
  session: Session,
  { output, color, afterMs }: AnalyzeOptions & { readonly afterMs: Milliseconds },
  releases: readonly PastRelease[],
): Promise<readonly Outcome[]> {
  const sink = output === 'text' ? io.out : io.err;
  const paint = paintFor(sink, io, color);
  const outcomes: Outcome[] = [];
  await introduce(io, session, sink, releases.at(-1));
  for (const release of releases) {
    const name = release.hash ?? formatInstant(release.at);
    const piece = { ...pastPart(pieceOf(session, release)), name };
    const outcome = await replayOne(io, session, { ...release, at: release.at + afterMs }, piece);
    const powers = output === 'json' ? await powersAt(session, piece, release.at) : [];
    if (session.signal.aborted) break;
    outcomes.push(outcome);
    const more = { release: release.hash, power: powers.map(powerFacts) };
    if (output === 'json') say(io.out, outcomeJson(outcome, more));
    if (output === 'text') say(io.out, releaseLine(outcome, release.at, paint));
  }
  if (output === 'junit') say(io.out, ...junit(outcomes.map(outcomeCase)));
  if (output === 'text' && outcomes.length > 0) say(io.out, pastSummary(outcomes));
  return outcomes;
}

/** Says what is asked for, and what can be seen with the traffic that there was before the latest release. */
async function introduce(
  io: Io,
  session: Session,
  sink: Sink,
  latest: PastRelease | undefined,
): Promise<void> {
  if (latest === undefined) return;
  const whole = pieceOf(session, latest);
  const piece = pastPart(whole);
  const left = whole.spec.metrics.filter((metric) => !piece.spec.metrics.includes(metric));
  const names = oneLine(left.map(({ name }) => name).join(', '));
  if (left.length > 0) say(io.err, `Left out, as only Prometheus can be asked about the past: ${names}`);
  say(sink, ...intentLines(piece.spec, piece.forMs));
  const powers = await powersAt(session, piece, latest.at);
  say(sink, ...powers.map((power) => oneLine(powerLine(power))));
}

function pieceOf(session: Session, { hash, stableHash }: PastRelease): Piece {
  const now = hashesOf(session.gathered.rollout);
  return session.compose({
    latestHash: hash ?? now.latestHash,
    stableHash: stableHash ?? now.stableHash,
  });
}

async function replayOne(
  io: Io,
  { stage, signal }: Session,
  { at }: PastRelease,
  piece: Piece,
): Promise<Outcome> {
  const clock = new PastClock(io.clock, at);
  const past: Stage = { ...stage, clock, until: async (then, end) => !end.aborted && clock.set(then) };
  const played = await play(past, piece, { measured: () => {}, stands: () => {} }, signal);
  return outcomeOf(played, clock.now());
}

/**
 * The metrics that can be asked about the past. Throws a Refusal where there are none, or too much is to ask.
 */
function pastPart(piece: Piece): Piece {
  const metrics = piece.spec.metrics.filter((metric) => sourceIn(metric) !== null);
  if (metrics.length === 0)
    throw new Refusal('none of the metrics asks Prometheus, and nobody else can be asked about the past');
  const many = filledIn({ ...piece.spec, metrics }).find(
    (metric) => questionsOf(metric, piece.forMs) > MOST_QUESTIONS,
  );
  if (many !== undefined)
    throw new Refusal(
      `the metric "${many.name}" would be asked for more than ${MOST_QUESTIONS} times a release`,
    );
  const { dryRun, measurementRetention } = piece.spec;
  const names = metrics.map(({ name }) => name);
  const spec = {
    ...piece.spec,
    metrics,
    ...(dryRun === undefined ? {} : { dryRun: aboutSome(dryRun, names) }),
    ...(measurementRetention === undefined
      ? {}
      : { measurementRetention: aboutSome(measurementRetention, names) }),
  };
  return { ...piece, spec };
}

/** Rules about metrics that are there: a rule about none would be a mistake. */
function aboutSome<Rule extends DryRun>(rules: readonly Rule[], names: readonly string[]): readonly Rule[] {
  return rules.filter(({ metricName }) => {
    const tried = tryPattern(metricName, names);
    return tried.kind !== 'tried' || tried.matching.length > 0;
  });
}

function questionsOf(metric: Metric, forMs: Milliseconds | null): number {
  const { count, interval } = limitsOf(metric);
  const inTime = (forMs ?? Number.POSITIVE_INFINITY) / Math.max(interval ?? 1000, 1);
  return Math.min(count ?? Number.POSITIVE_INFINITY, inTime);
}
