import { randomUUID } from 'node:crypto';
import type { AnalysisRun, AnalysisRunSpec, Metric } from '../../../api/analysis.ts';
import { API_VERSION } from '../../../api/keys.ts';
import { type Comparison, comparisonOf } from '../../../core/analysis/compare/comparison.ts';
import { isCompared } from '../../../core/analysis/compare/party.ts';
import type { ReleaseSides } from '../../../core/analysis/compare/sides.ts';
import { decide, type RunDecision, refuse, type Task } from '../../../core/analysis/decide.ts';
import { isCompleted } from '../../../core/analysis/measurement.ts';
import type { Taken } from '../../../core/analysis/record.ts';
import { earlier, type Instant, type Milliseconds } from '../../../core/time.ts';
import type { HttpClient } from '../../../providers/http.ts';
import type { Jobs } from '../../../providers/provider.ts';
import { Flights } from '../../../shell/analysis/flights.ts';
import { measure } from '../../../shell/analysis/measure.ts';
import { type Prepared, prepare } from '../../../shell/analysis/prepare.ts';
import type { Clock } from '../../../shell/clock.ts';
import type { Api } from '../../../shell/kube/api.ts';

/** What a run is played with. */
export interface Stage {
  /** The run's time. Measurements are asked for as of its `now`. */
  readonly clock: Clock;
  /** Waits until the run's time is `at`. False: it does not come, or `signal` has aborted. */
  readonly until: (at: Instant, signal: AbortSignal) => Promise<boolean>;
  /** Reads Secrets. */
  readonly secrets: Pick<Api, 'get'>;
  readonly fetch: HttpClient;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly namespace: string;
  /** Where credentials are that belong to a controller. */
  readonly home: string;
  /** The Jobs that metrics may make until then. */
  readonly jobs: (deadline: AbortSignal) => Jobs;
}

/** What to play. */
export interface Piece {
  readonly name: string;
  readonly spec: AnalysisRunSpec;
  /** Ends the run then, as a release does that is done; null: it ends by itself. */
  readonly forMs: Milliseconds | null;
  /** The versions that are compared; null where nothing is known of them but what the template says. */
  readonly release: ReleaseSides | null;
}

/** Looks on while a run is played. */
export interface Audience {
  /** Measurements that have finished just now. */
  readonly measured: (taken: readonly Taken[]) => void;
  /** How the run stands. */
  readonly stands: (run: AnalysisRun, decision: RunDecision) => void;
}

/** How far a run came, and everything that was measured. */
export interface Played {
  readonly run: AnalysisRun;
  readonly taken: readonly Taken[];
  /** `stopped`: by the signal. `unfinished`: the time in which it would go on does not come. */
  readonly end: 'over' | 'stopped' | 'unfinished';
}

/** The one run that there is. */
const KEY = 'run';
/** How often measurements are looked for that are under way. */
const POLL_MS = 1_000;

/**
 * Plays one run by the controller's own decisions, without a cluster. Nothing goes on after it has returned.
 */
export async function play(
  stage: Stage,
  piece: Piece,
  audience: Audience,
  signal: AbortSignal,
): Promise<Played> {
  const { clock } = stage;
  const flights = new Flights(clock);
  const endsAt = piece.forMs === null ? null : clock.now() + piece.forMs;
  const all: Taken[] = [];
  let run = newRun(stage, piece);
  try {
    for (;;) {
      const now = clock.now();
      if (endsAt !== null && now >= endsAt) run = { ...run, spec: { ...run.spec, terminate: true } };
      const taken = flights.settled(KEY);
      const decision = decide(run, now, taken);
      run = { ...run, status: decision.status };
      flights.land(KEY, taken);
      const finished = finishedIn(run, taken);
      all.push(...finished);
      if (finished.length > 0) audience.measured(finished);
      audience.stands(run, decision);
      if (isCompleted(run.status?.phase)) return { run, taken: all, end: 'over' };
      if (signal.aborted) return { run, taken: all, end: 'stopped' };
      if (decision.isEnding) flights.cancel(KEY);
      const refusal = await begin({ stage, piece, flights, run, signal }, decision.due);
      if (refusal !== null) return { run: refusal, taken: all, end: 'over' };
      if (flights.isBusy(KEY)) await flights.settle(KEY, POLL_MS, signal);
      else if (flights.settled(KEY).length === 0) {
        const next = earlier(decision.wakeAt, endsAt) ?? now + POLL_MS;
        if (!(await stage.until(next, signal)) && !signal.aborted)
          return { run, taken: all, end: 'unfinished' };
      }
    }
  } finally {
    flights.drop(KEY);
  }
}

function newRun({ namespace }: Stage, { name, spec }: Piece): AnalysisRun {
  const metadata = { name, namespace, uid: randomUUID() };
  return { apiVersion: API_VERSION, kind: 'AnalysisRun', metadata, spec };
}

/** What has finished, as the run has it: the one that decided a comparison is told as what it led to. */
function finishedIn({ status }: AnalysisRun, taken: readonly Taken[]): readonly Taken[] {
  return taken
    .filter(({ measurement }) => isCompleted(measurement.phase))
    .map((one) => {
      const kept = status?.metricResults?.find(({ name }) => name === one.metric)?.measurements?.at(-1);
      const isSame = kept?.startedAt === one.measurement.startedAt && isCompleted(kept?.phase);
      return kept !== undefined && isSame ? { ...one, measurement: kept } : one;
    });
}

/** A run at one moment, and what its measurements need. */
interface Moment {
  readonly stage: Stage;
  readonly piece: Piece;
  readonly flights: Flights;
  readonly run: AnalysisRun;
  readonly signal: AbortSignal;
}

/** Sends measurements on their way. The run as it ends where it cannot go on, else null. */
async function begin(moment: Moment, tasks: readonly Task[]): Promise<AnalysisRun | null> {
  const { stage, flights, run, signal } = moment;
  const due = tasks.filter(({ metric }) => !flights.has(KEY, metric));
  if (due.length === 0) return null;
  const prepared = await prepare(stage.secrets, run, signal);
  if (prepared.kind === 'problem')
    return { ...run, status: refuse(run, prepared.message, stage.clock.now()).status };
  for (const task of due) launch(moment, task, prepared);
  return null;
}

function launch({ stage, piece, flights, run, signal }: Moment, task: Task, prepared: Prepared): void {
  const bound = prepared.metrics[task.index];
  if (bound === undefined) return;
  const { clock, fetch, env, home, jobs } = stage;
  const { name, namespace = '', uid = '' } = run.metadata;
  const measuring = {
    task,
    run: { name, namespace, uid },
    ...bound,
    secrets: prepared.secrets,
    fetch,
    env,
    home,
    clock,
    jobs,
    kill: signal,
    comparison: comparisonFor(run, prepared, bound.metric),
    release: piece.release,
  };
  flights.start(KEY, uid, task, (unwanted) => measure(measuring, unwanted));
}

function comparisonFor(run: AnalysisRun, { metrics }: Prepared, metric: Metric): Comparison | null {
  if (!isCompared(metric)) return null;
  const spec = { ...run.spec, metrics: metrics.map((one) => one.metric) };
  const result = run.status?.metricResults?.find(({ name }) => name === metric.name);
  return comparisonOf(spec, metric, result);
}

/** Where no cluster is meant. */
export function noJobs(): Jobs {
  const none = () =>
    Promise.resolve({ kind: 'failure', message: 'there is no cluster', retryable: false } as const);
  return { create: none, get: none, pods: none, delete: none };
}
