import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { playEvents, SEQUENCES } from '../cluster/support/event-sequences.ts';
import { inSimulation } from '../compat/simulated.ts';

void describe('Events come in the order of what happens, simulated', () => {
  for (const sequence of SEQUENCES) {
    void test(sequence.name, async () => {
      const told = await inSimulation(sequence.name, [], async (place) =>
        playEvents(place, await place.namespace('events'), sequence),
      );
      assert.deepEqual(told, sequence.events);
    });
  }
});
