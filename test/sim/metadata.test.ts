import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import type { ReplicaSet } from '../../src/api/workload.ts';
import { startInside } from '../../src/cli/simulate/controller.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { type Fault, PlannedWeather, type Strike } from '../../src/sim/faults.ts';
import { kinds } from '../../src/sim/kinds.ts';
import type { Process } from '../../src/sim/process.ts';
import type { Deed } from '../../src/sim/user.ts';
import type { Weather } from '../../src/sim/wire.ts';
import { BEGINNING_MS, loadAhead, World } from '../../src/sim/world.ts';

/**
 * Labels and annotations that follow the part of a version, from the first release to a rollback: every pod
 * has what it should have, whatever happens in between, and what it costs is counted.
 */

const PLACE = { namespace: 'default', name: 'app' };
const REPLICAS = 4;

const METADATA = {
  canaryMetadata: { labels: { role: 'canary', track: 'next' }, annotations: { note: 'new' } },
  stableMetadata: { labels: { role: 'stable' } },
};

function rollout(metadata: object): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: PLACE,
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: { app: 'app' } },
      template: {
        metadata: { labels: { app: 'app', track: 'web' } },
        spec: { containers: [{ name: 'app', image: 'demo/app:1' }] },
      },
      strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }], ...metadata } },
    },
  };
}

/** A release, another size in the middle of its promotion, and back to the version before. */
const DEEDS: readonly (readonly [afterMs: number, deed: Deed])[] = [
  [10_000, { kind: 'image', tag: '2' }],
  [30_000, { kind: 'promote', how: 'next' }],
  [31_000, { kind: 'scale', replicas: 6 }],
  [50_000, { kind: 'image', tag: '1' }],
  [70_000, { kind: 'promote', how: 'next' }],
];
const END_MS = 120_000;

interface Lived {
  readonly strikes: readonly Strike[];
  readonly writes: number;
  /** Requests by the controller, as `patch pods`. */
  readonly requests: readonly string[];
  readonly pods: readonly Manifest[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly phase: string;
}

async function live(
  faults: readonly Fault[],
  { deeds = DEEDS, rollout: made = rollout(METADATA) } = {},
): Promise<Lived> {
  await loadAhead();
  const clock = new VirtualClock(BEGINNING_MS);
  const world = new World({ clock, seed: 'metadata' });
  const strikes: Strike[] = [];
  const requests: string[] = [];
  const plan = new PlannedWeather(faults, (strike) => strikes.push(strike));
  const weather: Weather = {
    request: (request) => {
      const resource = /\/(pods|replicasets|rollouts)(?:\/|\?|$)/.exec(request.path)?.[1];
      if (resource !== undefined && !request.path.includes('watch='))
        requests.push(`${request.method.toLowerCase()} ${resource}`);
      return plan.request(request);
    },
    line: (request, line) => plan.line(request, line),
  };
  let process: Process | null = null;
  const start = (n: number): void => {
    process = world.process(`sluice-${n}`, weather, () => clock.after(1_000, () => start(n + 1)));
    startInside(process);
  };
  try {
    world.user.put(kinds.rollouts, made);
    start(0);
    for (const [afterMs, deed] of deeds) clock.after(afterMs, () => world.user.act(PLACE, deed));
    await clock.run(END_MS);
    const found = world.api.get(kinds.rollouts, PLACE) as { readonly status?: { phase?: string } } | null;
    return {
      strikes,
      writes: plan.writes,
      requests,
      pods: world.api.list(kinds.pods, { namespace: 'default' }),
      replicaSets: world.api.list(kinds.replicaSets, { namespace: 'default' }) as unknown as ReplicaSet[],
      phase: found?.status?.phase ?? '',
    };
  } finally {
    (process as Process | null)?.kill();
    await world.stop();
  }
}

/** Every pod is stable and shows nothing of what it was before; nothing is left to be done. */
function judge({ pods, replicaSets, phase }: Lived, size: number): void {
  assert.equal(phase, 'Healthy');
  const ours = pods.map(({ metadata: { labels = {}, annotations = {} } }) => {
    return `${labels['role']} ${labels['track']} ${annotations['note'] ?? '-'}`;
  });
  assert.deepEqual(
    ours,
    Array.from({ length: size }, () => 'stable web -'),
  );
  const standing = replicaSets.filter(({ spec }) => spec.replicas !== 0);
  assert.equal(standing.length, 1);
  const [{ metadata, spec } = { metadata: undefined, spec: undefined }] = standing;
  assert.equal(
    metadata?.annotations?.['rollout.argoproj.io/ephemeral-metadata'],
    '{"labels":{"role":"stable"}}',
  );
  assert.equal(metadata?.annotations?.['sluice.dev/former-metadata'], undefined);
  assert.equal(spec?.template?.metadata?.labels?.['track'], 'web');
  const emptied = replicaSets.filter((replicaSet) => replicaSet.spec.replicas === 0);
  for (const { spec: old } of emptied) assert.equal(old.template?.metadata?.labels?.['role'], undefined);
}

function count(requests: readonly string[], request: string): number {
  return requests.filter((one) => one === request).length;
}

void test('a release costs one list, a patch of each pod, and four of ReplicaSets', async () => {
  const deeds = DEEDS.slice(0, 2);
  const plain = await live([], { deeds, rollout: rollout({}) });
  const told = await live([], { deeds });
  judge(told, REPLICAS);
  const more = (request: string) => count(told.requests, request) - count(plain.requests, request);
  assert.equal(count(plain.requests, 'get pods'), 0);
  assert.equal(more('get pods'), 1);
  assert.equal(more('patch pods'), REPLICAS);
  // Both templates, whether all is still as it was seen, and that the pods have it.
  assert.equal(more('patch replicasets'), 4);
  assert.equal(more('patch rollouts'), 0);
});

void test('a size that changes in between, and a version that comes back', async () => {
  const lived = await live([]);
  judge(lived, 6);
});

void test('a crash at every write', async () => {
  const calm = await live([]);
  assert.ok(calm.writes > 40, `only ${calm.writes} writes`);
  for (let nth = 0; nth < calm.writes; nth++)
    for (const kind of ['crash-before', 'crash-after'] as const) {
      const lived = await live([{ at: 'write', nth, kind }]);
      assert.equal(lived.strikes.length, 1, `${kind} ${nth} did not strike`);
      assert.doesNotThrow(() => judge(lived, 6), `${kind} at write ${nth}: ${lived.strikes[0]?.what}`);
    }
});

void test('what goes wrong with the writes of pods is tried again', async () => {
  const calm = await live([]);
  for (const kind of ['conflict', 'throttled', 'error', 'lost', 'unheard', 'late'] as const)
    for (let nth = calm.writes - 14; nth < calm.writes; nth++) {
      const lived = await live([{ at: 'write', nth, kind }]);
      assert.doesNotThrow(() => judge(lived, 6), `${kind} at write ${nth}: ${lived.strikes[0]?.what}`);
    }
});
