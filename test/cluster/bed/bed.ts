import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, openApi } from './api.ts';
import type { KubeObject, Ref } from './client.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { kubeconfig, makeTokens, type Tokens, type Who } from './credentials.ts';
import { install } from './install.ts';
import { type FakeKubelet, startKubelet } from './kubelet/start.ts';
import { removeAtExit } from './processes.ts';
import { findPrograms } from './programs.ts';

/**
 * What a test wants of its bed; `{}` gives a control plane with the repository's CRDs and pods that get
 * ready.
 */
export interface BedOptions {
  /** Also install the CRDs of the Gateway API. */
  readonly gatewayApi?: boolean;
  /** Leave out the CRDs of the repository. */
  readonly bare?: boolean;
  /**
   * YAML files or folders to apply once everything runs, such as other RBAC. Without them the controller under
   * test may do what `deploy/base` grants, and nothing else.
   */
  readonly manifests?: readonly string[];
  /**
   * Every pod is a real HTTP server on its own address. Needs the network namespace that `test/run.ts` makes.
   */
  readonly traffic?: boolean;
  /** From binding to Ready, in milliseconds (700). */
  readonly readyAfterMs?: number;
  /** From deletion to gone, in milliseconds (200). */
  readonly removedAfterMs?: number;
  /** Leave the folder with logs and data where it is, and say where. */
  readonly keep?: boolean;
}

/** A running cluster without containers: real control plane, fake node. */
export interface Bed {
  /** https URL of the API server. */
  readonly server: string;
  readonly caFile: string;
  readonly tokens: Tokens;
  /** One JSON line for each finished request of the controller under test; watches appear when they end. */
  readonly auditFile: string;
  /** Logs, `NAME.log`, and data of all parts. */
  readonly folder: string;
  /** Path of Kubernetes' kubectl. */
  readonly kubectl: string;
  /** A client with all rights. */
  readonly api: Api;
  readonly kubelet: FakeKubelet;
  /** Path of a kubeconfig file. `controller` is the ServiceAccount `sluice` in namespace `sluice`. */
  kubeconfig(who: Who): string;
  /** Process ids of etcd, kube-apiserver and kube-controller-manager. */
  pids(): Readonly<Record<string, number>>;
  /**
   * Makes a new namespace whose name begins with `prefix`, and returns the name when pods can be created in
   * it.
   */
  namespace(prefix: string): Promise<string>;
  /**
   * Applies YAML files or folders. The garbage collector learns of kinds installed by this only after 30 s.
   */
  install(paths: readonly string[]): Promise<void>;
  /**
   * Kills the API server and starts it again when what is to happen meanwhile has; clients see their
   * connections drop.
   */
  restartApiServer<T>(meanwhile: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/**
 * Starts a bed (5 to 10 s; the first time on a machine the programs are built, which takes minutes).
 * Everything ends with `stop`, and at the latest with this process.
 */
export async function startBed(options: BedOptions = {}): Promise<Bed> {
  const programs = await findPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bed-'));
  const removal = removeAtExit(folder);
  if (options.keep === true) removal.release();
  const tokens = makeTokens();
  const plane = await startControlPlane(programs, folder, tokens);
  const access = { server: plane.server, ca: readFileSync(plane.caFile, 'utf8') };
  const api = openApi({ ...access, token: tokens.admin });
  const stopPlane = async () => {
    await api.close();
    await plane.stop();
    if (options.keep === true) process.stderr.write(`test bed: logs and data are in ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    removal.release();
  };
  try {
    await prepare(api, plane, { options, gatewayApi: programs.gatewayApiCrds });
    const kubelet = await startKubelet({
      access: { ...access, token: tokens.kubelet },
      logFile: join(folder, 'kubelet.log'),
      readyAfterMs: options.readyAfterMs ?? 700,
      removedAfterMs: options.removedAfterMs ?? 200,
      traffic: options.traffic ?? false,
    });
    const parts = { plane, api, kubelet, tokens, folder, kubectl: programs.paths.kubectl };
    return assemble(parts, async () => {
      await kubelet.stop();
      await stopPlane();
    });
  } catch (error) {
    await stopPlane();
    throw error;
  }
}

interface Parts {
  readonly plane: ControlPlane;
  readonly api: Api;
  readonly kubelet: FakeKubelet;
  readonly tokens: Tokens;
  readonly folder: string;
  readonly kubectl: string;
}

function assemble(parts: Parts, stop: () => Promise<void>): Bed {
  const { plane, api, kubelet, tokens, folder, kubectl } = parts;
  let stopped: Promise<void> | null = null;
  return {
    server: plane.server,
    caFile: plane.caFile,
    auditFile: plane.auditFile,
    tokens,
    folder,
    kubectl,
    api,
    kubelet,
    kubeconfig: (who) => {
      const file = join(folder, `${who}.kubeconfig`);
      // Written once: somebody may be reading it.
      if (!existsSync(file))
        writeFileSync(file, kubeconfig(plane.server, plane.caFile, tokens[who]), { mode: 0o600 });
      return file;
    },
    pids: () => Object.fromEntries(plane.processes().map(({ name, pid }) => [name, pid])),
    namespace: (prefix) => newNamespace(api, prefix),
    install: (paths) => install(api, paths),
    restartApiServer: (meanwhile) => plane.restartApiServer(meanwhile),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

interface Preparation {
  readonly options: BedOptions;
  readonly gatewayApi: string | null;
}

async function prepare(api: Api, plane: ControlPlane, { options, gatewayApi }: Preparation): Promise<void> {
  const crds = join(REPOSITORY, 'crds');
  const hasCrds = existsSync(crds) && readdirSync(crds).length > 0;
  if (options.bare !== true && hasCrds) await install(api, [crds]);
  if (options.gatewayApi === true) {
    if (gatewayApi === null)
      throw new Error('test bed: the Gateway API comes from a Go module, and Go is missing');
    await install(api, [gatewayApi]);
  }
  plane.startControllerManager();
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sluice' } }, 'bed');
  await install(api, options.manifests ?? RIGHTS);
  await hasServiceAccount(api, 'default');
}

/** The rights that users give the controller. */
const RIGHTS = ['namespace.yaml', 'service-account.yaml', 'rbac.yaml'].map((file) =>
  join(REPOSITORY, 'deploy', 'base', file),
);

async function newNamespace(api: Api, prefix: string): Promise<string> {
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: `${prefix}-` } };
  const { metadata } = await api.wire.send<KubeObject>('POST', '/api/v1/namespaces', manifest);
  await hasServiceAccount(api, metadata.name);
  return metadata.name;
}

// Pods are refused until the controller manager has made the namespace's default ServiceAccount.
async function hasServiceAccount(api: Api, namespace: string): Promise<void> {
  const ref: Ref = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'default' };
  await api.until(ref, (account) => account !== null, 30);
}
