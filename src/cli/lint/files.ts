import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../../shell/manifests/text.ts';
import type { Io } from '../io.ts';
import { Refusal } from '../refusal.ts';

/**
 * Reads files, all manifests below folders, and `-`: standard input. Throws a Refusal where one cannot be
 * read.
 */
export async function readSources(io: Io, paths: readonly string[]): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const path of paths) {
    if (path === '-') sources.push({ file: '<stdin>', text: await io.readStdin() });
    else sources.push(...filesBelow(path).map(readSource));
  }
  return sources;
}

function filesBelow(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ya?ml|json)$/.test(name) && !/(^|[/\\])(node_modules|\.git)[/\\]/.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    throw new Refusal(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readSource(file: string): Source {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new Refusal(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
