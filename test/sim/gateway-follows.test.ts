// A Gateway that tells which version of a route it goes by is waited for before old pods go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import type { ReplicaSet } from '../../src/api/workload.ts';
import { startInside } from '../../src/cli/simulate/controller.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { kinds } from '../../src/sim/kinds.ts';
import type { Deed } from '../../src/sim/user.ts';
import { BEGINNING_MS, loadAhead, World } from '../../src/sim/world.ts';
import { manifestsOf, NAMESPACE } from './support/applications.ts';
import type { App } from './support/script.ts';

const PLACE = { namespace: NAMESPACE, name: 'web' };
const APP: App = {
  name: 'web',
  replicas: 2,
  routing: 'gateway',
  steps: [{ setWeight: 100 }, { pause: {} }],
  canary: { dynamicStableScale: true },
  spec: {},
  readySeconds: 0,
  rate: 0,
};

type Deeds = readonly (readonly [atMs: number, deed: Deed])[];

/** A Gateway: it tells of each version of a route so long after it; null: it tells nothing. Milliseconds. */
interface Teller {
  readonly lagMs: number | null;
  /** When it tells nothing more. */
  readonly untilMs?: number;
}

/** Which version was told to shrink, and how many seconds after the last deed. */
async function shrunk(teller: Teller, deeds: Deeds): Promise<readonly string[]> {
  await loadAhead();
  const world = new World({ clock: new VirtualClock(BEGINNING_MS), seed: 'gateway' });
  const { api, clock } = world;
  const sinceMs = deeds.at(-1)?.[0] ?? 0;
  const heard: string[] = [];
  api.onChange(({ kind, before, after }) => {
    if (after === null || before === null) return;
    if (kind === kinds.httpRoutes && before.metadata.generation !== after.metadata.generation)
      follow(world, teller, after);
    if (kind === kinds.replicaSets && sizeOf(after) < sizeOf(before) && clock.elapsed() >= sinceMs)
      heard.push(
        `${imageOf(after)} to ${sizeOf(after)}: ${Math.floor((clock.elapsed() - sinceMs) / 1000)} s`,
      );
  });
  api.create(kinds.namespaces, { metadata: { name: 'sluice' } }, { manager: 'kubectl' });
  for (const [kind, manifest] of manifestsOf(APP, '1')) world.user.put(kind, manifest);
  const process = world.process('controller');
  startInside(process);
  for (const [atMs, deed] of deeds) clock.after(atMs, () => world.user.act(PLACE, deed));
  await clock.run(sinceMs + 60_000);
  process.kill();
  await world.stop();
  return heard;
}

function follow(world: World<VirtualClock>, { lagMs, untilMs }: Teller, { metadata }: Manifest): void {
  const { clock } = world;
  if (lagMs === null || clock.elapsed() > (untilMs ?? Number.POSITIVE_INFINITY)) return;
  clock.after(lagMs, () => tell(world, metadata.generation ?? 0));
}

/** As a Gateway writes that it goes by this generation. */
function tell({ api }: World<VirtualClock>, observedGeneration: number): void {
  const condition = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '', observedGeneration };
  const at = '2026-01-01T00:00:00Z';
  const conditions = [{ ...condition, lastTransitionTime: at }];
  const parents = [{ parentRef: { name: 'gateway' }, controllerName: 'example.com/gateway', conditions }];
  const writing = { manager: 'gateway', subresource: 'status' } as const;
  api.merge(kinds.httpRoutes, PLACE, { status: { parents } }, writing);
}

function sizeOf(set: Manifest): number {
  return (set as unknown as ReplicaSet).spec.replicas ?? 1;
}

function imageOf(set: Manifest): string {
  const { template } = (set as unknown as ReplicaSet).spec;
  return /"image":"[^"]*:([^":]+)"/.exec(JSON.stringify(template))?.[1] ?? '';
}

const RELEASE: Deeds = [[20_000, { kind: 'image', tag: '2' }]];
const PROMOTED: Deeds = [
  [20_000, { kind: 'image', tag: '2' }],
  [23_000, { kind: 'promote', how: 'full' }],
];
const ABORTED: Deeds = [
  [20_000, { kind: 'image', tag: '2' }],
  [40_000, { kind: 'abort' }],
];
const SILENT: Teller = { lagMs: null };
const SLOW: Teller = { lagMs: 7_000 };

type Row = readonly [says: string, teller: Teller, deeds: Deeds, expected: readonly string[]];

const rows: readonly Row[] = [
  ['who tells nothing has followed: stable goes with the route', SILENT, RELEASE, ['1 to 0: 0 s']],
  ['who tells is waited for', SLOW, RELEASE, ['1 to 0: 7 s']],
  ['a promotion waits, too', SLOW, PROMOTED, ['1 to 0: 7 s']],
  ['and an aborted canary, with its last pods', SLOW, ABORTED, ['2 to 1: 0 s', '2 to 0: 7 s']],
  [
    'who tells no more is not waited for for ever',
    { lagMs: 0, untilMs: 30_000 },
    ABORTED,
    ['2 to 1: 0 s', '2 to 0: 30 s'],
  ],
];

for (const [says, teller, deeds, expected] of rows)
  void test(says, async () => {
    assert.deepEqual(await shrunk(teller, deeds), expected);
  });
