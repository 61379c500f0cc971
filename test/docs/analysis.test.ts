import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');

void test('docs/analysis.md: what two steps with one alpha say is what their story tells', () => {
  const page = readFileSync(join(ROOT, 'docs/analysis.md'), 'utf8');
  const story = readFileSync(join(ROOT, 'test/stories/compare-in-steps.story'), 'utf8');
  const [, told = ''] = /^### One alpha for several steps\n[\s\S]*?^```text\n(.*)\n```$/m.exec(page) ?? [];
  assert.match(told, /limit 200/);
  assert.ok(story.split('\n').some((line) => line.trim() === told));
});
