import type { SourceName } from '../../api/compare-source.ts';
import type { Json } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import type { Instant } from '../../core/time.ts';
import { elasticsearch } from '../elasticsearch.ts';
import { askInfluxdb } from '../influxdb.ts';
import { askLoki } from '../loki.ts';
import { askNewRelic } from '../new-relic.ts';
import { parseAnswer } from '../prometheus-answer.ts';
import { floatText } from '../sample.ts';
import { complaint } from '../service.ts';
import { cloudWatchWindows, datadogWindows, graphiteWindows } from './delta-points.ts';
import {
  filledFor,
  numbers,
  numbersOf,
  oneByOne,
  refuse,
  type Span,
  type WindowsAnswer,
  type WindowsAsker,
} from './delta-window.ts';
import { askPrometheus } from './prometheus.ts';

/** How each source is asked for what it counted in windows, by its own provider. */
export const ASKERS: Readonly<Record<SourceName, WindowsAsker>> = {
  prometheus: prometheusWindows,
  datadog: datadogWindows,
  cloudWatch: cloudWatchWindows,
  influxdb: oneByOne(async ({ source, query, span }, ask) => {
    const metric = { ...source.influxdb, query: filledFor(query, span, 'times') };
    const asked = await askInfluxdb(metric, ask);
    if (asked.kind === 'error') return asked;
    const { question, values } = asked;
    const known = values
      .filter((value) => value !== null)
      .map((value) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null));
    return known.includes(null)
      ? complaint(question, 'a value is not a number')
      : numbers(known.filter((value) => value !== null));
  }),
  newRelic: oneByOne(async ({ source, query, span }, ask) => {
    const metric = { ...source.newRelic, query: filledFor(query, span, 'milliseconds') };
    const asked = await askNewRelic(metric, ask);
    if (asked.kind === 'error') return asked;
    const rows = asked.rows.map(numbersIn);
    return rows.some((row) => row.length > 1)
      ? refuse('a row of New Relic has several numbers: select one count')
      : numbers(rows.flat());
  }),
  graphite: graphiteWindows,
  loki: oneByOne(async ({ source, query, span }, ask) => {
    const config = { ...source.loki, query: filledFor(query, span, 'seconds') };
    // Loki counts neither the first moment nor the last one, so each would be lost: this way the last is in.
    return numbersOf(await askLoki(config, `${span.to}000001`, ask));
  }),
  elasticsearch: oneByOne(async ({ source, query, span }, ask) => {
    const { timeField = '@timestamp', ...place } = source.elasticsearch ?? { index: '' };
    const time = { gte: span.from, lt: span.to, format: 'epoch_millis' };
    const found = { query_string: { query: filledFor(query, span, 'seconds') } };
    const search = { query: { bool: { filter: [{ range: { [timeField]: time } }, found] } } };
    return numbersOf(await elasticsearch.start({ ...place, search }, ask));
  }),
};

/** Beside the one that counts there may be the names of groups. */
function numbersIn(row: Json): readonly number[] {
  return isObject(row) ? Object.values(row).filter((value) => typeof value === 'number') : [];
}

/** Windows before the release are one question: as far apart as they are long. */
async function prometheusWindows(
  ...[{ source, query, windows }, ask]: Parameters<WindowsAsker>
): Promise<WindowsAnswer> {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return { kind: 'windows', windows: [], rest: null };
  const when =
    first === last
      ? ({ kind: 'instant', at: first.to } as const)
      : ({ kind: 'range', from: first.to, to: last.to, stepMs: first.to - first.from } as const);
  const question = { query: filledFor(query, first, 'seconds'), when };
  const answer = await askPrometheus(source.prometheus ?? {}, question, ask);
  return answer.kind === 'error' ? answer : windowsIn(answer.body, windows);
}

function windowsIn(body: string, windows: readonly Span[]): WindowsAnswer {
  const data = parseAnswer(body)?.data;
  const result = isObject(data) ? data['result'] : null;
  if (!isObject(data) || !Array.isArray(result)) return refuse('the answer has no result');
  const series: readonly unknown[] = data['resultType'] === 'scalar' ? [{ value: result }] : result;
  const byEnd = new Map<Instant, number[]>(windows.map(({ to }) => [to, []]));
  for (const one of series) {
    const samples: unknown = isObject(one) ? (one['values'] ?? [one['value']]) : null;
    if (!Array.isArray(samples)) return refuse('a series has no samples');
    for (const sample of samples as readonly unknown[]) {
      const [at, text] = Array.isArray(sample) ? (sample as readonly unknown[]) : [];
      const count = floatText(text);
      if (typeof at !== 'number' || count === null) return refuse('a sample is not a number');
      const found = byEnd.get(Math.round(1000 * at));
      if (found === undefined) return { ...refuse('the answer is about another time'), retryable: true };
      found.push(Number(count));
    }
  }
  return { kind: 'windows', windows: windows.map(({ to }) => byEnd.get(to) ?? []), rest: null };
}
