import type { Json } from '../api/meta.ts';
import type { ElasticsearchConfig } from '../api/metric-plugins.ts';
import { isObject } from '../api/path.ts';
import { elasticsearchConfig } from '../api/schema/metric-plugins.ts';
import type { ErrorReading, Reading } from '../core/analysis/reading.ts';
import { findFirst } from '../core/jsonpath/find.ts';
import { parseTemplate } from '../core/jsonpath/parse.ts';
import { headersOf } from './authentication.ts';
import { under } from './credentials.ts';
import { oddFloat, printFloat, printJson } from './print.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { secondsOf } from './seconds.ts';
import { authorizationOf, credentialsIn } from './secret-ref.ts';
import { askJson, complaint, type Question } from './service.ts';

const who = 'sluice/elasticsearch';
const defaultPath = '{.hits.total.value}';

/**
 * Asks Elasticsearch or OpenSearch. The value is what the JSONPath finds first in the answer, by default the
 * number of hits; what an aggregation has no value for is nil. An answer of only a part of the shards, or of
 * only a part of the time, is an error: missing documents are usually those of whoever is in trouble. Source:
 * https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search
 */
export const elasticsearch: MetricProvider<ElasticsearchConfig> = {
  name: who,
  schema: elasticsearchConfig,
  start,
};

async function start(config: ElasticsearchConfig, ask: Ask): Promise<Reading> {
  const path = config.jsonPath ?? defaultPath;
  const template = parseTemplate(path);
  if (template.kind === 'error') return refuse(`jsonPath ${path}: ${template.message}`);
  const keys = ['apiKey', 'token', 'username', 'password'] as const;
  const found = await credentialsIn(who, config, keys, ask);
  if (found.kind === 'error') return found;
  const { apiKey, token, password } = found.values;
  const authorization = apiKey === '' ? authorizationOf(found.values) : `ApiKey ${apiKey}`;
  const search = `/${encodeURIComponent(config.index)}/_search`;
  const question: Question = {
    who,
    secrets: [apiKey, token, password],
    method: 'POST',
    url: `${under(found.address, search)}?allow_partial_search_results=false`,
    headers: { ...headersOf(config.headers, authorization), 'content-type': 'application/json' },
    body: JSON.stringify({ size: 0, track_total_hits: true, ...config.search }),
    timeoutSeconds: secondsOf(config.timeout, '30s'),
  };
  const parsed = await askJson(question, ask);
  if (parsed.kind === 'error') return parsed;
  return partial(question, parsed.value) ?? readingOf(question, parsed.value, path);
}

function partial(question: Question, answer: Json): ErrorReading | null {
  if (!isObject(answer)) return complaint(question, 'the answer is not that of a search');
  if (answer['timed_out'] === true) return complaint(question, 'the search ran out of time');
  const shards = answer['_shards'];
  const failed = isObject(shards) ? shards['failed'] : 0;
  return typeof failed === 'number' && failed > 0
    ? complaint(question, `${failed} shards could not be searched`)
    : null;
}

function readingOf(question: Question, answer: Json, path: string): Reading {
  const found = findFirst(path, answer);
  switch (found.kind) {
    case 'found': {
      const odd = oddFloat(found.value);
      if (odd !== null) return { kind: 'value', value: odd, text: printFloat(odd) };
      return { kind: 'value', value: found.value, text: printJson(found.value) };
    }
    case 'nothing':
      return complaint(question, `the answer has nothing at ${path}`);
    case 'error':
      return complaint(question, `the answer has nothing at ${path}: ${found.message}`);
    default:
      return found satisfies never;
  }
}

function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `${who}: ${reason}`, retryable: false };
}
