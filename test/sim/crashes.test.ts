import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deed } from '../../src/sim/user.ts';
import { configurationName } from './support/applications.ts';
import { play } from './support/play.ts';
import type { App, AppDeed, Script } from './support/script.ts';

/** A life from its first write to its last. */
interface Life {
  readonly name: string;
  readonly app: Partial<App>;
  readonly deeds: readonly Deed[];
}

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
const EXPERIMENT = {
  duration: '10s',
  scaleDownDelaySeconds: 2,
  templates: [{ name: 'trial', specRef: 'canary', service: {} }],
} as const;
const SHARED = {
  ...EXPERIMENT,
  duration: '5m',
  templates: [{ name: 'trial', specRef: 'canary', weight: 10 }],
} as const;
const SETTINGS = configurationName(APP);

/** The controller dies at every write: before it has left, and as soon as it has happened. */
const LIVES: readonly Life[] = [
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

/** It dies between any two writes: as soon as one has happened, and so before the next. */
const MORE: readonly Life[] = [
  {
    name: 'blue-green, promoted by a person, and the next one aborted',
    app: { blueGreen: { autoPromotionEnabled: false, scaleDownDelaySeconds: 5 } },
    deeds: [
      { kind: 'image', tag: '2' },
      { kind: 'promote', how: 'next' },
      { kind: 'image', tag: '4' },
      { kind: 'abort' },
    ],
  },
  {
    name: 'a canary that becomes blue-green in the middle of a release, and a canary again',
    app: { steps: [{ setWeight: 34 }, { pause: {} }] },
    deeds: [
      { kind: 'image', tag: '2' },
      {
        kind: 'edit',
        spec: { strategy: { canary: null, blueGreen: { activeService: 'app-a-stable' } } },
      },
      { kind: 'image', tag: '4' },
    ],
  },
  {
    name: 'a canary that takes over from the Deployment whose template it has',
    app: { workload: 'progressively', steps: [{ setWeight: 34 }, { pause: {} }] },
    deeds: [
      { kind: 'image', tag: '2' },
      { kind: 'promote', how: 'next' },
    ],
  },
  {
    name: 'a canary with an experiment before its steps',
    app: { steps: [{ experiment: EXPERIMENT }, { setWeight: 34 }, { pause: { duration: '5s' } }] },
    deeds: [{ kind: 'image', tag: '2' }],
  },
  {
    name: 'a canary with an experiment that has a share of the traffic, and is aborted in it',
    app: { routing: 'gateway', steps: [{ setWeight: 34 }, { experiment: SHARED }, { setWeight: 67 }] },
    deeds: [{ kind: 'image', tag: '2' }, { kind: 'abort' }],
  },
  {
    name: 'a canary beside a fresh copy of the stable version, with which it is aborted',
    app: {
      routing: 'gateway',
      rate: 10,
      steps: [{ setWeight: 34 }, { pause: {} }],
      canary: { analysis: { templates: [{ templateName: 'fresh' }] } },
    },
    deeds: [{ kind: 'image', tag: '2' }, { kind: 'abort' }],
  },
  {
    name: 'a canary whose configuration is part of each release',
    app: { isConfigured: true, steps: [{ setWeight: 34 }, { pause: { duration: '5s' } }] },
    deeds: [
      { kind: 'configure', name: SETTINGS, content: 'b' },
      { kind: 'configure', name: SETTINGS, content: 'c' },
    ],
  },
];

const PLAN = [
  ...LIVES.map((life) => ({ life, faults: ['crash-before', 'crash-after'] as const })),
  ...MORE.map((life) => ({ life, faults: ['crash-after'] as const })),
];

// Whoever comes after must go on as if nothing had been.
for (const { life, faults } of PLAN)
  void test(`${life.name}: a crash at every write`, async () => {
    const { name, app, deeds } = life;
    const script: Script = {
      seed: name,
      apps: [{ ...APP, ...app }],
      deeds: deeds.map((deed, i): AppDeed => ({ atMs: 40_000 * (i + 1), app: APP.name, deed })),
      troubles: [],
      faults: [],
    };
    const calm = await play(script);
    assert.deepEqual(calm.broken, []);
    assert.ok(calm.writes > 15, `only ${calm.writes} writes`);
    for (let nth = 0; nth < calm.writes; nth++)
      for (const kind of faults) {
        const played = await play({ ...script, faults: [{ at: 'write', nth, kind }] });
        assert.equal(played.strikes.length, 1, `${kind} ${nth} did not strike`);
        assert.deepEqual(played.broken, [], `${kind} at write ${nth}: ${played.strikes[0]?.what}`);
      }
  });
