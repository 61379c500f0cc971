import type { AnalysisRun, AnalysisRunSpec, Measurement, Metric } from '../../../api/analysis.ts';
import { describeDuration } from '../../../api/duration.ts';
import { isCompared } from '../../../core/analysis/compare/party.ts';
import { type Limits, limitsOf } from '../../../core/analysis/limits.ts';
import type { Taken } from '../../../core/analysis/record.ts';
import { turnOf } from '../../../core/analysis/schedule.ts';
import { expectation, sayMeasurement } from '../../../core/analysis/why.ts';
import { clockTime, type Instant, type Milliseconds, parseInstant } from '../../../core/time.ts';
import { analysisLook, ICONS } from '../../../view/look.ts';
import type { Paint } from '../../text/paint.ts';
import { oneLine } from '../../text/printable.ts';
import { type Cell, cell, table } from '../../text/table.ts';
import { filledIn } from './compose.ts';
import type { MetricOutcome, Outcome } from './outcome.ts';

/** Newest measurements that a line shows. */
const MOST_VALUES = 5;

/** What will be measured, a line for each metric. */
export function intentLines(spec: AnalysisRunSpec, forMs: Milliseconds | null): readonly string[] {
  return filledIn(spec).map((metric) => {
    const asked = [providerIn(metric), rhythmOf(metric, forMs)].join(', ');
    const expected = expectation(metric);
    return oneLine(`${metric.name}: ${asked}${expected === '' ? '' : `; ${expected}`}`);
  });
}

function providerIn({ provider }: Metric): string {
  const [name = 'nobody'] = Object.keys(provider);
  return name === 'plugin' ? (Object.keys(provider.plugin ?? {})[0] ?? name) : name;
}

function rhythmOf(metric: Metric, forMs: Milliseconds | null): string {
  const { interval, count, initialDelay } = limitsOf(metric);
  const delay = initialDelay === 0 ? '' : ` after ${describeDuration(initialDelay)}`;
  if (count === 1) return `once${delay}`;
  const every = interval === null ? '' : `every ${describeDuration(interval)}, `;
  if (count !== null) return `${every}${count} times${delay}`;
  return `${every}for ${describeDuration(forMs ?? 0)}${delay}`;
}

/** A measurement that has come in, as a line of a log. */
export function takenLine({ metric, measurement }: Taken, paint: Paint): string {
  const at = parseInstant(measurement.finishedAt);
  const look = analysisLook(measurement.phase);
  const said = sentenceIn(metric, measurement) ?? sayMeasurement(measurement);
  const time = at === null ? '' : `${paint('dim', clockTime(at))}  `;
  return `${time}${paint(look, ICONS[look])} ${oneLine(`${metric}: ${said}`)}`;
}

/** How all metrics of a run stand now, as a table with a heading. */
export function progressLines(run: AnalysisRun, now: Instant, paint: Paint): readonly string[] {
  const { status, spec } = run;
  const startedAt = parseInstant(status?.startedAt) ?? now;
  const rows = filledIn(spec).map((metric) => {
    const result = status?.metricResults?.find(({ name }) => name === metric.name) ?? null;
    const limits = limitsOf(metric);
    const running = { startedAt, isEnding: false, hasEnded: false };
    const turn = turnOf(limits, result ?? undefined, running, now);
    const next = turn.kind === 'later' ? `in ${describeDuration(turn.at - now + 999)}` : '';
    const shown = { name: metric.name, result, measurements: result?.measurements ?? [] };
    return [...metricCells(shown, limits), cell(turn.kind === 'due' ? 'now' : next, 'dim')];
  });
  const heading = ['METRIC', 'STATUS', 'MEASURED', 'LATEST', 'NEXT'].map((text) => cell(text, 'title'));
  return table([heading, ...rows], paint);
}

function metricCells({ name, result, measurements }: MetricOutcome, limits: Limits): readonly Cell[] {
  const phase = result?.phase ?? 'Pending';
  const look = analysisLook(phase);
  const note = result?.dryRun === true ? ' (dry run)' : '';
  const latest = latestOf(name, measurements);
  return [
    cell(name),
    [{ text: `${ICONS[look]} ${phase}`, look }, { text: note }],
    cell(countOf(result, limits)),
    cell(latest),
  ];
}

/** The newest values. Of a comparison the newest sentence says all; why there is no value is told apart. */
function latestOf(name: string, measurements: readonly Measurement[]): string {
  const last = measurements.at(-1);
  const sentence = last === undefined ? null : sentenceIn(name, last);
  if (sentence !== null) return sentence;
  return measurements
    .slice(-MOST_VALUES)
    .map((one) => (one.phase === 'Error' ? 'error' : sayMeasurement(one)))
    .join(', ');
}

/** What a comparison says in words, beside its value; null where it says nothing. */
function sentenceIn(name: string, { phase, value, message = '' }: Measurement): string | null {
  if (phase === 'Error' || value === undefined || message === '') return null;
  return message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
}

function countOf(result: MetricOutcome['result'], { count }: Limits): string {
  const { count: taken = 0, failed = 0, inconclusive = 0, error = 0 } = result ?? {};
  const parts = [
    count === null ? String(taken) : `${taken}/${count}`,
    ...(failed > 0 ? [`${failed} bad`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} unclear`] : []),
    ...(error > 0 ? [`${error} ${error === 1 ? 'error' : 'errors'}`] : []),
  ];
  return parts.join(', ');
}

/** What a run came to, in words: verdict, a line for each metric, and why where it is no success. */
export function outcomeLines(
  { verdict, name, lastedMs, reasons, run, metrics }: Outcome,
  paint: Paint,
): readonly string[] {
  const look = analysisLook(verdict);
  const specs = filledIn(run.spec);
  const rows = metrics.map((metric, i) => {
    const spec = specs[i];
    if (spec === undefined) return [];
    // What comparisons say is among the reasons.
    const shown = isCompared(spec) ? { ...metric, measurements: [] } : metric;
    return metricCells(shown, limitsOf(spec));
  });
  return [
    `${paint(look, `${ICONS[look]} ${verdict}`)}  ${paint('title', oneLine(name))}  after ${describeDuration(lastedMs)}`,
    ...table(rows, paint).map((line) => `  ${line}`),
    ...reasons.map((reason) => `  ${oneLine(reason)}`),
  ];
}

/** A measurement without what only providers understand. */
export function plainMeasurement({
  metadata: _notes,
  resumeAt: _later,
  ...rest
}: Measurement): Omit<Measurement, 'metadata' | 'resumeAt'> {
  return rest;
}
