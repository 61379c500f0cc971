import type { ApiAccess, Connection } from '../../shell/kube/access.ts';
import { RestClient } from '../../shell/kube/rest.ts';
import { VERSION } from '../../version.ts';
import type { ClusterFlags } from '../flags.ts';
import type { Cluster } from '../io.ts';
import { patienceMs } from '../patience.ts';
import { readPlainConfig } from './kubeconfig.ts';
import { QuickWire } from './wire.ts';

/**
 * A cluster for a handful of calls, where the kubeconfig is a plain one; else null. It loads in a tenth of
 * the time of the whole client, and the calls are the same. Not for watches: credentials are read once and
 * not renewed.
 */
export async function openQuickCluster({ config, timeoutMs }: ClusterFlags): Promise<Cluster | null> {
  const plain = await readPlainConfig(config);
  if (plain === null) return null;
  const wire = new QuickWire(plain);
  const url = new URL(plain.server);
  const connection: Connection = {
    origin: url.origin,
    basePath: url.pathname.replace(/\/+$/, ''),
    headers: plain.headers,
    requests: wire,
    watches: wire,
  };
  // Nothing is ever renewed here.
  const access: ApiAccess = {
    connection: () => Promise.resolve(connection),
    renew: () => Promise.resolve(null),
    suspect: () => {},
  };
  return {
    api: new RestClient(access, {
      userAgent: `kubectl-sluice/${VERSION}`,
      timeoutMs: timeoutMs ?? patienceMs,
    }),
    namespace: plain.namespace,
    server: plain.server,
    close: () => {
      wire.destroy();
      return Promise.resolve();
    },
  };
}
