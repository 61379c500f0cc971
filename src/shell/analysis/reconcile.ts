import type { AnalysisRun } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import type { Manifest } from '../../api/meta.ts';
import type { Job } from '../../api/workload.ts';
import { decide, type RunDecision, refuse, type Task } from '../../core/analysis/decide.ts';
import { metricsOfEnded, spareExperiments } from '../../core/analysis/experiments.ts';
import { endedMetrics, spareJobs } from '../../core/analysis/jobs.ts';
import { isCompleted } from '../../core/analysis/measurement.ts';
import type { Taken } from '../../core/analysis/record.ts';
import type { Problem } from '../../core/analysis/resolve.ts';
import type { Note } from '../../core/plan.ts';
import { earlier, type Instant } from '../../core/time.ts';
import type { HttpClient } from '../../providers/http.ts';
import { apply } from '../apply.ts';
import type { Clock } from '../clock.ts';
import type { Api } from '../kube/api.ts';
import { isFailure } from '../kube/failure.ts';
import { record } from '../record.ts';
import type { Settings } from '../settings.ts';
import type { Stores } from '../stores.ts';
import { comparing } from './comparing.ts';
import { experimentsOf, tidyExperiments, versionsOf } from './experiments.ts';
import { Flights } from './flights.ts';
import { jobsOf, removeJob } from './jobs.ts';
import { measure } from './measure.ts';
import { type Prepared, prepare } from './prepare.ts';

