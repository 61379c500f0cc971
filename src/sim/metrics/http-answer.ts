import { type ErrorType, QueryFault } from './fault.ts';
import { recordOf } from './labels.ts';
import { sampleText } from './promql/numbers.ts';
import type { Outcome, Point } from './promql/query.ts';

/** An answer of the HTTP API. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What goes into `data` of an answer, fit for JSON. */
export type Data = string | number | boolean | readonly Data[] | { readonly [name: string]: Data };

/** A good answer. */
export function answerData(data: Data): HttpAnswer {
  return json(200, { status: 'success', data });
}

/** A bad one. Queries that are wrong in themselves are 400, those that fail on these series 422. */
export function errorAnswer(errorType: ErrorType, error: string): HttpAnswer {
  return json(errorType === 'bad_data' ? 400 : 422, { status: 'error', errorType, error });
}

/** A parameter that is wrong. */
export function badData(message: string): QueryFault {
  return new QueryFault('bad_data', message);
}

/** The result of a query as the API shows it. Throws a `QueryFault` when there is none. */
export function dataOf(outcome: Outcome): Data {
  switch (outcome.kind) {
    case 'error':
      throw new QueryFault(outcome.errorType, outcome.message);
    case 'scalar':
      return { resultType: 'scalar', result: pointData(outcome) };
    case 'string':
      return { resultType: 'string', result: [outcome.atMs / 1000, outcome.value] };
    case 'vector': {
      const result = outcome.samples.map((sample) => {
        return { metric: recordOf(sample.labels), value: pointData(sample) };
      });
      return { resultType: 'vector', result };
    }
    case 'matrix': {
      const result = outcome.series.map(({ labels, points }) => {
        return { metric: recordOf(labels), values: points.map(pointData) };
      });
      return { resultType: 'matrix', result };
    }
    default:
      return outcome satisfies never;
  }
}

function pointData({ atMs, value }: Point): Data {
  return [atMs / 1000, sampleText(value)];
}

function json(status: number, body: Data): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
