import type { AnalysisRun, AnalysisRunSpec, AnalysisRunStatus, Metric } from '../../../src/api/analysis.ts';
import { decide, type RunDecision, type Task } from '../../../src/core/analysis/decide.ts';
import { maskOf } from '../../../src/core/analysis/mask.ts';
import { measurementOf, terminated } from '../../../src/core/analysis/measurement.ts';
import type { Reading } from '../../../src/core/analysis/reading.ts';
import type { Taken } from '../../../src/core/analysis/record.ts';
import { resolveMetrics } from '../../../src/core/analysis/resolve.ts';
import type { Instant } from '../../../src/core/time.ts';

/** 2026-11-21T08:00:00Z */
export const start: Instant = 1_795_248_000_000;

/** What a metric's provider answers: samples, a scalar, no data, a server's error, or any reading. */
export type Answer =
  | number
  | readonly number[]
  | { readonly scalar: number }
  | 'empty'
  | 'nan'
  | 'inf'
  | 'error500'
  | 'error400'
  | Reading;

/** A run and what happens to it; times in seconds from `start`. */
export interface Script {
  readonly spec: AnalysisRunSpec;
  /** By metric, in order; the last one repeats. */
  readonly answers: Readonly<Record<string, readonly Answer[]>>;
  readonly begins: number;
  readonly ends: number;
  readonly terminatedAt?: number;
  /** How long a measurement takes. */
  readonly latency?: number;
}

/** A metric on Prometheus. */
export function metric(name: string, fields: Partial<Metric> = {}): Metric {
  return { name, provider: { prometheus: { address: 'http://p', query: name } }, ...fields };
}

/** A script of some metrics; by default each answers 1 for ever, and two minutes are played. */
export function script(
  metrics: readonly Metric[],
  more: Partial<Omit<Script, 'spec'>> & { readonly spec?: Partial<AnalysisRunSpec> } = {},
): Script {
  const { spec, ...rest } = more;
  const answers = Object.fromEntries(metrics.map(({ name }) => [name, [1]]));
  return { answers, begins: 0, ends: 120, ...rest, spec: { metrics, ...spec } };
}

/** What came of it. */
export interface Played {
  readonly status: AnalysisRunStatus;
  readonly notes: readonly string[];
  /** Every status that was stored, in order. */
  readonly statuses: readonly AnalysisRunStatus[];
  /** What was asked for: second, metric and act. */
  readonly asked: readonly string[];
}

/** Plays a run as the shell would: decide, measure what is due, decide again, store, wait. */
export function play(script: Script): Played {
  const asked = new Map<string, number>();
  const log: string[] = [];
  const notes: string[] = [];
  const statuses: AnalysisRunStatus[] = [];
  let now = start + script.begins * 1000;
  const end = start + script.ends * 1000;
  let status: AnalysisRunStatus | undefined;
  while (now <= end) {
    if (statuses.length > 1000) throw new Error('the run does not get on');
    const isTerminated = script.terminatedAt !== undefined && now >= start + script.terminatedAt * 1000;
    const run = runOf(script.spec, status, isTerminated);
    const begun = decide(run, now, []);
    const finishedAt = now + (begun.due.length > 0 ? (script.latency ?? 0) * 1000 : 0);
    const taken = begun.due.map((task) => {
      log.push(`${(now - start) / 1000} ${task.metric} ${task.act}`);
      return take(script, task, { startedAt: now, at: finishedAt }, asked);
    });
    const decision = taken.length === 0 ? begun : decide(run, finishedAt, taken);
    status = decision.status;
    statuses.push(status);
    notes.push(...decision.notes.map((note) => `${note.type} ${note.reason} ${note.message}`));
    const next = nextLook(decision, script, finishedAt);
    if (next === null) break;
    now = next;
  }
  return { status: status ?? { phase: '' }, notes, statuses, asked: log };
}

/** An AnalysisRun of this spec. */
export function runOf(
  spec: AnalysisRunSpec,
  status: AnalysisRunStatus | undefined,
  isTerminated = false,
): AnalysisRun {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name: 'run', namespace: 'ns', creationTimestamp: '2026-11-21T08:00:00Z' },
    spec: isTerminated ? { ...spec, terminate: true } : spec,
    ...(status === undefined ? {} : { status }),
  };
}

function nextLook(decision: RunDecision, script: Script, now: Instant): Instant | null {
  const isOver = decision.isEnding && decision.due.length === 0 && decision.status.phase !== 'Running';
  if (isOver) return null;
  const times = [decision.due.length > 0 ? now : null, decision.wakeAt];
  const terminatedAt = start + (script.terminatedAt ?? 0) * 1000;
  if (script.terminatedAt !== undefined && terminatedAt > now) times.push(terminatedAt);
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function take(
  script: Script,
  task: Task,
  span: { readonly startedAt: Instant; readonly at: Instant },
  asked: Map<string, number>,
): Taken {
  const { metric: name, after, previous } = task;
  if (task.act === 'terminate' && previous !== null)
    return { metric: name, after, measurement: terminated(previous, null, span.at), metadata: {} };
  const turn = asked.get(name) ?? 0;
  asked.set(name, turn + 1);
  const answers = script.answers[name] ?? ['empty'];
  const reading = readingOf(answers[Math.min(turn, answers.length - 1)] ?? 'empty');
  const resolved = resolveMetrics(script.spec, new Map());
  if (resolved.kind === 'problem') throw new Error(resolved.message);
  const metric = resolved.metrics.find((one) => one.name === name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  const query = metric.provider.prometheus?.query;
  const metadata = query === undefined ? {} : { ResolvedPrometheusQuery: query };
  const measurement = measurementOf(metric, reading, previous, span, maskOf([]));
  return { metric: name, after, measurement, metadata };
}

/** The reading that the Prometheus provider makes of an answer. */
export function readingOf(answer: Answer): Reading {
  if (answer === 'error500')
    return { kind: 'error', message: 'server_error: server error: 500', retryable: true };
  if (answer === 'error400')
    return { kind: 'error', message: 'bad_data: scripted failure', retryable: false };
  if (answer === 'empty') return samples([]);
  if (answer === 'nan') return samples([Number.NaN]);
  if (answer === 'inf') return samples([Number.POSITIVE_INFINITY]);
  if (typeof answer === 'number') return samples([answer]);
  if ('kind' in answer) return answer;
  if ('scalar' in answer) return { kind: 'value', value: answer.scalar, text: String(answer.scalar) };
  return samples(answer);
}

function samples(values: readonly number[]): Reading {
  const text = values.map((value) => (value === Number.POSITIVE_INFINITY ? '+Inf' : String(value))).join(',');
  return { kind: 'value', value: Float64Array.from(values), text: `[${text}]` };
}