/** What a pass over an analysis run works with. */
export interface AnalysisIo {
  readonly stores: Stores;
  readonly client: Api;
  readonly clock: Clock;
  /** Tells what happened; never waits, never throws. */
  readonly announce: (about: Manifest, notes: readonly Note[]) => void;
  /** The controller's environment: proxies, and addresses of metric services. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: HttpClient;
  readonly settings: Pick<Settings, 'controllerNamespace' | 'controllers'>;
}

/**
 * How long a pass waits for measurements. What takes longer goes on by itself and is fetched by a later pass.
 */
const PATIENCE_MS = 2_000;
/** How often a pass looks for measurements that take longer. */
const POLL_MS = 1_000;

/**
 * One pass over one analysis run: decide what to measure, ask for it, decide again with what has come in,
 * store, tell. A crash loses no more than measurements on their way. Returns when to look again.
 */
export function analysisPass(io: AnalysisIo): (key: string, signal: AbortSignal) => Promise<Instant | null> {
  const flights = new Flights(io.clock);
  const tools = { ...io, flights };
  return async (key, signal) => {
    const view = look(tools, key);
    if (view === null) return null;
    const measured = await takeMeasurements(tools, key, view, signal);
    if (measured === null) return null;
    const { run, taken, decision } = measured;
    if (!(await store(io, run, decision, signal))) return null;
    flights.land(key, taken);
    if (isCompleted(decision.status.phase)) flights.drop(key);
    if (decision.notes.length > 0) io.announce(run, decision.notes);
    for (const job of spareJobs(run, decision, jobsOfRun(io, run))) await removeJob(io, job, signal);
    await tidyExperiments(io, spareExperiments(run, decision, experimentsOfRun(io, run)), signal);
    if (decision.isExpired) await remove(io, run, signal);
    return nextLook(tools, key, decision);
  };
}

interface Tools extends AnalysisIo {
  readonly flights: Flights;
}

/** A run as it is now, what has come in for it, and what that leads to. */
interface View {
  readonly run: AnalysisRun;
  readonly taken: readonly Taken[];
  readonly decision: RunDecision;
}

/** Null where the run is gone or going: then nothing is measured for it any more. */
function look({ stores, flights, clock }: Tools, key: string): View | null {
  const run = stores.runs.get(key);
  const isLive = run !== null && run.metadata.deletionTimestamp === undefined;
  flights.keepOnly(key, isLive ? (run.metadata.uid ?? '') : null);
  if (!isLive) return null;
  const taken = flights.settled(key);
  const ended = endedMetrics(run.status, jobsOfRun({ stores }, run)).union(
    metricsOfEnded(run.status, experimentsOfRun({ stores }, run)),
  );
  return { run, taken, decision: decide(run, clock.now(), taken, ended) };
}

function jobsOfRun({ stores }: Pick<AnalysisIo, 'stores'>, { metadata }: AnalysisRun): readonly Job[] {
  return stores.metricJobs.by('run', metadata.uid ?? '');
}

function experimentsOfRun(
  { stores }: Pick<AnalysisIo, 'stores'>,
  { metadata }: AnalysisRun,
): readonly Experiment[] {
  return stores.experiments.by('owner', metadata.uid ?? '');
}

/**
 * Takes what is due. A run that begins to end because of it may have measurements to call off: hence a second
 * round.
 */
async function takeMeasurements(
  tools: Tools,
  key: string,
  first: View,
  signal: AbortSignal,
): Promise<View | null> {
  let view: View | null = first;
  for (const isFirst of [true, false]) {
    const { run, decision } = view;
    if (decision.isEnding) tools.flights.cancel(key);
    if (!isFirst && !decision.isEnding) return view;
    const begun = await begin(tools, key, view, signal);
    if (begun.kind === 'problem') return { ...view, decision: refuse(run, begun.message, tools.clock.now()) };
    // What an earlier pass has waited for in vain is not waited for again: a worker is for all runs.
    if (begun.kind === 'nothing') return view;
    await tools.flights.settle(key, PATIENCE_MS, signal);
    view = look(tools, key);
    if (view === null) return null;
  }
  return view;
}

type Begun = { readonly kind: 'begun' } | { readonly kind: 'nothing' } | Problem;

/** Sends measurements on their way that are not yet; or says why the run cannot go on. */
async function begin(tools: Tools, key: string, view: View, signal: AbortSignal): Promise<Begun> {
  const { flights } = tools;
  const { run, decision } = view;
  const due = decision.due.filter((task) => !flights.has(key, task.metric));
  if (due.length === 0) return { kind: 'nothing' };
  const prepared = await prepare(tools.client, run, signal);
  if (prepared.kind === 'problem') return prepared;
  for (const task of due) launch(tools, key, view, task, prepared, signal);
  return { kind: 'begun' };
}

function launch(
  tools: Tools,
  key: string,
  view: View,
  task: Task,
  prepared: Prepared,
  kill: AbortSignal,
): void {
  const bound = prepared.metrics[task.index];
  if (bound === undefined) return;
  const { clock, env, fetch } = tools;
  const { name, namespace = '', uid = '' } = view.run.metadata;
  const measuring = {
    task,
    run: { name, namespace, uid },
    ...bound,
    secrets: prepared.secrets,
    fetch,
    env,
    home: tools.settings.controllerNamespace,
    clock,
    jobs: (deadline: AbortSignal) => jobsOf(tools, deadline),
    experiments:
      tools.settings.controllers === 'all'
        ? (deadline: AbortSignal) => experimentsOf(tools, view.run, deadline)
        : null,
    versions: versionsOf(tools.stores, view.run),
    ...comparing(tools.stores, view, prepared, bound.metric),
    kill,
  };
  tools.flights.start(key, uid, task, (unwanted) => measure(measuring, unwanted));
}

/**
 * Stores the status, if it differs, on the very version that it was computed from. False: the run is gone.
 */
async function store(
  io: AnalysisIo,
  run: AnalysisRun,
  decision: RunDecision,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await record(io, run, decision.status, signal);
    return true;
  } catch (failure) {
    if (isFailure(failure, 'missing')) return false;
    throw failure;
  }
}

async function remove(io: AnalysisIo, run: AnalysisRun, signal: AbortSignal): Promise<void> {
  const { uid = '', resourceVersion = '' } = run.metadata;
  await apply(io, { ...about(run), phase: 'tidy', verb: 'delete', uid, resourceVersion }, signal);
}

function about({ apiVersion, kind, metadata }: AnalysisRun) {
  return { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name, notes: [] };
}

function nextLook({ flights, clock }: Tools, key: string, decision: RunDecision): Instant | null {
  if (isCompleted(decision.status.phase)) return decision.wakeAt;
  if (flights.isBusy(key)) return earlier(decision.wakeAt, clock.now() + POLL_MS);
  return decision.due.length > 0 ? clock.now() : decision.wakeAt;
}
