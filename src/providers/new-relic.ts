import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { NewRelicMetric } from '../api/providers.ts';
import { newRelicMetric } from '../api/schema/providers.ts';
import type { ErrorReading, Reading } from '../core/analysis/reading.ts';
import { readKeys } from './credentials.ts';
import { printJson } from './print.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { askJson, complaint, graphqlErrors, type Question } from './service.ts';

const defaultProfile = 'newrelic';
const defaultTimeoutSeconds = 30;
// The query's own time-out is New Relic's; the request has to wait for its message.
const graceSeconds = 10;

/** New Relic takes no other time-outs for a query. */
const timeouts = { least: 5, most: 120 };

// https://docs.newrelic.com/docs/apis/nerdgraph/get-started/introduction-new-relic-nerdgraph/
const endpoints: ReadonlyMap<string, string> = new Map([
  ['us', 'https://api.newrelic.com/graphql'],
  ['eu', 'https://api.eu.newrelic.com/graphql'],
]);

const nrql = `query ($query: Nrql!, $accountId: Int!, $timeout: Seconds) {
  actor { account(id: $accountId) { nrql(query: $query, timeout: $timeout) { results } } }
}`;

/**
 * Asks New Relic in NRQL, by NerdGraph. The value is a map where the query has one row, and a list of maps
 * where it has several. Account and key are in a Secret of the controller's namespace.
 */
export const newRelic: MetricProvider<NewRelicMetric> = { name: 'newRelic', schema: newRelicMetric, start };

async function start(metric: NewRelicMetric, ask: Ask): Promise<Reading> {
  const asked = await askNewRelic(metric, ask);
  if (asked.kind === 'error') return asked;
  const { question, rows } = asked;
  const [first] = rows;
  if (first === undefined || (rows.length === 1 && isEmpty(first))) {
    return complaint(question, 'no results returned from NRQL query');
  }
  const result = rows.length === 1 ? first : rows;
  return { kind: 'value', value: result, text: printJson(result) };
}

/** The rows that a query answers with. */
export async function askNewRelic(
  metric: NewRelicMetric,
  ask: Ask,
): Promise<
  { readonly kind: 'rows'; readonly question: Question; readonly rows: readonly Json[] } | ErrorReading
> {
  const { timeout } = metric;
  if (timeout !== undefined && (timeout < timeouts.least || timeout > timeouts.most)) {
    return refuse(`timeout must be between ${timeouts.least} and ${timeouts.most} seconds`);
  }
  const account = await accountOf(metric.profile || defaultProfile, ask);
  if (account.kind === 'error') return account;
  const variables = {
    query: metric.query,
    accountId: account.id,
    ...(timeout === undefined ? {} : { timeout }),
  };
  const question: Question = {
    who: 'newRelic',
    secrets: [account.key],
    method: 'POST',
    url: account.url,
    headers: { 'content-type': 'application/json', 'api-key': account.key },
    body: JSON.stringify({ query: nrql, variables }),
    timeoutSeconds: timeout === undefined ? defaultTimeoutSeconds : timeout + graceSeconds,
  };
  const parsed = await askJson(question, ask);
  if (parsed.kind === 'error') return parsed;
  return graphqlErrors(question, parsed.value) ?? { kind: 'rows', question, rows: rowsIn(parsed.value) };
}

interface Account {
  readonly kind: 'account';
  readonly id: number;
  readonly key: string;
  readonly url: string;
}

async function accountOf(name: string, ask: Ask): Promise<Account | ErrorReading> {
  const keys = {
    'personal-api-key': 'hidden',
    'account-id': 'public',
    region: 'public',
    'base-url-nerdgraph': 'public',
  } as const;
  const found = await readKeys('newRelic', { namespace: ask.home, name }, keys, ask);
  if (found.kind === 'error') return found;
  const { 'personal-api-key': key, 'account-id': id, region, 'base-url-nerdgraph': base } = found.values;
  const where = `in Secret ${ask.home}/${name}`;
  if (key === '' || id === '') return refuse(`account-id or personal-api-key not found ${where}`);
  if (!/^\d{1,15}$/.test(id)) return refuse(`account-id ${where} is not a number`);
  const url = base === '' ? endpoints.get((region || 'us').toLowerCase()) : base;
  if (url === undefined) return refuse(`region ${where} is neither us nor eu`);
  return { kind: 'account', id: Number(id), key, url };
}

function rowsIn(value: Json): readonly Json[] {
  const path = ['data', 'actor', 'account', 'nrql', 'results'];
  const results = path.reduce<Json>(
    (at, name) => (isObject(at) ? ((at[name] ?? null) as Json) : null),
    value,
  );
  return Array.isArray(results) ? (results as readonly Json[]) : [];
}

function isEmpty(row: Json): boolean {
  return !isObject(row) || Object.keys(row).length === 0;
}

function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `newRelic: ${reason}`, retryable: false };
}
