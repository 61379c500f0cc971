import type { Provider } from '../api/providers.ts';
import { type BoundProvider, entry, type NoProvider, type ProviderEntry } from './bind.ts';
import { cloudWatch } from './cloud-watch.ts';
import { datadog } from './datadog.ts';
import { graphite } from './graphite.ts';
import { influxdb } from './influxdb.ts';
import { job } from './job.ts';
import { kayenta } from './kayenta.ts';
import { newRelic } from './new-relic.ts';
import { pluginOf } from './plugins.ts';
import { prometheus } from './prometheus.ts';
import { skywalking } from './skywalking.ts';
import { wavefront } from './wavefront.ts';
import { web } from './web.ts';

export type { BoundProvider } from './bind.ts';

/** All metric providers, by the key under `provider` in a metric. A name exists here or nowhere. */
export const providers = {
  prometheus: entry(prometheus),
  web: entry(web),
  job: entry(job),
  datadog: entry(datadog),
  newRelic: entry(newRelic),
  wavefront: entry(wavefront),
  cloudWatch: entry(cloudWatch),
  graphite: entry(graphite),
  influxdb: entry(influxdb),
  skywalking: entry(skywalking),
  kayenta: entry(kayenta),
} as const satisfies Readonly<Record<string, ProviderEntry>>;

/**
 * The provider of a metric: exactly one key must be set, known, and have the right fields. Under the key
 * `plugin` it is the plugin of that name. Pure.
 */
export function providerOf(provider: Provider): BoundProvider | NoProvider {
  const named = Object.entries(provider).filter(([, query]) => query !== undefined && query !== null);
  const [first, second] = named;
  if (first === undefined) return { kind: 'error', message: 'no provider specified' };
  if (second !== undefined) return { kind: 'error', message: 'multiple providers specified' };
  const [name, query] = first;
  if (name === 'plugin') return pluginOf(provider.plugin ?? {});
  if (!isKnown(name)) {
    const known = [...Object.keys(providers), 'plugin'].join(', ');
    return { kind: 'error', message: `the provider "${name}" is not supported; there are ${known}` };
  }
  return providers[name].bind(query);
}

function isKnown(name: string): name is keyof typeof providers {
  return Object.hasOwn(providers, name);
}
