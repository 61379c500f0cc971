import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { play } from './support/play.ts';
import { parseStory } from './support/story.ts';

/** Every story is played and comes out as it is written below its line. `UPDATE=1` rewrites that. */
const stories = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.story'));

for (const file of stories.sort()) {
  const path = join(import.meta.dirname, file);
  const story = parseStory(readFileSync(path, 'utf8'));
  void test(`${file}: ${story.title}`, async () => {
    const told = `${(await play(story)).join('\n')}\n`;
    if (process.env['UPDATE'] === '1') writeFileSync(path, `${story.script}\n---\n${told}`);
    else assert.equal(told, story.golden);
  });
}

void test('a story is played the same every time', async () => {
  const story = parseStory(readFileSync(join(import.meta.dirname, 'two-rollouts.story'), 'utf8'));
  assert.deepEqual(await play(story), await play(story));
});

const wrong: readonly (readonly [line: string, complaint: RegExp])[] = [
  ['wait 5m', /no sentence of a story: wait 5m/],
  ['rollout web 4 replicas', /not "rollout NAME: ..."/],
  ['at once release 2', /not a duration: once/],
];
for (const [line, complaint] of wrong) {
  void test(`a story with a mistake is refused: ${line}`, () => {
    assert.throws(() => parseStory(line), complaint);
  });
}

const misread: readonly (readonly [script: string, complaint: RegExp])[] = [
  ['rollout web: 4 replicas, ngnix', /no phrase of a rollout: ngnix/],
  ['rollout web: 4 replicas, steps 20 / wait', /no step: wait/],
];
for (const [script, complaint] of misread) {
  void test(`nothing that a story says is passed over: ${script}`, async () => {
    await assert.rejects(play(parseStory(script)), complaint);
  });
}
