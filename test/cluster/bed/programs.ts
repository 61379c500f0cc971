import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { access, chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

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

async function goVersion(): Promise<string | null> {
  try {
    return (await run('go', ['env', 'GOVERSION'])).trim();
  } catch {
    return null;
  }
}

// The key covers all that decides what comes out of a build, so that a stale program is never used.
function cacheFolder(version: string | null): string {
  const hash = createHash('sha256').update(`${version ?? 'no go'} ${LINKER_FLAGS}\n`);
  const mains = PROGRAMS.map((name) => join(name, 'main.go'));
  for (const file of ['go.mod', 'go.sum', 'gateway.go', ...mains])
    hash.update(readFileSync(join(SOURCE, file)));
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'sluice', 'controlplane', hash.digest('hex').slice(0, 16));
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
    const started = performance.now();
    say(`building ${name} from Go modules (once; all four take about five minutes on two cores) ...`);
    const part = join(folder, `.${name}.part`);
    await run('go', [
      'build',
      '-trimpath',
      '-buildvcs=false',
      '-ldflags',
      LINKER_FLAGS,
      '-o',
      part,
      `./${name}`,
    ]);
    await chmod(part, 0o755);
    await rename(part, join(folder, name));
    say(`${name} built in ${Math.round((performance.now() - started) / 1000)} s`);
  }
  if (existsSync(crds)) return;
  await run('go', ['mod', 'download', 'sigs.k8s.io/gateway-api']);
  const module = (await run('go', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/gateway-api'])).trim();
  const part = await mkdtemp(join(folder, '.crds-'));
  const standard = join(module, 'config', 'crd', 'standard');
  for (const file of readdirSync(standard)) {
    if (file.startsWith('gateway.networking')) cpSync(join(standard, file), join(part, file));
  }
  await rename(part, crds);
}

// A lock is a file with the process id of its owner; that of a process which is gone does not count.
async function alone(folder: string, complete: () => boolean, work: () => Promise<void>): Promise<void> {
  const lock = join(folder, 'build.lock');
  for (let said = false; !complete(); ) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
    } catch {
      const owner = lockOwner(lock);
      if (owner !== null && !isAlive(owner)) await rm(lock, { force: true });
      if (owner !== null && !said)
        say(`waiting for process ${owner}, which is building the control plane ...`);
      said ||= owner !== null;
      await pause(200);
      continue;
    }
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  }
}

function lockOwner(lock: string): number | null {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: SOURCE, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => child.kill('SIGKILL');
    process.once('exit', stop);
    let out = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      errors = (errors + data.toString()).slice(-4000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', stop);
      if (code === 0) resolve(out);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${errors}`));
    });
    // A build is long and nobody waits for each second of it: other work on the machine goes first.
    if (args[0] === 'build' && child.pid !== undefined) setPriority(child.pid, 5);
  });
}

function say(line: string): void {
  process.stderr.write(`test bed: ${line}\n`);
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
