import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deed } from '../../src/sim/user.ts';
import { play } from './support/play.ts';
import type { App, AppDeed, Script } from './support/script.ts';

/**
 * A release from its first write to its last, and the controller dies at every one of them: before it has
 * left, and as soon as it has happened. Whoever comes after must go on as if nothing had been.
 */
const LIVES: readonly {
  readonly name: string;
  readonly app: Partial<App>;
  readonly deeds: readonly Deed[];
}[] = [
  {
    name: 'a canary behind NGINX, judged and promoted',
    app: { routing: 'nginx', steps: [{ setWeight: 34 }, { pause: { duration: '5s' } }, { setWeight: 67 }] },
    deeds: [{ kind: 'image', tag: '2' }],
  },
  {
    name: 'a canary behind the Gateway API, aborted, retried and promoted in full',
    app: { routing: 'gateway', steps: [{ setWeight: 50 }, { pause: {} }] },
    deeds: [
      { kind: 'image', tag: '2' },
      { kind: 'abort' },
      { kind: 'retry' },
      { kind: 'promote', how: 'full' },
    ],
  },
  {
    name: 'a basic canary, and another release in the middle of it',
    app: { routing: 'none', steps: [{ setWeight: 34 }, { pause: {} }], canary: { maxUnavailable: 0 } },
    deeds: [
      { kind: 'image', tag: '2' },
      { kind: 'image', tag: '4' },
      { kind: 'promote', how: 'next' },
    ],
  },
];

const APP: App = {
  name: 'app-a',
  replicas: 3,
  routing: 'none',
  steps: [],
  canary: {},
  spec: { progressDeadlineSeconds: 60 },
  readySeconds: 0,
  rate: 0,
};

for (const { name, app, deeds } of LIVES)
  void test(`${name}: a crash at every write`, async () => {
    const life: Script = {
      seed: name,
      apps: [{ ...APP, ...app }],
      deeds: deeds.map((deed, i): AppDeed => ({ atMs: 40_000 * (i + 1), app: APP.name, deed })),
      troubles: [],
      faults: [],
    };
    const calm = await play(life);
    assert.deepEqual(calm.broken, []);
    assert.ok(calm.writes > 15, `only ${calm.writes} writes`);
    for (let nth = 0; nth < calm.writes; nth++)
      for (const kind of ['crash-before', 'crash-after'] as const) {
        const played = await play({ ...life, faults: [{ at: 'write', nth, kind }] });
        assert.equal(played.strikes.length, 1, `${kind} ${nth} did not strike`);
        assert.deepEqual(played.broken, [], `${kind} at write ${nth}: ${played.strikes[0]?.what}`);
      }
  });
