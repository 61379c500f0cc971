import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { auditPolicy, kubeconfig, type Tokens, tokenFile, writeServiceAccountKeys } from './credentials.ts';
import { freePorts, type ServerProcess, startServer, untilReady } from './processes.ts';
import type { Programs } from './programs.ts';

/** A running etcd and kube-apiserver, and what is needed to reach them. */
export interface ControlPlane {
  readonly server: string;
  readonly caFile: string;
  readonly auditFile: string;
  /** Those that run now. */
  processes(): readonly ServerProcess[];
  /**
   * Starts the controller manager: after the CRDs are there, since its garbage collector looks for new kinds
   * rarely.
   */
  startControllerManager(): void;
  /**
   * Kills the API server, leaves it down until `meanwhile` is over, and starts it again on the same port and
   * data. Returns what came of `meanwhile`.
   */
  restartApiServer<T>(meanwhile: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

// Only what a rollout needs. The node lifecycle is left out: it would declare the fake node dead.
const CONTROLLERS = [
  'replicaset',
  'deployment',
  'statefulset',
  'job',
  'cronjob',
  'disruption',
  'endpoints',
  'endpointslice',
  'serviceaccount',
  'serviceaccount-token',
  'namespace',
  'garbage-collector',
  'ttl-after-finished',
];

/** Starts etcd and kube-apiserver in `folder` and returns when the API server is ready (about 3 s). */
export async function startControlPlane(
  programs: Programs,
  folder: string,
  tokens: Tokens,
): Promise<ControlPlane> {
  const [client = 0, peer = 0, secure = 0] = await freePorts(3);
  const keys = writeServiceAccountKeys(folder);
  const place: Place = { programs, folder, keys, secure, etcd: `http://127.0.0.1:${client}`, tokens };
  writeFileSync(join(folder, 'tokens.csv'), tokenFile(tokens), { mode: 0o600 });
  writeFileSync(join(folder, 'audit-policy.json'), auditPolicy());
  writeFileSync(join(folder, 'audit.log'), '');
  const etcd = startEtcd(place, `http://127.0.0.1:${peer}`);
  const running = new Map<string, ServerProcess>([['etcd', etcd]]);
  const startApi = async () => {
    const api = startApiServer(place);
    running.set(api.name, api);
    const isReady = () => answersReady(place);
    await untilReady(api, logOf(place, api.name), { seconds: 90, isReady });
  };
  const stop = async () => {
    await Promise.all([...running.values()].map((process) => process.kill()));
    running.clear();
  };
  try {
    await startApi();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    server: serverOf(place),
    caFile: caOf(place),
    auditFile: join(folder, 'audit.log'),
    processes: () => [...running.values()],
    startControllerManager: () => {
      const manager = startManager(place);
      running.set(manager.name, manager);
    },
    restartApiServer: async (meanwhile) => {
      await running.get('kube-apiserver')?.kill();
      try {
        return await meanwhile();
      } finally {
        await startApi();
      }
    },
    stop,
  };
}

interface Place {
  readonly programs: Programs;
  readonly folder: string;
  readonly keys: { readonly privateKey: string; readonly publicKey: string };
  readonly secure: number;
  readonly etcd: string;
  readonly tokens: Tokens;
}

const serverOf = (place: Place) => `https://127.0.0.1:${place.secure}`;
const caOf = (place: Place) => join(place.folder, 'certs', 'apiserver.crt');
const logOf = (place: Place, name: string) => join(place.folder, `${name}.log`);

function start(place: Place, name: keyof Programs['paths'], args: readonly string[]): ServerProcess {
  return startServer({ name, program: place.programs.paths[name], args, logFile: logOf(place, name) });
}

function startEtcd(place: Place, peer: string): ServerProcess {
  return start(place, 'etcd', [
    '--unsafe-no-fsync',
    `--data-dir=${join(place.folder, 'etcd')}`,
    `--listen-client-urls=${place.etcd}`,
    `--advertise-client-urls=${place.etcd}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--log-level=warn',
  ]);
}

// The advertised address must not be loopback; nothing is bound there.
function startApiServer(place: Place): ServerProcess {
  return start(place, 'kube-apiserver', [
    `--etcd-servers=${place.etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${place.secure}`,
    `--cert-dir=${join(place.folder, 'certs')}`,
    '--advertise-address=10.255.255.1',
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://sluice.test',
    `--service-account-key-file=${place.keys.publicKey}`,
    `--service-account-signing-key-file=${place.keys.privateKey}`,
    '--authorization-mode=RBAC',
    '--anonymous-auth=true',
    `--token-auth-file=${join(place.folder, 'tokens.csv')}`,
    `--audit-policy-file=${join(place.folder, 'audit-policy.json')}`,
    `--audit-log-path=${join(place.folder, 'audit.log')}`,
    '--audit-log-mode=blocking',
    '--profiling=false',
  ]);
}

function startManager(place: Place): ServerProcess {
  const file = join(place.folder, 'controller-manager.kubeconfig');
  writeFileSync(file, kubeconfig(serverOf(place), caOf(place), place.tokens['controller-manager']), {
    mode: 0o600,
  });
  return start(place, 'kube-controller-manager', [
    `--kubeconfig=${file}`,
    `--controllers=${CONTROLLERS.map((name) => `${name}-controller`).join(',')}`,
    `--service-account-private-key-file=${place.keys.privateKey}`,
    '--leader-elect=false',
    '--secure-port=0',
    // The default of 20 a second would be the limit of every measurement.
    '--kube-api-qps=2000',
    '--kube-api-burst=4000',
  ]);
}

// Connections are not kept: while the server starts, each attempt is to see it as it is now.
async function answersReady(place: Place): Promise<boolean> {
  const dispatcher = new Agent({ connect: { ca: readFileSync(caOf(place), 'utf8') }, headersTimeout: 2_000 });
  try {
    const headers = { authorization: `Bearer ${place.tokens.admin}` };
    const answer = await request(`${serverOf(place)}/readyz`, { dispatcher, headers });
    await answer.body.dump();
    return answer.statusCode === 200;
  } finally {
    await dispatcher.destroy();
  }
}
