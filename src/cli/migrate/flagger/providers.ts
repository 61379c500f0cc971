import type { Argument } from '../../../api/analysis.ts';
import { formatDuration, parseDuration } from '../../../api/duration.ts';
import { isObject } from '../../../api/path.ts';
import type { CloudWatchQuery, Provider } from '../../../api/providers.ts';
import { type Fields, fieldsOf, textOf } from '../fields.ts';

/** Where a value comes from, and how a condition finds it in what comes. */
export type Source =
  | {
      readonly kind: 'source';
      readonly provider: Provider;
      /** The one number that Flagger looks at; `some` holds where there is one. */
      readonly value: string;
      readonly some: string;
      readonly args: readonly Argument[];
      readonly notes: readonly string[];
    }
  | { readonly kind: 'none'; readonly why: string };

/** What a MetricTemplate says of its provider, with the query as it is to be asked. */
export interface Asked {
  readonly provider: Fields;
  readonly query: string;
  /** Window of the metric, such as `1m`. */
  readonly interval: string;
}

/** A provider of Flagger's MetricTemplates in the words of an AnalysisTemplate. */
export function sourceOf(asked: Asked): Source {
  const { provider, query } = asked;
  const type = textOf(provider['type']) || 'prometheus';
  const address = textOf(provider['address']);
  const placed = address === '' ? {} : { address };
  switch (type) {
    case 'prometheus':
      return prometheus(asked, address);
    case 'datadog':
      return datadog(asked, address);
    case 'cloudwatch':
      return cloudWatch(asked);
    case 'newrelic':
      return source(
        { newRelic: { query, ...secretName(provider, 'profile') } },
        'values(result)[0]',
        'len(result) > 0',
        ['New Relic: the keys of its Secret are called personal-api-key, account-id and region here'],
      );
    case 'graphite':
      return source({ graphite: { ...placed, query } }, 'result[len(result) - 1]', 'len(result) > 0');
    case 'influxdb':
      return source(
        { influxdb: { query, ...secretName(provider, 'profile') } },
        'result[0]',
        'len(result) > 0',
        ['InfluxDB: the keys of its Secret are called address, authToken and org here'],
      );
    case 'dynatrace':
      return dynatrace(asked, placed);
    case 'splunk':
      return splunk(asked, address);
    case 'stackdriver':
      return {
        kind: 'none',
        why: 'it is asked in MQL; say it in PromQL to the plugin sluice/google-cloud-monitoring',
      };
    default:
      return { kind: 'none', why: `there is no provider like Flagger's ${type}` };
  }
}

function source(
  provider: Provider,
  value: string,
  some: string,
  notes: readonly string[] = [],
  args: readonly Argument[] = [],
): Source {
  return { kind: 'source', provider, value, some, args, notes };
}

/** A query to Prometheus; an empty address is the controller's own. */
export function prometheusSource(address: string, query: string): Source {
  return source(
    { prometheus: { ...(address === '' ? {} : { address }), query } },
    'result[0]',
    'len(result) > 0',
  );
}

function prometheus({ provider, query }: Asked, address: string): Source {
  const secret = textOf(fieldsOf(provider['secretRef'])['name']);
  const isInsecure = provider['insecureSkipVerify'] === true;
  const base = { ...(address === '' ? {} : { address }), query, ...(isInsecure ? { insecure: true } : {}) };
  if (secret === '') return source({ prometheus: base }, 'result[0]', 'len(result) > 0');
  const authentication = {
    basicAuth: { username: '{{args.prometheus-username}}', password: '{{args.prometheus-password}}' },
  };
  const args = ['username', 'password'].map((key) => ({
    name: `prometheus-${key}`,
    valueFrom: { secretKeyRef: { name: secret, key } },
  }));
  const note = `secret/${secret} must be in the Rollout's namespace, with username and password`;
  return source({ prometheus: { ...base, authentication } }, 'result[0]', 'len(result) > 0', [note], args);
}

function datadog({ provider, query, interval }: Asked, address: string): Source {
  const secret = textOf(fieldsOf(provider['secretRef'])['name']);
  const secretRef = secret === '' ? {} : { secretRef: { name: secret, namespaced: true } };
  const keys =
    'Datadog: the keys of its Secret are called address, api-key and app-key here' +
    (address === '' ? '' : `, and address is ${address}`);
  const which =
    "Datadog: the latest value of the metric's interval counts; with Flagger it is the oldest of ten";
  return source({ datadog: { query, interval, ...secretRef } }, 'result', '!isNil(result)', [keys, which]);
}

/** The Secret of a provider, as a field of ours; nothing where there is none. */
function secretName(provider: Fields, field: 'profile'): { readonly profile?: string } {
  const name = textOf(fieldsOf(provider['secretRef'])['name']);
  return name === '' ? {} : { [field]: name };
}

function cloudWatch({ provider, query, interval }: Asked): Source {
  const queries = parsedQueries(query);
  if (queries === null) return { kind: 'none', why: 'its query is no list of MetricDataQueries in JSON' };
  const region = textOf(provider['region']);
  return source(
    { cloudWatch: { interval, metricDataQueries: queries } },
    'result[0].Values[0]',
    'len(result) > 0 && len(result[0].Values) > 0',
    region === '' ? [] : [`CloudWatch: the region, ${region}, is the controller's own (AWS_REGION)`],
  );
}

function parsedQueries(text: string): readonly CloudWatchQuery[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (lowered(value) as readonly CloudWatchQuery[]) : null;
  } catch {
    return null;
  }
}

/** AWS begins its fields with a capital letter, Kubernetes does not. */
function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      `${key.slice(0, 1).toLowerCase()}${key.slice(1)}`,
      lowered(item),
    ]),
  );
}

/** Flagger looks ten intervals back, and at the last series. */
function dynatrace({ provider, query, interval }: Asked, placed: { readonly address?: string }): Source {
  const config = { ...placed, query, interval: tenTimes(interval), ...secretOfRun(provider) };
  return source({ plugin: { 'sluice/dynatrace': config } }, 'result[len(result) - 1]', 'len(result) > 0', [
    'Dynatrace: the key of its Secret is called token here',
  ]);
}

/** Flagger's is Splunk Observability, whose streams come from a host of their own. */
function splunk({ provider, query, interval }: Asked, address: string): Source {
  const stream = address.replace(/^ws/, 'http').replace(/^(https?:\/\/)api\./, '$1stream.');
  const placed = stream === '' ? {} : { address: stream };
  const config = { ...placed, signalFlow: query, interval: tenTimes(interval), ...secretOfRun(provider) };
  return source({ plugin: { 'sluice/splunk': config } }, 'result[0]', 'len(result) > 0', [
    'Splunk: the key of its Secret is called token here',
  ]);
}

function tenTimes(interval: string): string {
  const milliseconds = parseDuration(interval);
  return milliseconds === null ? interval : formatDuration(10 * milliseconds);
}

function secretOfRun(provider: Fields): {
  readonly secretRef: { readonly name: string; readonly namespaced: true };
} {
  return { secretRef: { name: textOf(fieldsOf(provider['secretRef'])['name']), namespaced: true } };
}
