import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where `node test/sim/survey.ts` writes them. */
export const SEEDS_FILE = join(import.meta.dirname, '../mutations/seeds.json');

/** By the name of a defect the seed of a life in which it is noticed; those that were never are left out. */
export const SEEDS = JSON.parse(readFileSync(SEEDS_FILE, 'utf8')) as Readonly<Record<string, string>>;
