import * as z from 'zod';
import { parseDuration } from '../duration.ts';
import type {
  DynatraceConfig,
  ElasticsearchConfig,
  GoogleCloudMonitoringConfig,
  LokiConfig,
  MetricSecretRef,
  SplunkConfig,
} from '../metric-plugins.ts';
import type { HttpHeader } from '../providers.ts';
import { flag, jsonObject, listOf, object, text } from './build.ts';
import { compareConfig } from './compare.ts';

const filled = z.string().min(1, { error: 'must not be empty' });

const address = z
  .string()
  .max(2048)
  .refine((value) => /^https?:\/\/[^\s/?#]/.test(value), { error: 'must be a URL with http or https' });

const secretRef = object<MetricSecretRef>('MetricSecretRef', {
  name: filled,
  namespaced: flag.optional(),
});

const MINUTE = 60_000;

function span(most: number, words: string): z.ZodType<string> {
  return z.string().refine(
    (value) => {
      const milliseconds = parseDuration(value);
      return milliseconds !== null && milliseconds > 0 && milliseconds <= most;
    },
    { error: `must be a duration of at most ${words}` },
  );
}

const timeout = span(5 * MINUTE, '5m');
const interval = span(7 * 24 * 60 * MINUTE, '168h');

const headers = listOf(
  object<HttpHeader>('HttpHeader', {
    key: z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: 'must be the name of a header' }),
    value: text,
  }),
);

/** Schema of `LokiConfig`. */
export const lokiConfig = object<LokiConfig>('LokiConfig', {
  address: address.optional(),
  query: filled,
  tenant: filled.optional(),
  headers: headers.optional(),
  secretRef: secretRef.optional(),
  timeout: timeout.optional(),
});

/** Schema of `ElasticsearchConfig`. */
export const elasticsearchConfig = object<ElasticsearchConfig>('ElasticsearchConfig', {
  address: address.optional(),
  index: filled,
  search: jsonObject,
  jsonPath: filled.optional(),
  headers: headers.optional(),
  secretRef: secretRef.optional(),
  timeout: timeout.optional(),
});

/** Schema of `DynatraceConfig`. */
export const dynatraceConfig = object<DynatraceConfig>('DynatraceConfig', {
  address: address.optional(),
  query: filled,
  entitySelector: filled.optional(),
  mzSelector: filled.optional(),
  interval: interval.optional(),
  resolution: filled.optional(),
  secretRef,
  timeout: timeout.optional(),
});

/** Schema of `SplunkConfig`. */
export const splunkConfig = object<SplunkConfig>('SplunkConfig', {
  address: address.optional(),
  query: filled.optional(),
  signalFlow: filled.optional(),
  interval: interval.optional(),
  secretRef,
  timeout: timeout.optional(),
}).refine(({ query, signalFlow }) => (query === undefined) !== (signalFlow === undefined), {
  error: 'set exactly one of query and signalFlow',
});

/** Schema of `GoogleCloudMonitoringConfig`. */
export const googleCloudMonitoringConfig = object<GoogleCloudMonitoringConfig>(
  'GoogleCloudMonitoringConfig',
  {
    project: z.string().regex(/^[a-z0-9.:-]{1,100}$/, { error: 'must be the id or number of a project' }),
    query: filled,
    secretRef: secretRef.optional(),
    timeout: timeout.optional(),
  },
);

/** Schemas of the metric provider plugins that are built in, by name. Others are not loaded. */
export const metricPlugins = {
  'sluice/compare': compareConfig,
  'sluice/loki': lokiConfig,
  'sluice/elasticsearch': elasticsearchConfig,
  'sluice/dynatrace': dynatraceConfig,
  'sluice/splunk': splunkConfig,
  'sluice/google-cloud-monitoring': googleCloudMonitoringConfig,
} as const satisfies Readonly<Record<string, z.ZodType>>;
