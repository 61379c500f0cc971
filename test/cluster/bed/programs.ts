import { createHash } from 'node:crypto';
import { constants, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { access, mkdtemp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { alone, buildProgram, cacheFolderOf, go, goVersion, say } from './go.ts';

/** The programs of the control plane, in the order in which they are built. */
export const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;

/** Name of one of the programs. */
export type ProgramName = (typeof PROGRAMS)[number];

/** Where the parts of a control plane are: paths of programs, and the folder with the Gateway API's CRDs. */
export interface Programs {
  readonly paths: Readonly<Record<ProgramName, string>>;
  /** Null where all programs were given and there is no Go to fetch the module with. */
  readonly gatewayApiCrds: string | null;
}

const SOURCE = join(import.meta.dirname, 'controlplane');
const KUBERNETES = 'v1.35.4';

/**
 * Finds the programs: in `KUBEBUILDER_ASSETS` where that has them, else in the user's cache folder, else
 * builds them from Go modules into that folder, which takes about five minutes once. Two processes never
 * build at once: the second waits. Progress goes to standard error. Throws where neither Go nor ready
 * programs are to be had.
 */
export async function findPrograms(): Promise<Programs> {
  const found = new Map(PROGRAMS.map((name) => [name, inAssets(name)] as const));
  const wanted = PROGRAMS.filter((name) => found.get(name) === null);
  const version = await goVersion();
  const folder = cacheFolder(version);
  mkdirSync(folder, { recursive: true });
  const crds = join(folder, 'gateway-api');
  const complete = () => wanted.every((name) => existsSync(join(folder, name))) && existsSync(crds);
  const toBuild = version !== null || wanted.length > 0;
  if (toBuild && !complete()) await alone(folder, complete, () => build(folder, crds, wanted));
  const path = (name: ProgramName) => found.get(name) ?? join(folder, name);
  const paths = {
    etcd: path('etcd'),
    'kube-apiserver': path('kube-apiserver'),
    'kube-controller-manager': path('kube-controller-manager'),
    kubectl: path('kubectl'),
  };
  return { paths, gatewayApiCrds: existsSync(crds) ? crds : null };
}

/** Why no control plane can be had here, in one sentence; null when there is one or it can be built. */
export async function missingPrograms(): Promise<string | null> {
  if (PROGRAMS.every((name) => inAssets(name) !== null) || (await goVersion()) !== null) return null;
  return 'Go 1.25 or later is not on the PATH (it builds etcd and Kubernetes from Go modules, once)';
}

function inAssets(name: ProgramName): string | null {
  const folder = process.env['KUBEBUILDER_ASSETS'];
  if (folder === undefined || folder === '') return null;
  const path = join(folder, name);
  return existsSync(path) ? path : null;
}

// The key covers all that decides what comes out of a build, so that a stale program is never used.
function cacheFolder(version: string | null): string {
  const hash = createHash('sha256').update(`${version ?? 'no go'} ${LINKER_FLAGS}\n`);
  const mains = PROGRAMS.map((name) => join(name, 'main.go'));
  for (const file of ['go.mod', 'go.sum', 'gateway.go', ...mains])
    hash.update(readFileSync(join(SOURCE, file)));
  return cacheFolderOf('controlplane', hash.digest('hex'));
}

// Without these, Kubernetes' programs take themselves for v0.0.0 and clients warn about the distance.
const STAMP = 'k8s.io/component-base/version';
const VERSION_FLAGS = { gitVersion: KUBERNETES, gitMajor: '1', gitMinor: '35' };
const LINKER_FLAGS = ['-s', '-w']
  .concat(Object.entries(VERSION_FLAGS).map(([name, value]) => `-X ${STAMP}.${name}=${value}`))
  .join(' ');

async function build(folder: string, crds: string, wanted: readonly ProgramName[]): Promise<void> {
  for (const name of wanted) {
    if (existsSync(join(folder, name))) continue;
    say(`building ${name} from Go modules (once; all four take about five minutes on two cores) ...`);
    await buildProgram({ source: SOURCE, name, path: `./${name}`, linkerFlags: LINKER_FLAGS }, folder);
  }
  if (existsSync(crds)) return;
  await go(SOURCE, ['mod', 'download', 'sigs.k8s.io/gateway-api']);
  const module = (await go(SOURCE, ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/gateway-api'])).trim();
  const part = await mkdtemp(join(folder, '.crds-'));
  const standard = join(module, 'config', 'crd', 'standard');
  for (const file of readdirSync(standard)) {
    if (file.startsWith('gateway.networking')) cpSync(join(standard, file), join(part, file));
  }
  await rename(part, crds);
}

/** True when a program of this name can be run from the PATH. */
export async function isOnPath(name: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(':').concat('/usr/sbin', '/sbin');
  const tries = folders.map((folder) =>
    access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(tries)).includes(true);
}
