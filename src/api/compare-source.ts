import { parseDuration } from './duration.ts';
import type { Duration } from './meta.ts';
import type { ElasticsearchConfig, LokiConfig } from './metric-plugins.ts';
import type {
  DatadogMetric,
  GraphiteMetric,
  InfluxdbMetric,
  NewRelicMetric,
  PrometheusMetric,
} from './providers.ts';

/**
 * Who is asked for counters: one of these, each as the provider of that name without its query. All but
 * `prometheus` need `mode: delta`.
 */
export interface CompareSource {
  readonly prometheus?: Omit<PrometheusMetric, 'query' | 'rangeQuery'>;
  readonly datadog?: Pick<DatadogMetric, 'apiVersion' | 'secretRef' | 'requestTimeout'>;
  /** Has no fields: region and credentials are the controller's own. */
  readonly cloudWatch?: Readonly<Record<never, never>>;
  readonly influxdb?: Pick<InfluxdbMetric, 'profile'>;
  readonly newRelic?: Pick<NewRelicMetric, 'profile' | 'timeout'>;
  readonly graphite?: Pick<GraphiteMetric, 'address'>;
  readonly loki?: Omit<LokiConfig, 'query'>;
  readonly elasticsearch?: ElasticsearchSource;
}

/** Documents of Elasticsearch or OpenSearch, of which those are counted that a query finds. */
export interface ElasticsearchSource extends Omit<ElasticsearchConfig, 'search' | 'jsonPath'> {
  /** The field that says when a document is from. Default `@timestamp`. */
  readonly timeField?: string;
}

/** How counters are asked for. */
export interface CompareAsking {
  /**
   * `raw`: counters as they are, of which differences are taken. `delta`: each answers how many there were in
   * a window, which goes from one look to the next. Default `raw`.
   */
  readonly mode?: 'raw' | 'delta';
  /**
   * Windows of `delta` begin and end at whole multiples of it: the time between two points of the source.
   * Whole seconds, up to an hour. Default `1m`, and `1s` where the source knows moments.
   */
  readonly resolution?: Duration;
}

/** The name of a source. */
export type SourceName = keyof CompareSource;

/** What stands in a query for the window that it is asked for. */
export type WindowPlaceholder = 'window' | 'from' | 'to';

/** What is to be known of a source whose counters are asked for by windows. */
export interface SourceTraits {
  /** What its queries must hold; else the window is told beside the query. */
  readonly needs: readonly WindowPlaceholder[];
  /** Seconds. */
  readonly resolution: number;
  /** After so many seconds all that there was has usually arrived. */
  readonly delay: number;
}

const MOMENTS = { resolution: 1, delay: 60 } as const;
const MINUTES = { resolution: 60, delay: 60 } as const;

/** Sources, and how they are asked by windows. */
export const SOURCES: Readonly<Record<SourceName, SourceTraits>> = {
  prometheus: { needs: ['window'], resolution: 1, delay: 15 },
  datadog: { needs: [], ...MINUTES },
  cloudWatch: { needs: [], resolution: 60, delay: 180 },
  influxdb: { needs: ['from', 'to'], ...MOMENTS },
  newRelic: { needs: ['from', 'to'], ...MINUTES },
  graphite: { needs: [], ...MINUTES },
  loki: { needs: ['window'], ...MOMENTS },
  elasticsearch: { needs: [], ...MOMENTS },
};

/** The source that is asked; where none is named it is Prometheus. */
export function sourceName(source: CompareSource | undefined): SourceName {
  const named = (Object.keys(SOURCES) as SourceName[]).find((name) => source?.[name] !== undefined);
  return named ?? 'prometheus';
}

/** How long ago counters are looked at, in milliseconds: all that there was should have arrived by now. */
export function delayOf(config: AskedOf): number {
  const { mode, source, evaluationDelay = '' } = config;
  const name = mode === 'delta' ? sourceName(source) : 'prometheus';
  return parseDuration(evaluationDelay) ?? 1000 * SOURCES[name].delay;
}

/** Of what windows begin and end at whole multiples, in milliseconds. */
export function resolutionOf({ source, resolution = '' }: AskedOf): number {
  return parseDuration(resolution) ?? 1000 * SOURCES[sourceName(source)].resolution;
}

interface AskedOf extends CompareAsking {
  readonly source?: CompareSource;
  readonly evaluationDelay?: Duration;
}

/** Claims that a query has a placeholder, such as `{{window}}`. */
export function hasPlaceholder(query: string, name: WindowPlaceholder): boolean {
  return new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`).test(query);
}
