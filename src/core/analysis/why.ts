import type { AnalysisRun, Argument, Measurement, Metric, MetricResult } from '../../api/analysis.ts';
import type { IntOrString } from '../../api/meta.ts';
import { clockTime, parseInstant } from '../time.ts';
import { isCompared } from './compare/compared.ts';

/** Newest measurements that a person is shown. */
const MOST_VALUES = 5;
const LONGEST_VALUE = 60;
const LONGEST_REASON = 300;

/**
 * Why a run ended badly, one sentence for each metric that did: the condition, how often it was missed and
 * how often that would have been put up with, and the values themselves.
 */
export function whyRunFailed(run: AnalysisRun): readonly string[] {
  const results = run.status?.metricResults ?? [];
  const bad = results.filter((result) => result.dryRun !== true && isBad(result));
  const sentences = bad.map((result) =>
    sentence(
      result,
      run.spec.metrics.find((m) => m.name === result.name),
      run.spec.args,
    ),
  );
  const message = run.status?.message ?? '';
  return sentences.length === 0 && message !== '' ? [message] : sentences;
}

function isBad({ phase }: MetricResult): boolean {
  return phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
}

function sentence(result: MetricResult, given: Metric | undefined, args: readonly Argument[] = []): string {
  const metric = given === undefined ? undefined : withArguments(given, args);
  // Of what is judged together with others no single measurement was good or bad.
  const isTogether = given !== undefined && isCompared(given) && result.phase !== 'Error';
  if (isTogether && result.message !== undefined) return `${result.name}: ${result.message}`;
  switch (result.phase) {
    case 'Error':
      return broken(result, metric);
    case 'Inconclusive':
      return counted(
        result,
        result.inconclusive ?? 0,
        'was inconclusive in',
        metric,
        metric?.inconclusiveLimit,
      );
    case 'Failed':
      return counted(result, result.failed ?? 0, 'failed', metric, metric?.failureLimit);
    case 'Pending':
    case 'Running':
    case 'Successful':
      return `${result.name}: ${result.phase}`;
    default:
      return result.phase satisfies never;
  }
}

function counted(
  result: MetricResult,
  count: number,
  verb: string,
  metric: Metric | undefined,
  limit: IntOrString | undefined,
): string {
  const all = result.count ?? 0;
  const measurements = all === 1 ? 'measurement' : 'measurements';
  return [
    `${result.name} ${verb} ${count} of ${all} ${measurements} (limit ${limit ?? 0})`,
    expectation(metric),
    measured(result),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** The newest measurements that have a value, oldest first. */
export function shownMeasurements({ measurements = [] }: MetricResult): readonly Measurement[] {
  return measurements.filter((one) => one.value !== undefined).slice(-MOST_VALUES);
}

/** `measured 0.99, 0.93 (bad) at 14:02:11 UTC`: the time is that of the last. Empty where nothing was. */
export function measured(result: MetricResult): string {
  const values = shownMeasurements(result);
  const last = values.at(-1);
  if (last?.message !== undefined) return `${last.message.replace(/\.$/, '')}${when(last)}`;
  if (values.length === 0) return '';
  return `measured ${values.map(shownValue).join(', ')}${when(values.at(-1))}`;
}

function when(measurement: Measurement | undefined): string {
  const at = parseInstant(measurement?.finishedAt);
  return at === null ? '' : ` at ${clockTime(at)}`;
}

/**
 * One measurement in words: what is said of it, or its value, marked where it did not meet the condition, or
 * why there is none. A Job has no value.
 */
export function sayMeasurement(measurement: Measurement): string {
  if (measurement.value !== undefined && measurement.phase !== 'Error')
    return measurement.message ?? shownValue(measurement);
  if (measurement.phase === 'Successful') return 'succeeded';
  if (measurement.phase === 'Failed') return 'failed';
  const { message = '' } = measurement;
  return `could not be taken${message === '' ? '' : `: ${message.slice(0, LONGEST_REASON)}`}`;
}

/** Values without a mark met the condition. */
function shownValue({ value = '', phase }: Measurement): string {
  const shown = shortened(value);
  return phase === 'Failed' ? `${shown} (bad)` : phase === 'Inconclusive' ? `${shown} (unclear)` : shown;
}

/** A metric whose conditions show the values of arguments; those that come from Secrets stay placeholders. */
export function withArguments(metric: Metric, args: readonly Argument[]): Metric {
  const values = new Map(args.map(({ name, value }) => [name, value]));
  const fill = (condition: string): string =>
    condition.replace(/\{\{\s*args\.([\w-]+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole);
  const { successCondition, failureCondition } = metric;
  return {
    ...metric,
    ...(successCondition === undefined ? {} : { successCondition: fill(successCondition) }),
    ...(failureCondition === undefined ? {} : { failureCondition: fill(failureCondition) }),
  };
}

/** What a metric's values should be, and should not be; empty where no condition says it. */
export function expectation(metric: Metric | undefined): string {
  const { successCondition, failureCondition } = metric ?? {};
  const must =
    successCondition === undefined || successCondition === '' ? '' : `expected ${successCondition.trim()}`;
  const not =
    failureCondition === undefined || failureCondition === '' ? '' : `bad is ${failureCondition.trim()}`;
  return [must, not].filter((part) => part !== '').join(', ');
}

function broken(result: MetricResult, metric: Metric | undefined): string {
  const times = result.consecutiveError ?? result.error ?? 0;
  const limit = metric?.consecutiveErrorLimit ?? 4;
  const last = result.measurements?.findLast((one) => one.phase === 'Error');
  const reason = last?.message ?? result.message ?? '';
  const count = `${times} ${times === 1 ? 'time' : 'times in a row'} (limit ${limit})${lastly(last)}`;
  const because = reason === '' ? '' : `: ${reason.slice(0, LONGEST_REASON)}`;
  return `${result.name} could not be measured ${count}${because}`;
}

function lastly(measurement: Measurement | undefined): string {
  const at = when(measurement);
  return at === '' ? '' : `, the last${at}`;
}

/** Measurements are JSON; a list of one number reads better as the number. */
function shortened(value: string): string {
  const single = /^\[\s*([^,[\]{}]+?)\s*\]$/.exec(value)?.[1] ?? value;
  const number = /^-?\d+\.\d{5,}$/.test(single) ? String(Number(Number(single).toPrecision(5))) : single;
  return number.length > LONGEST_VALUE ? `${number.slice(0, LONGEST_VALUE)}…` : number;
}
