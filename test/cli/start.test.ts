import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';

const CLI = join(import.meta.dirname, '../../src/cli');

/**
 * Packages and Node modules that a file loads at once, with all that it imports; what is imported later is
 * not.
 */
function loads(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  const imports = source.matchAll(/^(?:import|export)(?! type\b)[^;'"]*?from '([^']+)'|^import '([^']+)'/gm);
  return [...imports].flatMap(([, from, bare]) => {
    const name = from ?? bare ?? '';
    return name.startsWith('.') ? loads(resolve(dirname(file), name), seen) : [name];
  });
}

const rows: readonly (readonly [file: string, packages: readonly string[]])[] = [
  ['kubectl-sluice.ts', []],
  ['run.ts', ['commander']],
  ['commands/get.ts', []],
  ['commands/explain.ts', []],
  ['commands/status.ts', []],
  ['commands/promote.ts', []],
  ['watch/rollout.ts', []],
  ['commands/lint.ts', ['yaml', 'zod']],
  ['quick/cluster.ts', []],
  ['cluster.ts', ['@kubernetes/client-node', 'undici', 'yaml']],
];

for (const [file, packages] of rows) {
  void test(`${file} starts fast: it loads ${packages.join(', ') || 'no package'}`, () => {
    const found = new Set(loads(join(CLI, file)).filter((name) => !name.startsWith('node:')));
    assert.deepEqual([...found].sort(), packages);
  });
}
