import { QueryFault } from './fault.ts';
import { answerData, badData, dataOf, errorAnswer, type HttpAnswer } from './http-answer.ts';
import { type Parameters, readParameters } from './http-parameters.ts';
import { compareLabels, labelValue, recordOf } from './labels.ts';
import type { Matcher } from './matchers.ts';
import type { Expr } from './promql/ast.ts';
import { parse } from './promql/parse.ts';
import { instantQuery, rangeQuery, type Settings } from './promql/query.ts';
import { isLabelName, type SeriesSource } from './series.ts';

/** A request to the HTTP API of Prometheus. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query; percent-encoded as it came. */
  readonly path: string;
  /** What follows `?`; empty for nothing. */
  readonly query: string;
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a server answers from. */
export interface Backend {
  readonly source: SeriesSource;
  readonly settings: Settings;
}

/**
 * Answers a request as Prometheus 2.42 does; `nowMs` is the time for those who give none. Never throws for
 * what a request says.
 */
export type Answer = (request: HttpRequest, nowMs: number) => HttpAnswer;

/**
 * The HTTP API of Prometheus as far as queries need it, as a pure function. Source:
 * https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function createPrometheus(backend: Backend): Answer {
  return (request, nowMs) => {
    const known = endpointOf(request.path);
    if (known === null) return plain(404, '404 page not found\n');
    if (!known.methods.includes(request.method)) return plain(405, 'Method Not Allowed\n');
    try {
      return known.answer({ backend, parameters: readParameters(request), nowMs });
    } catch (error) {
      if (error instanceof QueryFault) return errorAnswer(error.errorType, error.message);
      throw error;
    }
  };
}

interface Asked {
  readonly backend: Backend;
  readonly parameters: Parameters;
  readonly nowMs: number;
}

interface Endpoint {
  readonly methods: readonly string[];
  readonly answer: (asked: Asked) => HttpAnswer;
}

const READ = ['GET', 'POST'];

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['/api/v1/query', { methods: READ, answer: answerQuery }],
  ['/api/v1/query_range', { methods: READ, answer: answerRange }],
  ['/api/v1/series', { methods: READ, answer: answerSeries }],
  ['/api/v1/labels', { methods: READ, answer: answerLabels }],
  ['/api/v1/status/buildinfo', { methods: ['GET'], answer: () => answerData(BUILD) }],
  ['/-/healthy', { methods: ['GET', 'HEAD'], answer: () => plain(200, 'Prometheus Server is Healthy.\n') }],
  ['/-/ready', { methods: ['GET', 'HEAD'], answer: () => plain(200, 'Prometheus Server is Ready.\n') }],
]);

/** The version whose semantics are followed, said by somebody who is not it. */
const BUILD = {
  version: '2.42.0',
  revision: 'sluice-simulator',
  branch: '',
  buildUser: '',
  buildDate: '',
  goVersion: '',
};

function endpointOf(path: string): Endpoint | null {
  const label = /^\/api\/v1\/label\/([^/]*)\/values$/.exec(path)?.[1];
  if (label === undefined) return ENDPOINTS.get(path) ?? null;
  return { methods: ['GET'], answer: (asked) => answerValues(asked, decoded(label)) };
}

function answerQuery({ backend, parameters, nowMs }: Asked): HttpAnswer {
  const atMs = parameters.time('time') ?? nowMs;
  parameters.duration('timeout');
  const query = { text: parameters.text('query'), atMs };
  return answerData(dataOf(instantQuery(backend.source, query, backend.settings)));
}

const MAX_POINTS = 11_000;

function answerRange({ backend, parameters }: Asked): HttpAnswer {
  const startMs = parameters.required('start');
  const endMs = parameters.required('end');
  if (endMs < startMs) {
    throw badData('invalid parameter "end": end timestamp must not be before start time');
  }
  const stepMs =
    parameters.duration('step') ?? parameters.wrong('step', 'cannot parse "" to a valid duration');
  if (stepMs <= 0) {
    const hint = 'zero or negative query resolution step widths are not accepted. Try a positive integer';
    throw badData(`invalid parameter "step": ${hint}`);
  }
  if ((endMs - startMs) / stepMs > MAX_POINTS) {
    const hint = 'Try decreasing the query resolution (?step=XX)';
    throw badData(`exceeded maximum resolution of 11,000 points per timeseries. ${hint}`);
  }
  parameters.duration('timeout');
  const query = { text: parameters.text('query'), startMs, endMs, stepMs };
  return answerData(dataOf(rangeQuery(backend.source, query, backend.settings)));
}

function answerSeries(asked: Asked): HttpAnswer {
  if (asked.parameters.texts('match[]').length === 0) throw badData('no match[] parameter provided');
  const series = [...found(asked)].sort(compareLabels);
  return answerData(series.map(recordOf));
}

function answerLabels(asked: Asked): HttpAnswer {
  const names = [...found(asked)].flatMap(({ pairs }) => pairs.map(([name]) => name));
  return answerData([...new Set(names)].sort());
}

function answerValues(asked: Asked, name: string): HttpAnswer {
  if (!isLabelName(name)) throw badData(`invalid label name: ${JSON.stringify(name)}`);
  const values = [...found(asked)].map((labels) => labelValue(labels, name)).filter((value) => value !== '');
  return answerData([...new Set(values)].sort());
}

/** The series that any of the selectors finds; without a selector all. */
function found({ backend, parameters }: Asked): ReadonlySet<ReturnType<SeriesSource['find']>[number]> {
  const from = parameters.time('start') ?? Number.NEGATIVE_INFINITY;
  const to = parameters.time('end') ?? Number.POSITIVE_INFINITY;
  const selectors = parameters.texts('match[]').map(matchersOf);
  const lists = selectors.length === 0 ? [[]] : selectors;
  return new Set(lists.flatMap((matchers) => backend.source.find(matchers, from, to)));
}

function matchersOf(text: string): readonly Matcher[] {
  const expr = selectorIn(text);
  const isSelector = expr.kind === 'selector' && expr.timing.offsetMs === 0 && expr.timing.at === null;
  if (!isSelector) throw badData('invalid parameter "match[]": parse error: only a selector is allowed here');
  return expr.matchers;
}

function selectorIn(text: string): Expr {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    throw badData(`invalid parameter "match[]": ${error.message}`);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function plain(status: number, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
