import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { play } from './support/play.ts';
import type { Script } from './support/script.ts';

/**
 * Every story that has once broken a law, of itself or with a planted defect, cut down. Each is named after what
 * was wrong.
 */
for (const file of globSync('kept/*.json', { cwd: import.meta.dirname }).sort())
  void test(basename(file, '.json').replaceAll('-', ' '), async () => {
    const script = JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Script;
    assert.deepEqual((await play(script)).broken, []);
  });
