import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { removeAtExit, startServer, tail } from '../test/cluster/bed/processes.ts';

/** What is measured: the files that Node is given. */
export interface Built {
  readonly from: 'bundle' | 'sources';
  readonly controller: string;
  readonly plugin: string;
}

const REPOSITORY = join(import.meta.dirname, '..');

/** The sources as they are: names are readable in profiles, but a start takes longer and needs 80 MB more. */
export const SOURCES: Built = {
  from: 'sources',
  controller: join(REPOSITORY, 'src', 'main.ts'),
  plugin: join(REPOSITORY, 'src', 'cli', 'kubectl-sluice.ts'),
};

/** Builds what users get, from the sources as they are, into a folder that goes away with this process. */
export async function buildBundles(): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  removeAtExit(folder);
  await build(folder);
  return {
    from: 'bundle',
    controller: join(folder, 'dist', 'sluice.mjs'),
    plugin: join(folder, 'dist', 'kubectl-sluice.cjs'),
  };
}

// Started as the servers are, so that it ends with this process, too.
async function build(folder: string): Promise<void> {
  const logFile = join(folder, 'build.log');
  const args = [join(REPOSITORY, 'tools', 'build.ts'), join(folder, 'dist')];
  const server = startServer({ name: 'build', program: process.execPath, args, logFile });
  while (server.isAlive()) await pause(50);
  if (server.outcome() !== 0) throw new Error(`the bundles cannot be built: ${tail(logFile)}`);
}
