import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ApiServer } from '../../../src/sim/api-server/server.ts';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { Random } from '../../../src/sim/random.ts';
import { asked, type Step } from './asking.ts';

interface Story {
  readonly title: string;
  readonly steps: readonly Step[];
}

const file = join(import.meta.dirname, 'vectors', 'answers.json');
const stories = JSON.parse(readFileSync(file, 'utf8')) as readonly Story[];

/** What kube-apiserver 1.35 answered to the same requests, in the same order. */
void describe('answers of a real API server', () => {
  for (const { title, steps } of stories) {
    void test(title, async () => {
      const clock = new VirtualClock(Date.parse('2026-11-21T08:00:00Z'));
      const api = new ApiServer({ clock, random: new Random(title), assumed: [] });
      for (const step of steps) {
        const { status, warning, answer } = await asked(api, clock, step);
        const what = `${step.ask} ${step.body ?? ''}`;
        assert.equal(status, step.status, what);
        if (step.answer === undefined) continue;
        assert.equal(warning, step.warning, what);
        assert.deepEqual(JSON.parse(JSON.stringify(answer)), step.answer, what);
      }
      api.stop();
    });
  }
});
