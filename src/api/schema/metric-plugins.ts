import * as z from 'zod';
import type {
  DynatraceConfig,
  ElasticsearchConfig,
  GoogleCloudMonitoringConfig,
  LokiConfig,
  SplunkConfig,
} from '../metric-plugins.ts';
import { jsonObject, object } from './build.ts';
import { compareConfig } from './compare.ts';
import { experimentMetric } from './experiment-metric.ts';
import { address, filled, headers, MINUTE, secretRef, span, timeout } from './service.ts';

const interval = span(7 * 24 * 60 * MINUTE, '168h');

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
  'sluice/experiment': experimentMetric,
} as const satisfies Readonly<Record<string, z.ZodType>>;
