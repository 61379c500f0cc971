import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/api/meta.ts';
import { ApiError } from '../../../src/sim/api-server/api.ts';
import { perform, readVector, type Scenario, type Step } from './replay.ts';

interface Answer {
  readonly code: number;
  readonly message?: string;
  readonly object?: JsonObject;
}

/** Rules by hand, of kinds that are built in: here a schema cannot know what the server found. */
const byHand: ReadonlySet<string> = new Set(['uid mismatch', 'fieldManager', '`selector`']);

for (const { name, kind, steps } of readVector('apply.json') as readonly Scenario[]) {
  void test(`managers as recorded: ${name}`, () => {
    let live: JsonObject | null = null;
    for (const [i, step] of steps.entries()) {
      if ([...byHand].some((rule) => step.message?.includes(rule) === true)) continue;
      const answer = answered(live, step, kind);
      const what = `step ${i}: ${step.verb} by ${step.manager}`;
      assert.equal(answer.code, step.code < 300 ? 200 : step.code, `${what}: ${answer.message ?? ''}`);
      if (answer.object === undefined) {
        // Bare names of resources and objects are put before it by the server.
        const told = (step.message ?? '').replace(/^\S+ "\S+" is invalid: \[?(.*?)\]?$/, '$1');
        if (step.verb === 'apply') assert.equal(answer.message, told, what);
        continue;
      }
      assert.deepEqual(comparable(answer.object), comparable(step.object ?? {}), what);
      live = answer.object;
    }
  });
}

/** They were recorded within a second, and of entries of the same age the name decides. */
const NOW = '2026-01-01T00:00:00Z';

function answered(live: JsonObject | null, step: Step, kind: string): Answer {
  try {
    return { code: 200, object: perform(live, step, kind, NOW) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** Entries in an order of their own: that of the real server depends on its clock. */
function comparable(object: JsonObject): unknown {
  const { managedFields = [], ...metadata } = object['metadata'] as JsonObject;
  const entries = (managedFields as readonly JsonObject[]).map((entry) => ({
    ...entry,
    ...(entry['time'] === undefined ? {} : { time: 'T' }),
  }));
  const identity = (entry: JsonObject): string =>
    JSON.stringify([entry['manager'], entry['operation'], entry['subresource']]);
  return { ...object, metadata, managers: entries.toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1)) };
}
