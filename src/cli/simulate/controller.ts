import { type Controller, startController } from '../../shell/controller.ts';
import type { ApiAccess, Connection } from '../../shell/kube/access.ts';
import { tellTroubles } from '../../shell/log.ts';
import type { Settings } from '../../shell/settings.ts';
import type { Surroundings } from '../../shell/surroundings.ts';
import type { Process } from '../../sim/process.ts';
import { VERSION } from '../../version.ts';

/**
 * Starts the controller that users run, all of it, in a process of a simulated world. `onLine` is told each
 * line of its log that is a warning or worse.
 */
export function startInside(
  process: Process,
  settings: Partial<Settings> = {},
  onLine: (line: string) => void = () => {},
  env: Surroundings['env'] = {},
): Controller {
  return startController(surroundingsIn(process, env), { ...DEFAULTS, ...settings }, tellTroubles(onLine));
}

function surroundingsIn(process: Process, env: Surroundings['env']): Surroundings {
  return {
    clock: process.life,
    rng: () => process.random.next(),
    access: accessThrough(process),
    fetch: process.fetch,
    env,
    identity: process.name,
    close: () => Promise.resolve(process.wire.close()),
  };
}

/** The way to the simulated API server, for a client of any kind. */
export function accessThrough({ wire }: Process): ApiAccess {
  const connection: Connection = {
    origin: 'http://simulated',
    basePath: '',
    headers: {},
    requests: wire,
    watches: wire,
  };
  return {
    connection: () => Promise.resolve(connection),
    renew: () => Promise.resolve(null),
    suspect: () => {},
  };
}

const DEFAULTS: Settings = {
  version: VERSION,
  kubeconfig: undefined,
  context: undefined,
  namespace: null,
  controllerNamespace: 'sluice',
  instanceId: '',
  controllers: 'all',
  rolloutThreads: 10,
  analysisThreads: 30,
  serviceThreads: 10,
  qps: 500,
  burst: 1000,
  metricsPort: 0,
  healthzPort: 0,
  leaderElect: false,
  resyncSeconds: 900,
  logLevel: 'silent',
  logFormat: 'json',
  selfService: false,
  ignored: [],
};
