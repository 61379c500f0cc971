import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from '../../../src/core/rollout/decide.ts';
import { roleHash } from '../../support/draft.ts';
import { type Scene, w } from '../../support/world.ts';

/** What an autoscaler reads: how many pods there are, and which are measured. */

const ALL = 'app=app';
const only = (role: string): string => `app=app,rollouts-pod-template-hash=${roleHash(role)}`;

function sees(name: string, scene: Scene, count: number | undefined, selector: string): void {
  void test(name, () => {
    const { status } = decide(scene.world, scene.now);
    assert.deepEqual([status.HPAReplicas, status.selector], [count, selector]);
  });
}

// Without a router all pods share the traffic. Surge is not size.
sees('at rest', w('stable 4/4'), 4, ALL);
sees('a canary without a router', w('stable 3/3 canary 1/1 [25 >pause]'), 4, ALL);
sees('with one pod more than was asked for', w('stable 3/3 canary 2/2 of 4 [>50 pause]'), 4, ALL);
sees('with fewer pods than were asked for', w('stable 2/2/4'), 2, ALL);
sees('none', w('stable 0/0'), undefined, ALL);

// With a router those that carry traffic, wherever others have pods as well.
sees('at rest', w('stable 4/4 @0% [50 pause]'), 4, ALL);
sees('a canary that gets nothing yet', w('stable 4/4 canary 2/2 @0% [>50 pause]'), 4, only('stable'));
sees('made, and without pods', w('stable 4/4 canary 0/0/2 @0% [>50 pause]'), 4, only('stable'));
sees('both sides carry', w('stable 4/4 canary 2/2 @50% [50 >pause]'), 4, ALL);
sees('the canary carries all', w('stable 4/4 canary 4/4 @100% [100 >pause]'), 4, only('canary'));
sees(
  'promoted: the old pods wait',
  w('wants stable old 4/4 stable 4/4 @0% [50]').selects({ canary: 'stable' }),
  4,
  only('stable'),
);
sees('they are gone', w('wants stable old 0/0 stable 4/4 @0% [50]').selects({ canary: 'stable' }), 4, ALL);
sees(
  'promoted, the weight is still there, behind it the same pods',
  w('wants stable old 4/4 stable 4/4 @100% [50]').selects({ canary: 'stable' }),
  4,
  only('stable'),
);
sees(
  'aborted: the canary waits',
  w('stable 4/4 canary 2/2 @0% [50 pause]').abort().selects({ canary: 'stable' }),
  4,
  only('stable'),
);
sees('a canary of any size', w('stable 4/4 canary 4/4 @0% [>scale4 pause]'), 4, only('stable'));
sees('scaled down a moment ago', w('stable 8/8 canary 4/4 of 4 @50% [50 >pause]'), 4, ALL);

// Where stable shrinks with its weight, both together are the size.
const dynamic = (line: string): Scene => w(line).canary({ dynamicStableScale: true });
sees('stable and canary together', dynamic('stable 2/2 canary 2/2 of 4 @50% [50 >pause]'), 4, ALL);
sees('rounded up, they are no more', dynamic('stable 3/3 canary 2/2 of 4 @33% [33 >pause]'), 4, ALL);
sees('the canary alone', dynamic('stable 0/0 canary 4/4 of 4 @100% [100 >pause]'), 4, ALL);
