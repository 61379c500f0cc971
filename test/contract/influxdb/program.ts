import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, buildProgram, cacheFolderOf, goVersion, say } from '../../cluster/bed/go.ts';

const SOURCE = import.meta.dirname;
const PROGRAM = { source: SOURCE, name: 'influxd', linkerFlags: '-s -w' };

/**
 * Finds InfluxDB's server in the user's cache folder, or builds it from Go modules into that folder, which takes
 * about a minute once. Version 1.8 is the last that a Go module alone makes, and it answers Flux as version 2
 * does; Debian's is 1.6, without Flux. Throws where there is no Go.
 */
export async function findInfluxd(): Promise<string> {
  const version = await goVersion();
  if (version === null) throw new Error('Go is not on the PATH (it builds InfluxDB from Go modules, once)');
  const hash = createHash('sha256').update(`${version} ${PROGRAM.linkerFlags}\n`);
  for (const file of ['go.mod', 'go.sum', 'influxd/main.go']) hash.update(readFileSync(join(SOURCE, file)));
  const folder = cacheFolderOf('influxdb', hash.digest('hex'));
  const program = join(folder, PROGRAM.name);
  mkdirSync(folder, { recursive: true });
  await alone(
    folder,
    () => existsSync(program),
    () => {
      say('building influxd from Go modules (once; about a minute on two cores) ...');
      return buildProgram(PROGRAM, folder);
    },
  );
  return program;
}
