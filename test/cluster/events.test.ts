import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { playEvents, SEQUENCES } from './support/event-sequences.ts';

void describe('Events come in the order of what happens', { concurrency: true }, () => {
  let bed: Bed;
  let controller: Controller;

  before(async () => {
    bed = await startBed();
    controller = await startController(bed, { args: ['--leader-elect=false'] });
  });
  after(async () => {
    await controller?.kill();
    await bed?.stop();
  });

  for (const sequence of SEQUENCES) {
    void test(sequence.name, async () => {
      assert.deepEqual(await playEvents(bed, await bed.namespace('events'), sequence), sequence.events);
    });
  }
});
