import type { InfluxdbMetric } from '../api/providers.ts';
import { influxdbMetric } from '../api/schema/providers.ts';
import type { ErrorReading, Reading } from '../core/analysis/reading.ts';
import { formatFloat } from '../core/expr/values/number.ts';
import { readKeys, under } from './credentials.ts';
import { type Scalar, valuesIn } from './influxdb-tables.ts';
import { shorten } from './print.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { askService, complaint, type Question, unreadable } from './service.ts';

const defaultProfile = 'influxdb';
const timeoutSeconds = 30;

/** Every type is told, so that integers stay integers and what is empty is nil. */
const dialect = { annotations: ['datatype', 'group', 'default'], delimiter: ',', header: true };

/**
 * Asks InfluxDB 2 in Flux. The value is a list of what stands in the column `_value`, row by row and table by
 * table: floats, integers, booleans, texts and nil. Address, organisation and token are in a Secret of the
 * controller's namespace. Differences to the original: times and durations are texts, a table without the
 * column is an error, and an error in the middle of an answer is told.
 */
export const influxdb: MetricProvider<InfluxdbMetric> = { name: 'influxdb', schema: influxdbMetric, start };

async function start(metric: InfluxdbMetric, ask: Ask): Promise<Reading> {
  const asked = await askInfluxdb(metric, ask);
  if (asked.kind === 'error') return asked;
  const { question, values } = asked;
  if (values.length === 0) return complaint(question, 'no results returned from flux query');
  return { kind: 'value', value: values, text: print(values) };
}

/** What a query answers with, row by row and table by table; nothing where it has no rows. */
export async function askInfluxdb(
  metric: InfluxdbMetric,
  ask: Ask,
): Promise<
  { readonly kind: 'values'; readonly question: Question; readonly values: readonly Scalar[] } | ErrorReading
> {
  const name = metric.profile || defaultProfile;
  const keys = { address: 'public', org: 'public', authToken: 'hidden' } as const;
  const found = await readKeys('influxdb', { namespace: ask.home, name }, keys, ask);
  if (found.kind === 'error') return found;
  const { address, org, authToken } = found.values;
  if (address === '' || org === '' || authToken === '') {
    return refuse(`authToken, org, or address not found in Secret ${ask.home}/${name}`);
  }
  const question: Question = {
    who: 'influxdb',
    secrets: [authToken],
    method: 'POST',
    url: `${under(address, '/api/v2/query')}?${new URLSearchParams({ org }).toString()}`,
    headers: {
      'content-type': 'application/json',
      accept: 'application/csv',
      authorization: `Token ${authToken}`,
    },
    body: JSON.stringify({ query: metric.query ?? '', type: 'flux', dialect }),
    timeoutSeconds,
  };
  const answer = await askService(question, ask);
  if (answer.kind === 'error') return answer;
  const outcome = valuesIn(answer.body);
  switch (outcome.kind) {
    case 'values':
      return { kind: 'values', question, values: outcome.values };
    case 'error':
      return complaint(question, 'error in the query', outcome.message);
    case 'odd':
      return complaint(question, outcome.reason);
    case 'unreadable':
      return unreadable(question, answer, 'CSV');
    default:
      return outcome satisfies never;
  }
}

/** As Go prints lists: `[0.5 3 <nil> up]`. */
function print(values: readonly Scalar[]): string {
  const items = values.map((value) => {
    if (value === null) return '<nil>';
    return typeof value === 'number' ? formatFloat(value) : String(value);
  });
  return shorten(`[${items.join(' ')}]`);
}

function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `influxdb: ${reason}`, retryable: false };
}
