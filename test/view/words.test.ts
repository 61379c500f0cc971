import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reason } from '../../src/view/reason.ts';
import { sayBecause, sayFirst, waitingFor } from '../../src/view/words.ts';
import { NOW } from './support/objects.ts';

const since = NOW - 250_000;
const issue = { path: 'spec.replicas', message: 'must be an integer' };
const pause = (until: number | null): Reason => ({ kind: 'pause', step: 2, since, until });
const preview = (until: number | null): Reason => ({ kind: 'preview', since, until });
const step = (name: string, message: string): Reason => ({
  kind: 'step',
  step: 2,
  name,
  message,
  since,
  isManual: false,
});

const rows: readonly (readonly [because: Reason, sentence: string, wait: string | null])[] = [
  [{ kind: 'healthy' }, 'healthy: nothing is left to do', null],
  [
    { kind: 'invalid', issues: [issue] },
    'stopped: the spec is invalid: spec.replicas: must be an integer',
    'a valid spec: spec.replicas: must be an integer',
  ],
  [{ kind: 'held' }, 'paused by hand: spec.paused is true', 'a person to resume (spec.paused is true)'],
  [
    pause(NOW + 250_000),
    'paused at step 3/8 for 4m 10s more (since 14:02:11 UTC)',
    'the pause at step 3/8 to end in 4m 10s (since 14:02:11 UTC)',
  ],
  [
    pause(null),
    'paused at step 3/8 until somebody promotes (since 14:02:11 UTC)',
    'a person to promote: paused at step 3/8 since 14:02:11 UTC',
  ],
  [
    pause(NOW),
    'paused at step 3/8, which is over (since 14:02:11 UTC)',
    'the controller to end the pause at step 3/8, which is over',
  ],
  [
    preview(NOW + 250_000),
    'paused before the switch for 4m 10s more (since 14:02:11 UTC)',
    'the switch of the active Service in 4m 10s (since 14:02:11 UTC)',
  ],
  [
    preview(null),
    'paused before the switch until somebody promotes (since 14:02:11 UTC)',
    'a person to promote: paused before the switch since 14:02:11 UTC',
  ],
  [
    preview(NOW),
    'paused before the switch, which is over (since 14:02:11 UTC)',
    'the controller to switch the active Service: the pause before it is over',
  ],
  [
    step('sluice/gate', 'gate qa: 1 of 2 approvals: anna (14:03:00 UTC)'),
    'waiting for step 3/8 (gate qa): 1 of 2 approvals: anna (14:03:00 UTC)',
    'step 3/8 (gate qa): 1 of 2 approvals: anna (14:03:00 UTC)',
  ],
  [
    step('sluice/window', 'closed until Mon 2026-11-23 09:00 UTC'),
    'waiting for step 3/8 (window): closed until Mon 2026-11-23 09:00 UTC',
    'step 3/8 (window): closed until Mon 2026-11-23 09:00 UTC',
  ],
  [
    { kind: 'inconclusive', run: 'app-2-1', since },
    'paused (since 14:02:11 UTC): analysis app-2-1 was inconclusive',
    'a person to promote or abort: analysis app-2-1 was inconclusive (since 14:02:11 UTC)',
  ],
  [
    { kind: 'pods', replicaSet: 'app-6d5c', want: 5, have: 3 },
    'waiting for 2 of 5 pods of app-6d5c to become available',
    '2 of 5 pods of app-6d5c to become available',
  ],
  [
    { kind: 'pods', replicaSet: 'app-6d5c', want: 1, have: 0 },
    'waiting for 1 of 1 pod of app-6d5c to become available',
    '1 of 1 pod of app-6d5c to become available',
  ],
  [{ kind: 'oldPods', have: 3 }, 'waiting for 3 old pods to go away', '3 old pods to go away'],
  [
    { kind: 'weight', want: 40, have: 20 },
    'waiting for traffic to follow: the canary should get 40%, and gets 20%',
    'traffic to follow: the canary should get 40%, and gets 20%',
  ],
  [
    { kind: 'router', issues: [{ path: '', message: 'Ingress "app" not found' }] },
    'waiting for the traffic router: Ingress "app" not found',
    'the traffic router: Ingress "app" not found',
  ],
  [
    { kind: 'experiment', name: 'app-2-1' },
    'waiting for experiment app-2-1 to finish',
    'experiment app-2-1 to finish',
  ],
  [
    { kind: 'inconclusive', run: 'app-2-1', of: 'experiment', since },
    'paused (since 14:02:11 UTC): experiment app-2-1 was inconclusive',
    'a person to promote or abort: experiment app-2-1 was inconclusive (since 14:02:11 UTC)',
  ],
  [
    { kind: 'analysis', run: 'app-2-1', phase: 'Running' },
    'waiting for analysis app-2-1 to finish (Running)',
    'analysis app-2-1 to finish (Running)',
  ],
  [
    { kind: 'aborted', cause: 'Background analysis failed: Metric "rate" assessed Failed', at: since },
    'rolled back: Background analysis failed: Metric "rate" assessed Failed',
    'a new version, or a retry',
  ],
  [
    { kind: 'aborted', cause: null, at: since },
    'rolled back: somebody aborted the update at 14:02:11 UTC',
    'a new version, or a retry',
  ],
  [
    { kind: 'deadline', replicaSet: 'app-6d5c', since },
    'stuck: no progress of app-6d5c before the deadline (since 14:02:11 UTC)',
    'pods of app-6d5c, whose deadline has passed, or a new version',
  ],
  [
    { kind: 'unseen', what: 'the spec' },
    'waiting for the controller to see the latest change of the spec',
    'the controller to see the latest change of the spec',
  ],
  [
    { kind: 'unpause' },
    'waiting for the controller to act on a promotion',
    'the controller to act on a promotion',
  ],
  [
    { kind: 'asked', what: 'retry' },
    'waiting for the controller to act on a retry',
    'the controller to act on a retry',
  ],
  [
    { kind: 'working', what: 'all steps to complete' },
    'waiting for all steps to complete',
    'all steps to complete',
  ],
  [{ kind: 'working', what: '' }, 'waiting for the controller to go on', 'the controller to go on'],
];

for (const [because, sentence, wait] of rows) {
  void test(`${because.kind}: ${sentence}`, () => {
    assert.equal(sayBecause(because, NOW, 8), sentence);
    assert.equal(waitingFor(because, NOW, 8), wait);
  });
}

void test('without steps a pause names none', () => {
  assert.equal(sayBecause(pause(null), NOW), 'paused until somebody promotes (since 14:02:11 UTC)');
});

/** At the moment itself nobody needs to be told since when. */
const fresh: readonly (readonly [because: Reason, sentence: string])[] = [
  [pause(null), 'paused at step 3/8 until somebody promotes'],
  [pause(since + 300_000), 'paused at step 3/8 for 5m'],
  [preview(null), 'paused before the switch until somebody promotes'],
  [preview(since + 300_000), 'paused before the switch for 5m'],
  [{ kind: 'inconclusive', run: 'app-2-1', since }, 'paused: analysis app-2-1 was inconclusive'],
  [{ kind: 'aborted', cause: null, at: since }, 'rolled back: somebody aborted the update'],
  [{ kind: 'deadline', replicaSet: 'app-6d5c', since }, 'stuck: no progress of app-6d5c before the deadline'],
  [{ kind: 'healthy' }, 'healthy: nothing is left to do'],
];

for (const [because, sentence] of fresh) {
  void test(`${because.kind}, just now: ${sentence}`, () => {
    assert.equal(sayFirst(because, NOW, 8), sentence);
  });
}
