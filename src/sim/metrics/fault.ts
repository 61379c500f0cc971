/**
 * Kinds of errors of Prometheus' HTTP API. Source:
 * https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export type ErrorType = 'bad_data' | 'execution';

/**
 * A query that has no answer. `bad_data` is wrong in itself, `execution` with these series. Thrown in this
 * folder only.
 */
export class QueryFault extends Error {
  readonly errorType: ErrorType;
  constructor(errorType: ErrorType, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

/** Refuses what Prometheus may know and the simulator does not: better no number than a wrong one. */
export function refuse(what: string): never {
  throw new QueryFault('bad_data', `the simulator cannot evaluate ${what}`);
}

/** An error that depends on the series that were found. */
export function fail(message: string): never {
  throw new QueryFault('execution', message);
}

/** A query that would take too long, or too much memory. */
export function failTooMany(): never {
  fail('query processing would load too many samples into memory in query execution');
}
