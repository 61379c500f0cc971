import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nowhere } from './server.ts';

/** A real Prometheus. */
export interface RealPrometheus extends AsyncDisposable {
  readonly url: string;
}

/**
 * The program: `prometheus` on the path, or what the variable `PROMETHEUS` names; null when there is none.
 */
export function findPrometheus(): string | null {
  const program = process.env['PROMETHEUS'] ?? 'prometheus';
  return spawnSync(program, ['--version']).status === 0 ? program : null;
}

/**
 * Starts it on a free port and waits until it answers, at most 30 seconds. Without a configuration it scrapes
 * nothing. `history` are samples of the past, as OpenMetrics: for these promtool must be where it is.
 */
export async function startPrometheus(
  program: string,
  configuration = 'global: {}\n',
  history: string | null = null,
): Promise<RealPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  if (history !== null) writeHistory(program, folder, history);
  writeFileSync(join(folder, 'prometheus.yml'), configuration);
  const url = await nowhere();
  const flags = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
  ];
  const child = spawn(program, flags, { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = AbortSignal.timeout(30_000);
  while (!(await isReady(url))) {
    if (deadline.aborted || child.exitCode !== null) {
      await stop();
      throw new Error('Prometheus did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, [Symbol.asyncDispose]: stop };
}

function writeHistory(program: string, folder: string, history: string): void {
  const samples = join(folder, 'history.txt');
  writeFileSync(samples, history);
  const tool = program.replace(/prometheus$/, 'promtool');
  const made = spawnSync(tool, [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    '--max-block-duration=8760h',
    samples,
    join(folder, 'data'),
  ]);
  if (made.status !== 0) throw new Error(`promtool: ${made.stderr.toString()}`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
