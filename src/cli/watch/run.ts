import type { AnalysisRun } from '../../api/analysis.ts';
import { describeDuration } from '../../api/duration.ts';
import { resources } from '../../api/resources.ts';
import { isCompleted } from '../../core/analysis/measurement.ts';
import type { Taken } from '../../core/analysis/record.ts';
import { formatInstant, type Milliseconds, parseInstant } from '../../core/time.ts';
import { EXIT, outcomeOf } from '../analyze/run/outcome.ts';
import type { Played } from '../analyze/run/play.ts';
import { INTERRUPTED } from '../analyze/run/session.ts';
import { type Show, showOn } from '../analyze/run/show.ts';
import { intentLines, outcomeLines } from '../analyze/run/words.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { Refusal } from '../refusal.ts';
import { paintFor } from '../text/paint.ts';
import { watchOne } from './one.ts';
import { troubleOf } from './trouble.ts';

/** A controller that is there begins a run at once. */
const BEGINS_WITHIN_MS = 30_000;

/** How a run of the cluster is waited for. */
export interface RunPatience {
  /** Null: as long as it takes. */
  readonly patienceMs: Milliseconds | null;
  readonly color: boolean;
}

/**
 * Shows a run that the controller carries out until it is over, as `analyze` shows its own. Exit codes are
 * those of `analyze`. A run that is not over when we leave goes on, and that is said. Throws a Refusal where
 * the run is deleted.
 */
export async function watchRun(
  io: Io,
  cluster: Cluster,
  made: AnalysisRun,
  { patienceMs, color }: RunPatience,
): Promise<number> {
  const paint = paintFor(io.out, io, color);
  say(io.out, ...intentLines(made.spec, null));
  const show = showOn(io, io.out, paint);
  const warn = (line: string): void => show.above(io.err, line);
  const log = new Log(show, formatInstant(io.clock.now()));
  log.stands(made);
  const cancel = io.clock.after(BEGINS_WITHIN_MS, () => {
    if (!log.hasBegun)
      warn(`Warning: nobody has begun it after ${describeDuration(BEGINS_WITHIN_MS)}${HINT}`);
  });
  try {
    const end = await watchOne<AnalysisRun>(io, cluster, made, {
      resource: resources.analysisRuns,
      patienceMs: patienceMs ?? 0,
      isDone: (run) => {
        log.stands(run);
        return isCompleted(run.status?.phase);
      },
      onHealth: (health) => {
        const trouble = troubleOf(health);
        if (trouble !== null && !io.ended.aborted) warn(trouble);
      },
    });
    show.close();
    const { name } = made.metadata;
    if (end.kind === 'gone') throw new Refusal(`analysisrun '${name}' was deleted`);
    const isOver = end.kind === 'done';
    const outcome = outcomeOf(log.played(isOver ? 'over' : 'stopped'), log.endedAt ?? io.clock.now());
    say(io.out, ...outcomeLines(outcome, paint));
    if (!isOver) say(io.err, goesOn(name, cluster.namespace));
    return end.kind === 'interrupted' ? INTERRUPTED : EXIT[outcome.verdict];
  } finally {
    cancel();
    show.close();
  }
}

const HINT = '; does a controller run, with the instance id of the run?';

function goesOn(name: string, namespace: string): string {
  const end = `kubectl sluice terminate analysisrun ${name} -n ${namespace}`;
  return `analysisrun '${name}' goes on in the cluster; this ends it: ${end}`;
}

/** What is seen of a run, each measurement once. The API server keeps the newest only. */
class Log {
  readonly #show: Show;
  readonly #taken: Taken[] = [];
  /** When we began to look. */
  readonly #since: string;
  #run: AnalysisRun | null = null;

  constructor(show: Show, since: string) {
    this.#show = show;
    this.#since = since;
  }

  get hasBegun(): boolean {
    return (this.#run?.status?.phase ?? '') !== '';
  }

  get endedAt(): number | null {
    return parseInstant(this.#run?.status?.completedAt);
  }

  /** Takes a version of the run. */
  stands(run: AnalysisRun): void {
    this.#run = run;
    const fresh = (run.status?.metricResults ?? []).flatMap(({ name, measurements = [] }) => {
      const finished = measurements.filter(({ phase }) => isCompleted(phase));
      const last = this.#taken.findLast(({ metric }) => metric === name)?.measurement.startedAt;
      const known = finished.findLastIndex(({ startedAt }) => startedAt === last);
      return finished
        .slice(known + 1)
        .map((measurement, i) => ({ metric: name, after: known + 1 + i, measurement, metadata: {} }));
    });
    this.#taken.push(...fresh);
    if (fresh.length > 0) this.#show.measured(fresh);
    this.#show.stands(run);
  }

  played(end: Played['end']): Played {
    if (this.#run === null) throw new Error('there is no run');
    const { phase = '', ...status } = this.#run.status ?? {};
    const run = { ...this.#run, status: { startedAt: this.#since, ...status, phase } };
    return { run, taken: this.#taken, end };
  }
}
