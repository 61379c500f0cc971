import * as z from 'zod';
import type { CompareConfig } from '../compare.ts';
import {
  type CompareSource,
  type ElasticsearchSource,
  hasPlaceholder,
  SOURCES,
  sourceName,
} from '../compare-source.ts';
import { parseDuration } from '../duration.ts';
import type { LokiConfig } from '../metric-plugins.ts';
import type {
  DatadogMetric,
  DatadogSecretRef,
  GraphiteMetric,
  InfluxdbMetric,
  NewRelicMetric,
  PrometheusMetric,
} from '../providers.ts';
import { emptyObject, flag, int64, listOf, object, oneOf, text } from './build.ts';
import { authentication, httpHeader } from './providers.ts';
import { address, filled, headers, secretRef, timeout } from './service.ts';

const place = {
  address: address.optional(),
  headers: headers.optional(),
  secretRef: secretRef.optional(),
  timeout: timeout.optional(),
};

/** Schema of `CompareSource`. */
export const compareSource = object<CompareSource>('CompareSource', {
  prometheus: object<Omit<PrometheusMetric, 'query' | 'rangeQuery'>>('PrometheusMetric', {
    address: text.optional(),
    timeout: int64().optional(),
    insecure: flag.optional(),
    headers: listOf(httpHeader).optional(),
    authentication: authentication.optional(),
  }).optional(),
  datadog: object<Pick<DatadogMetric, 'apiVersion' | 'secretRef' | 'requestTimeout'>>('DatadogMetric', {
    apiVersion: oneOf('v1', 'v2').optional(),
    secretRef: object<DatadogSecretRef>('DatadogSecretRef', {
      name: text.optional(),
      namespaced: flag.optional(),
    }).optional(),
    requestTimeout: text.optional(),
  }).optional(),
  cloudWatch: emptyObject.optional(),
  influxdb: object<Pick<InfluxdbMetric, 'profile'>>('InfluxdbMetric', {
    profile: text.optional(),
  }).optional(),
  newRelic: object<Pick<NewRelicMetric, 'profile' | 'timeout'>>('NewRelicMetric', {
    profile: text.optional(),
    timeout: int64().optional(),
  }).optional(),
  graphite: object<Pick<GraphiteMetric, 'address'>>('GraphiteMetric', {
    address: text.optional(),
  }).optional(),
  loki: object<Omit<LokiConfig, 'query'>>('LokiConfig', { ...place, tenant: filled.optional() }).optional(),
  elasticsearch: object<ElasticsearchSource>('ElasticsearchSource', {
    ...place,
    index: filled,
    timeField: filled.optional(),
  }).optional(),
}).refine((source) => Object.values(source).filter((one) => one !== undefined).length <= 1, {
  error: 'must name one source',
});

const LONGEST_S = 3600;

/** Schema of the resolution of windows. */
export const resolution = z.string().refine(
  (value) => {
    const seconds = (parseDuration(value) ?? 0) / 1000;
    return Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_S;
  },
  { error: 'must be a duration of whole seconds, up to 1h' },
);

/** Something that is wrong with how counters are asked for. */
export interface AskingIssue {
  readonly path: readonly string[];
  readonly message: string;
}

/** Everything that is wrong with how counters are asked for, beside each field by itself. */
export function askingIssues(config: CompareConfig): readonly AskingIssue[] {
  return config.mode === 'delta' ? deltaIssues(config) : rawIssues(config);
}

/** Sums and rates cannot be taken apart again. */
const COMPUTED = /\b(?:i?rate|increase|sum|i?delta)\s*(?:(?:by|without)\s*\([^)]*\)\s*)?\(/;

function rawIssues({ source, counters = {}, resolution: given }: CompareConfig): readonly AskingIssue[] {
  const name = sourceName(source);
  return [
    ...Object.entries(counters)
      .filter(([, query]) => COMPUTED.test(query))
      .map(([counter]) =>
        issue('must select counters as they are, without rate(), increase() or sum()', 'counters', counter),
      ),
    ...(name === 'prometheus' ? [] : [issue('needs mode: delta', 'source', name)]),
    ...(given === undefined ? [] : [issue('needs mode: delta', 'resolution')]),
  ];
}

/** What is counted by windows. Others would need more requests at each look. */
const COUNTED: readonly string[] = ['total', 'bad'];

function deltaIssues(config: CompareConfig): readonly AskingIssue[] {
  const { source, counters, test, podLabel } = config;
  const name = sourceName(source);
  if (counters === undefined)
    return [issue('is needed by mode: delta: presets are counters as they are', 'counters')];
  return [
    ...Object.entries(counters).flatMap(([counter, query]) => {
      const message = queryProblem(name, counter, query);
      return message === null ? [] : [issue(message, 'counters', counter)];
    }),
    ...(test === 'exceedance'
      ? [issue('needs mode: raw; with mode: delta count slow requests as bad', 'test')]
      : []),
    ...(podLabel === undefined ? [] : [issue('is for presets', 'podLabel')]),
    ...resolutionIssues(config),
  ];
}

function queryProblem(source: keyof CompareSource, counter: string, query: string): string | null {
  if (!COUNTED.includes(counter)) return 'is none of total and bad, which mode: delta takes';
  const lacking = SOURCES[source].needs.filter((one) => !hasPlaceholder(query, one));
  // An argument may hold all of a query: that is looked at when it is known.
  if (lacking.length > 0 && !query.includes('{{args.')) {
    const placeholders = lacking.map((one) => `{{${one}}}`).join(' and ');
    return `must ask for one window, by ${placeholders}`;
  }
  // Without it Datadog answers with rates.
  if (source === 'datadog' && !/\.as_count\(\)|\.rollup\(\s*(?:sum|count)\b|\{\{args\./.test(query))
    return 'must count, by .as_count() or .rollup(sum)';
  return null;
}

/** CloudWatch rounds times to minutes. */
function resolutionIssues({ source, resolution: given }: CompareConfig): readonly AskingIssue[] {
  const seconds = (parseDuration(given ?? '1m') ?? 0) / 1000;
  return sourceName(source) === 'cloudWatch' && seconds % 60 !== 0
    ? [issue('must be whole minutes for CloudWatch', 'resolution')]
    : [];
}

function issue(message: string, ...path: readonly string[]): AskingIssue {
  return { path, message };
}
