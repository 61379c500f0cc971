import type { PrometheusDriver } from 'prometheus-query';
import type { ErrorReading } from '../core/analysis/reading.ts';
import type { Instant } from '../core/time.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import { shown } from './http-failure.ts';
import { type Answer, type Parsed, parseAnswer, repair, Trouble, valuesOf } from './prometheus-answer.ts';
import type { Range } from './prometheus-range.ts';
import type { Ask } from './provider.ts';
import { failed, refusal } from './trouble.ts';

/** One question to Prometheus. */
export interface Question {
  /** Without a slash at the end. */
  readonly endpoint: string;
  /** The query part of the address that the user gave, with its `?`; empty for none. */
  readonly search: string;
  readonly query: string;
  /** Null asks for this moment only. */
  readonly range: Range | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly insecure: boolean;
  readonly timeoutSeconds: number;
}

/**
 * Loads what a query needs. The first query would do it: it takes 70 ms, which nobody should pay who only
 * validates or prints a metric. Where time is simulated it is done before, since no clock there tells of it.
 */
export async function loadDriver(): Promise<typeof import('prometheus-query')> {
  // Of a CommonJS module the default is all that every bundler and Node agree on.
  return (await import('prometheus-query')).default;
}

/**
 * Asks with POST, and with GET where POST is not allowed, as the original does. Never rejects.
 *
 * prometheus-query builds the request and reads the samples. Its transport is replaced by ours (`adapter`),
 * because axios takes a proxy from the environment unasked, has no bound for the body, follows redirects to
 * other hosts with all headers, and because the library loses the status of most errors. There is one driver
 * per measurement: a driver has only one signal and one set of hooks.
 */
export async function query(question: Question, ask: Ask): Promise<Answer | ErrorReading> {
  const { PrometheusDriver } = await loadDriver();
  let last: ErrorReading | null = null;
  for (const method of ['POST', 'GET'] as const) {
    const exchange: Exchange = { question, ask, method, status: 0, warnings: [] };
    try {
      const driver = new PrometheusDriver(optionsOf(exchange));
      return valuesOf(await run(driver, question, ask.now), exchange.warnings);
    } catch (thrown) {
      last = readingOf(thrown);
    }
    if (exchange.status !== 405 && exchange.status !== 501) break;
  }
  return last ?? { kind: 'error', message: 'prometheus: no answer', retryable: true };
}

/** What is known about the request on its way. */
interface Exchange {
  readonly question: Question;
  readonly ask: Ask;
  readonly method: 'POST' | 'GET';
  status: number;
  warnings: readonly string[];
}

// Times go in as Date objects: the library takes the number 0 for "now".
function run(driver: PrometheusDriver, { query, range }: Question, now: Instant): Promise<Result> {
  if (range === null) return driver.instantQuery(query, new Date(now));
  return driver.rangeQuery(query, new Date(range.start), new Date(range.end), range.stepSeconds);
}

type Result = Awaited<ReturnType<PrometheusDriver['instantQuery']>>;
type Options = ConstructorParameters<typeof PrometheusDriver>[0];
type RequestConfig = Parameters<NonNullable<Options['requestInterceptor']>['onFulfilled']>[0];

function optionsOf(exchange: Exchange): Options {
  return {
    endpoint: exchange.question.endpoint,
    preferPost: exchange.method === 'POST',
    requestInterceptor: {
      onFulfilled: (config) => {
        config.adapter = async () => ({
          config,
          status: 200,
          statusText: 'OK',
          headers: {},
          data: await send(exchange, config),
        });
        return config;
      },
    },
    // The library's warningHook never fires: it looks for warnings in the wrong place.
    responseInterceptor: {
      onFulfilled: (response) => {
        const { data, warnings } = repair(response.data);
        exchange.warnings = warnings;
        return { ...response, data };
      },
    },
  };
}

async function send(exchange: Exchange, config: RequestConfig): Promise<Parsed> {
  const { question, ask } = exchange;
  const outcome = await ask.fetch(requestOf(exchange, config));
  if (outcome.kind === 'failure') throw new Trouble(failed(outcome, ''));
  exchange.status = outcome.status;
  const parsed = parseAnswer(outcome.body);
  if (outcome.status < 200 || outcome.status > 299) throw new Trouble(refused(outcome, parsed, ask.now));
  if (parsed?.status === 'success') return parsed;
  throw new Trouble(nonsense(outcome, parsed, question));
}

function requestOf({ question, ask, method }: Exchange, config: RequestConfig): HttpRequest {
  const { headers, insecure, timeoutSeconds, search } = question;
  const { deadline } = ask;
  // On its way through axios the form has become text; parameters of a GET have not.
  const form = String(method === 'POST' ? config.data : config.params);
  const url = `${config.baseURL}${config.url}`;
  const fixed = { repeatable: true, insecure, timeoutSeconds, deadline };
  if (method === 'GET') {
    return {
      ...fixed,
      method,
      headers,
      url: `${url}${search === '' ? '?' : `${search}&`}${form}`,
      body: null,
    };
  }
  const typed = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  return { ...fixed, method, headers: typed, url: `${url}${search}`, body: form };
}

/**
 * Messages as the original has them: 400 and 422 repeat what Prometheus says, of all others only the status
 * is told. What Prometheus adds to these is kept in the measurement's metadata.
 */
function refused(answer: HttpAnswer, parsed: Parsed | null, now: Instant): ErrorReading {
  const said = parsed?.error ?? '';
  if (said !== '' && (answer.status === 400 || answer.status === 422)) {
    const reading = refusal(answer, `${parsed?.errorType || 'bad_data'}: ${said}`, now);
    // 422 is a query that could not be run on the data of now, e.g. two series with the same labels.
    return answer.status === 422 ? { ...reading, retryable: true } : reading;
  }
  return refusal(answer, statusMessage(answer.status), now, said === '' ? undefined : { error: said });
}

function statusMessage(status: number): string {
  if (status >= 500) return `server_error: server error: ${status}`;
  if (status >= 400) return `client_error: client error: ${status}`;
  return `bad_response: bad response code ${status}`;
}

function nonsense(answer: HttpAnswer, parsed: Parsed | null, question: Question): ErrorReading {
  const type = answer.headers['content-type'] ?? 'no content type';
  const reason =
    parsed === null
      ? `the answer is not JSON but ${type}; is another service at ${shown(question.endpoint)}?`
      : `the answer has no status "success"${parsed.error === undefined ? '' : `: ${parsed.error}`}`;
  return { kind: 'error', message: `bad_response: ${reason}`, retryable: true };
}

/** The library throws plain objects and keeps what it was thrown itself in `original`. */
function readingOf(thrown: unknown): ErrorReading {
  if (thrown instanceof Trouble) return thrown.reading;
  const { original, error } = typeof thrown === 'object' && thrown !== null ? (thrown as Wrapped) : {};
  if (original instanceof Trouble) return original.reading;
  const reason = [original, thrown].find((one) => one instanceof Error)?.message ?? String(error ?? thrown);
  return { kind: 'error', message: `bad_response: ${reason}`, retryable: true };
}

interface Wrapped {
  readonly original?: unknown;
  readonly error?: unknown;
}
