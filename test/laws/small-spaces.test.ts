import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import { weightIn } from '../support/cluster.ts';
import { type Pods, roleHash } from '../support/draft.ts';
import { stepOf } from '../support/notation.ts';
import { pass } from '../support/play.ts';
import { type Scene, w } from '../support/world.ts';

/**
 * Every world of a small space, not a sample of it: lists of steps, place in them, abort, pods, pause, router. Lists
 * of three steps only where there is time: where `PROPERTY_RUNS` is set.
 */

const WORDS = ['50', 'pause', '60s'];
const LENGTHS = process.env['PROPERTY_RUNS'] === undefined ? [0, 1, 2] : [0, 1, 2, 3];
const LISTS: readonly (readonly string[])[] = LENGTHS.flatMap(lists);

function lists(length: number): readonly (readonly string[])[] {
  if (length === 0) return [[]];
  return lists(length - 1).flatMap((list) => WORDS.map((word) => [...list, word]));
}

const AT = '2026-03-01T12:00:00Z';
const ABORTS: readonly Partial<RolloutStatus>[] = [
  {},
  { abort: true },
  { abort: true, abortedAt: AT },
  { abort: false, abortedAt: AT },
];
const CANARIES: readonly Pods[] = [
  { available: 0, exist: 0, wanted: 0 },
  { available: 0, exist: 2, wanted: 2 },
  { available: 2, exist: 2, wanted: 2 },
  { available: 4, exist: 4, wanted: 4 },
];
const PAUSES: readonly Partial<RolloutStatus>[] = [
  {},
  { controllerPause: true },
  { controllerPause: true, pauseConditions: [{ reason: 'CanaryPauseStep', startTime: AT }] },
];
const TIMES = ['0s', '60s'];
const ROUTES = [null, 0, 50] as const;

function* scenes(words: readonly string[]): Generator<Scene> {
  const steps = words.map(stepOf);
  for (let index = 0; index <= steps.length; index++)
    for (const abort of ABORTS)
      for (const canary of CANARIES)
        for (const pause of PAUSES)
          for (const weight of ROUTES) {
            const step = steps.length === 0 ? null : index;
            const scene = w('stable 4/4 canary 0/0').with({ replicas: 4, steps, step, weight });
            const versions = scene.draft.versions.map((v) =>
              v.role === 'canary' ? { ...v, pods: canary } : v,
            );
            yield scene.with({ versions, status: { ...abort, ...pause } });
          }
}

let seen = 0;

for (const words of LISTS) {
  void test(`steps [${words.join(' ')}]: all places, aborts, pods, pauses and weights`, () => {
    for (const scene of scenes(words)) for (const time of TIMES) look(scene.at(time));
  });
}

void test('the whole space was walked', () => {
  const places = LISTS.reduce((sum, list) => sum + list.length + 1, 0);
  const each = ABORTS.length * CANARIES.length * PAUSES.length * TIMES.length * ROUTES.length;
  assert.equal(seen, places * each);
});

/** One pass does no harm, goes at most where it may, and soon there is nothing to add while pods do not move. */
function look(scene: Scene): void {
  seen += 1;
  const { cluster, now, draft } = scene;
  const first = pass({ cluster, now });
  const { status, wakeAt } = first.decision;
  const was = draft.step ?? 0;
  const is = status.currentStepIndex ?? 0;
  const says = () => `${JSON.stringify(draft)} -> ${JSON.stringify(status)}`;
  assert.equal(first.conflict, null, says());
  assert.ok(wakeAt === null || wakeAt > now, says());
  if (status.abort === true) {
    assert.ok(weightIn(first.cluster) <= weightIn(cluster), says());
    assert.equal(status.stableRS, roleHash('stable'));
    if (draft.status.abortedAt === undefined) assert.equal(status.pauseConditions, undefined, says());
  } else if (draft.status.abort !== false) {
    assert.ok(is >= was, says());
  }
  let next = first;
  for (let i = 0; i < MOST_PASSES && next.writes > 0; i++) next = pass({ cluster: next.cluster, now });
  assert.equal(next.writes, 0, says());
}

/** Within so many passes everything must be done that can be done without pods and time moving. */
const MOST_PASSES = 8;
