import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { draw } from './draw.ts';
import type { Script } from './script.ts';

const KEPT = join(import.meta.dirname, '../kept');

/** The names of all lives that are kept: `kept/` and the name of the file. */
export const KEPT_LIVES: readonly string[] = globSync('*.json', { cwd: KEPT })
  .sort()
  .map((file) => `kept/${basename(file, '.json')}`);

/** A life by its name: one that is kept, or else a seed. */
export function lifeOf(name: string): Script {
  if (!name.startsWith('kept/')) return draw(name);
  return JSON.parse(readFileSync(join(KEPT, `${basename(name)}.json`), 'utf8')) as Script;
}
