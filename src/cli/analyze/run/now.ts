import { baselineIn } from '../../../core/analysis/compare/compared.ts';
import { isExperiment } from '../../../core/analysis/experiments-arguments.ts';
import type { Io } from '../../io.ts';
import { say } from '../../lines.ts';
import { Refusal } from '../../refusal.ts';
import { type Paint, paintFor } from '../../text/paint.ts';
import { oneLine } from '../../text/printable.ts';
import { junit } from '../junit.ts';
import type { AnalyzeOptions } from '../options.ts';
import type { Access } from './access.ts';
import { hashesOf } from './compose.ts';
import { OwnJobs } from './jobs.ts';
import { EXIT, type Outcome, outcomeOf } from './outcome.ts';
import { type Piece, play } from './play.ts';
import { type Power, powerFacts, powerLine, powersAt } from './power.ts';
import { metricCases, outcomeJson } from './report.ts';
import { INTERRUPTED, openSession, type Session } from './session.ts';
import { showOn } from './show.ts';
import { intentLines, outcomeLines } from './words.ts';

/** Runs templates now, by the machine's own clock. */
export async function analyzeNow(io: Io, access: Access, options: AnalyzeOptions): Promise<number> {
  const session = await openSession(io, access, options);
  try {
    const piece = session.compose(hashesOf(session.gathered.rollout));
    const experiment = piece.spec.metrics.find(isExperiment);
    if (experiment !== undefined)
      throw new Refusal(
        `the metric "${experiment.name}" is an Experiment, which only a controller in a cluster works on: make a run there, with kubectl sluice create analysisrun`,
      );
    const fresh = piece.spec.metrics.find((metric) => baselineIn(metric) !== null);
    if (fresh !== undefined)
      throw new Refusal(
        `the metric "${fresh.name}" compares with a fresh baseline, which only a controller in a cluster starts, for a Rollout: leave baseline out here`,
      );
    const job = piece.spec.metrics.find(({ provider }) => provider.job !== undefined);
    if (job === undefined) return await played(io, session, piece, options);
    return await withJobs(io, access, options, session, { piece, name: job.name });
  } finally {
    session.close();
  }
}

/** The same where a metric is a Job, which runs in a cluster, and is not left there. */
async function withJobs(
  io: Io,
  access: Access,
  options: AnalyzeOptions,
  session: Session,
  { piece, name }: { readonly piece: Piece; readonly name: string },
): Promise<number> {
  if (!access.isWanted)
    throw new Refusal(
      `the metric "${name}" is a Job, which runs in a cluster: say which, for example with --context or -n`,
    );
  const cluster = await access.open();
  const jobs = new OwnJobs(cluster, io);
  const { namespace } = cluster;
  const stage = { ...session.stage, namespace, jobs: (deadline: AbortSignal) => jobs.until(deadline) };
  try {
    return await played(io, { ...session, stage }, piece, options);
  } finally {
    await jobs.leave(io, options.keepJobs === true);
  }
}

async function played(io: Io, session: Session, piece: Piece, options: AnalyzeOptions): Promise<number> {
  const { stage, signal } = session;
  // For machines there is nothing but the result on standard output.
  const sink = options.output === 'text' ? io.out : io.err;
  const paint = paintFor(sink, io, options.color);
  say(sink, ...intentLines(piece.spec, piece.forMs));
  const powers = await powersAt(session, piece, io.clock.now());
  say(sink, ...powers.map((power) => oneLine(powerLine(power))));
  const show = showOn(io, sink, paint);
  try {
    const done = await play(stage, piece, show, signal);
    show.close();
    const outcome = outcomeOf(done, io.clock.now());
    tell(io, options, { outcome, powers }, paint);
    return io.ended.aborted && done.end !== 'over' ? INTERRUPTED : EXIT[outcome.verdict];
  } finally {
    show.close();
  }
}

interface Told {
  readonly outcome: Outcome;
  readonly powers: readonly Power[];
}

function tell(io: Io, { output }: AnalyzeOptions, { outcome, powers }: Told, paint: Paint): void {
  if (output === 'json') say(io.out, outcomeJson(outcome, { power: powers.map(powerFacts) }));
  else if (output === 'junit') say(io.out, ...junit(metricCases(outcome)));
  else say(io.out, ...outcomeLines(outcome, paint));
}
