import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from '../../api/meta.ts';
import { Refusal } from '../refusal.ts';

/** Beside the parts of a plugin that was built, and from here in a checkout. */
const PLACES = ['crds', '../../../crds'];

/** Our CustomResourceDefinitions. Throws a Refusal where they are not beside the program. */
export function definitions(): readonly Manifest[] {
  const folder = PLACES.map((place) => join(import.meta.dirname, place)).find(existsSync);
  if (folder === undefined) throw new Refusal('the folder crds is missing beside the program');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Manifest);
}
