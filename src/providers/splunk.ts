import type { Json } from '../api/meta.ts';
import type { SplunkConfig } from '../api/metric-plugins.ts';
import { isObject } from '../api/path.ts';
import { splunkConfig } from '../api/schema/metric-plugins.ts';
import type { ErrorReading, Metadata, Reading, Value } from '../core/analysis/reading.ts';
import { under } from './credentials.ts';
import { oddFloat, printJson, shorten } from './print.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { secondsOf } from './seconds.ts';
import { authorizationOf, type Credentials, credentialsIn } from './secret-ref.ts';
import { askJson, complaint, type Question } from './service.ts';
import { signalFlowOf } from './splunk-signal-flow.ts';

const who = 'sluice/splunk';

/** A measurement is a few rows. */
const mostRows = '1000';

/**
 * Asks Splunk. Of a search the value is the list of its rows, each a map of fields, in which numbers are
 * numbers; empty when it finds nothing. Of a SignalFlow program it is a list of floats: the last point of
 * each stream. Sources:
 * https://docs.splunk.com/Documentation/Splunk/latest/RESTREF/RESTsearch#search.2Fjobs
 * https://dev.splunk.com/observability/docs/signalflow/
 */
export const splunk: MetricProvider<SplunkConfig> = { name: who, schema: splunkConfig, start };

type Keys = Credentials<'token' | 'username' | 'password'>;

async function start(config: SplunkConfig, ask: Ask): Promise<Reading> {
  const found = await credentialsIn(who, config, ['token', 'username', 'password'], ask);
  if (found.kind === 'error') return found;
  const { query = '', signalFlow } = config;
  const span = { from: ask.now - secondsOf(config.interval, '5m') * 1000, to: ask.now };
  const timeoutSeconds = secondsOf(config.timeout, '30s');
  if (signalFlow === undefined) return await search({ query, span, timeoutSeconds }, found, ask);
  const { token } = found.values;
  if (token === '') return refuse('the Secret has no key token');
  return await signalFlowOf({ who, address: found.address, token, signalFlow, span, timeoutSeconds }, ask);
}

interface Search {
  readonly query: string;
  readonly span: { readonly from: number; readonly to: number };
  readonly timeoutSeconds: number;
}

async function search({ query, span, timeoutSeconds }: Search, found: Keys, ask: Ask): Promise<Reading> {
  const authorization = authorizationOf(found.values);
  if (authorization === null) return refuse('the Secret has neither a key token nor username and password');
  const form = {
    search: /^\s*(?:\||search\s)/i.test(query) ? query : `search ${query}`,
    exec_mode: 'oneshot',
    output_mode: 'json',
    count: mostRows,
    earliest_time: String(span.from / 1000),
    latest_time: String(span.to / 1000),
  };
  const question: Question = {
    who,
    secrets: [found.values.token, found.values.password],
    method: 'POST',
    url: under(found.address, '/services/search/jobs'),
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization },
    body: new URLSearchParams(form).toString(),
    timeoutSeconds,
  };
  const parsed = await askJson(question, ask);
  return parsed.kind === 'error' ? parsed : readingOf(question, parsed.value);
}

function readingOf(question: Question, answer: Json): Reading {
  const { results, messages } = isObject(answer) ? answer : {};
  const said = (...types: readonly string[]): string =>
    (Array.isArray(messages) ? (messages as readonly unknown[]) : [])
      .filter(isObject)
      .filter(({ type }) => types.includes(String(type)))
      .map(({ text }) => String(text))
      .join('; ');
  const errors = said('FATAL', 'ERROR');
  if (errors !== '') return complaint(question, 'error in the search', errors);
  if (!Array.isArray(results)) return complaint(question, 'the answer has no results');
  const value = (results as readonly Json[]).map(rowOf);
  const warnings = said('WARN');
  const metadata: Metadata = warnings === '' ? {} : { warnings: shorten(warnings) };
  return { kind: 'value', value, text: printJson(value), metadata };
}

/** Splunk writes numbers as texts. Its own fields, such as `_raw`, stay out. */
function rowOf(row: Json): Value {
  if (!isObject(row)) return row;
  const fields = Object.entries(row).filter(([name]) => !name.startsWith('_'));
  return Object.fromEntries(fields.map(([name, field]) => [name, cellOf(field as Json)]));
}

function cellOf(field: Json): Value {
  if (typeof field !== 'string') return field;
  const odd = oddFloat(field);
  if (odd !== null) return odd;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(field) ? Number(field) : field;
}

function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `${who}: ${reason}`, retryable: false };
}
