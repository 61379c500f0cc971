import type { GoogleCloudMonitoringConfig } from '../api/metric-plugins.ts';
import { googleCloudMonitoringConfig } from '../api/schema/metric-plugins.ts';
import type { Reading } from '../core/analysis/reading.ts';
import { googleToken } from './google-token.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { secondsOf } from './seconds.ts';
import { askJson, type Question } from './service.ts';
import { samplesOf } from './vector.ts';

const who = 'sluice/google-cloud-monitoring';
const defaultAddress = 'https://monitoring.googleapis.com';

/** The variable by which Google's own command line is told of another address, such as a private one. */
const addressVariable = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_MONITORING';

/**
 * Asks Google Cloud Monitoring in PromQL, which knows all of its metrics, not only those of Prometheus. A
 * scalar is a number, a vector a list of floats. MQL is not spoken: Google has given it up. Source:
 * https://cloud.google.com/monitoring/promql
 */
export const googleCloudMonitoring: MetricProvider<GoogleCloudMonitoringConfig> = {
  name: who,
  schema: googleCloudMonitoringConfig,
  start,
  describe: ({ query }) => ({ ResolvedPrometheusQuery: query }),
};

async function start(config: GoogleCloudMonitoringConfig, ask: Ask): Promise<Reading> {
  const found = await googleToken(who, config.secretRef, ask);
  if (found.kind === 'error') return found;
  const { project, query } = config;
  const address = (ask.env(addressVariable) || defaultAddress).replace(/\/+$/, '');
  const parameters = new URLSearchParams({ query, time: String(ask.now / 1000) });
  const api = `/v1/projects/${encodeURIComponent(project)}/location/global/prometheus/api/v1`;
  const question: Question = {
    who,
    secrets: [found.token],
    method: 'GET',
    url: `${address}${api}/query?${parameters.toString()}`,
    headers: { authorization: `Bearer ${found.token}` },
    body: null,
    timeoutSeconds: secondsOf(config.timeout, '30s'),
  };
  const parsed = await askJson(question, ask);
  return parsed.kind === 'error' ? parsed : samplesOf(question, parsed.value);
}
