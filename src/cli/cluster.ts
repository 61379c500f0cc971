import { systemClock } from '../shell/clock.ts';
import { Access } from '../shell/kube/access.ts';
import { RestClient } from '../shell/kube/rest.ts';
import { VERSION } from '../version.ts';
import type { ClusterFlags } from './flags.ts';
import type { Cluster } from './io.ts';
import { patienceMs } from './patience.ts';

/**
 * Opens the cluster that the flags choose, for as long as one likes. This file takes time to load: import it
 * only when needed.
 */
export async function openCluster(flags: ClusterFlags): Promise<Cluster> {
  const access = await Access.open(flags.config, systemClock);
  const api = new RestClient(access, {
    userAgent: `kubectl-sluice/${VERSION}`,
    timeoutMs: flags.timeoutMs ?? patienceMs,
  });
  return {
    api,
    namespace: access.namespace,
    server: access.describes.server,
    close: () => access.close(),
  };
}
