import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BlueGreenStrategy } from '../../../src/api/rollout.ts';
import { changes } from '../../../src/core/changes.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { isStoredFirst } from '../../../src/core/rollout/urgency.ts';
import { bg } from '../../support/blue-green.ts';
import { apply, commit, seen } from '../../support/cluster.ts';
import { act, analyst, kubelet, type Moment } from '../../support/play.ts';
import { describe } from '../../support/row.ts';

/** Every write of a whole update, in order: what it costs, and that each is where it is safe. */

function writesOf(blueGreen: Partial<BlueGreenStrategy>): readonly string[] {
  const { cluster, now } = bg('stable 4/4', blueGreen);
  const told: string[] = [];
  let moment: Moment | null = { cluster: act(cluster, { kind: 'image', role: 'canary' }), now };
  for (let i = 0; moment !== null; i++) {
    assert.ok(i < 100, `it goes on and on: ${told.join(', ')}`);
    moment = next(moment, told);
  }
  return told;
}

/** One pass, and what pods, analyses, time and people make of it; null once nothing moves any more. */
function next({ cluster, now }: Moment, told: string[]): Moment | null {
  const world = seen(cluster);
  const decision = decide(world, now);
  const todo = changes(world, decision);
  const first = isStoredFirst(decision, todo) ? commit(cluster, world, decision.status) : cluster;
  assert.ok(first !== null);
  let after = first;
  if (after !== cluster) told.push(`status: ${decision.status.message ?? 'healthy'}`);
  for (const change of todo) {
    const made = apply(after, change);
    assert.ok(made !== null, describe(change, world));
    after = made;
    told.push(describe(change, world));
  }
  const moved = analyst(
    kubelet(after, () => 100),
    () => 'Successful',
  );
  if (moved.version !== cluster.version) return { cluster: moved, now };
  if (decision.wakeAt !== null) return { cluster, now: decision.wakeAt };
  const waits = (cluster.rollout.status?.pauseConditions ?? []).length > 0;
  return waits ? { cluster: act(cluster, { kind: 'promote' }), now } : null;
}

const UP = ['status: more replicas need to be updated', 'grow create canary', 'record Rollout'];
const DOWN = ['claim Service app-active', 'shrink stable 4>0', 'status: healthy'];

const rows: readonly (readonly [string, Partial<BlueGreenStrategy>, readonly string[]])[] = [
  [
    'by itself: eleven',
    {},
    [
      ...UP,
      'status: active service cutover pending',
      'shift Service app-active>canary',
      'shift Service app-preview>canary',
      'status: healthy',
      'grow stable',
      ...DOWN,
    ],
  ],
  [
    'promoted by a person: three more',
    { autoPromotionEnabled: false },
    [
      ...UP,
      'status: BlueGreenPause',
      'shift Service app-preview>canary',
      'status: BlueGreenPause',
      'status: active service cutover pending',
      'claim canary',
      'shift Service app-active>canary',
      'status: healthy',
      'grow stable',
      ...DOWN,
    ],
  ],
  [
    'with a smaller preview: two more, its growth and what the preview Service selects by then',
    { previewReplicaCount: 1 },
    [
      ...UP,
      'status: more replicas need to be updated',
      'grow canary 1>4',
      'shift Service app-preview>canary',
      'status: active service cutover pending',
      'shift Service app-active>canary',
      'status: healthy',
      'grow stable',
      ...DOWN,
    ],
  ],
];
for (const [name, blueGreen, expected] of rows)
  void test(`the writes of an update ${name}`, () => {
    assert.deepEqual(writesOf(blueGreen), expected);
  });
