import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeAtExit } from '../test/cluster/bed/processes.ts';

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

/** Builds what users get, from the sources as they are now, into a folder that goes away with this process. */
export async function buildBundles(): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  removeAtExit(folder);
  await promisify(execFile)(process.execPath, [join(REPOSITORY, 'tools', 'build.ts'), folder]);
  return {
    from: 'bundle',
    controller: join(folder, 'sluice.mjs'),
    plugin: join(folder, 'kubectl-sluice.cjs'),
  };
}
