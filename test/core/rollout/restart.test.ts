import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../../src/api/workload.ts';
import { changes } from '../../../src/core/changes.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { formatInstant } from '../../../src/core/time.ts';
import type { World } from '../../../src/core/world.ts';
import { bg } from '../../support/blue-green.ts';
import { type Role, roleHash, ZERO } from '../../support/draft.ts';
import { type Scene, w } from '../../support/world.ts';

/** A restart: pods older than `spec.restartAt` are evicted, few at a time, those of the stable version first. */

/** A pod made so many seconds after 0s. */
interface PodDraft {
  readonly name: string;
  readonly role: Role;
  readonly made: number;
  readonly going?: boolean;
  readonly ready?: boolean;
}

function pod({ name, role, made, going = false, ready = true }: PodDraft): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'demo',
      labels: { app: 'app', 'rollouts-pod-template-hash': roleHash(role) },
      creationTimestamp: formatInstant(ZERO + made * 1000),
      ...(going ? { deletionTimestamp: formatInstant(ZERO) } : {}),
    },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const AT = formatInstant(ZERO);
const old = (name: string, role: Role = 'stable'): PodDraft => ({ name, role, made: -60 });
const young = (name: string): PodDraft => ({ name, role: 'stable', made: 1 });

interface Expected {
  readonly evict: string;
  readonly done: boolean;
  readonly wake: number | null;
}

/** In this world with these pods so many go; the restart is done; and in so many seconds it is looked at again. */
function restarts(name: string, scene: Scene, pods: readonly PodDraft[] | null, expected: Expected): void {
  void test(name, () => {
    const base = scene.spec({ restartAt: AT, ...scene.draft.spec });
    const world: World = { ...base.world, pods: pods?.map(pod) ?? null };
    const decision = decide(world, base.now);
    const evicted = changes(world, decision).filter((change) => change.verb === 'evict');
    assert.deepEqual(
      {
        evict: evicted.map((change) => change.name).join(' '),
        done: decision.status.restartedAt !== undefined,
        wake: decision.wakeAt === null ? null : (decision.wakeAt - base.now) / 1000,
      },
      expected,
    );
  });
}

const four = [old('a'), old('b'), old('c'), old('d')];
const healthy = () => w('stable 4/4 [50]').bySurge(1, 1);
restarts('one at a time', healthy(), four, { evict: 'a', done: false, wake: 30 });
restarts('as many as may be missing', healthy().bySurge(1, '50%'), four, {
  evict: 'a b',
  done: false,
  wake: 30,
});
restarts('at least one, though none may be missing', healthy().bySurge(1, 0), four, {
  evict: 'a',
  done: false,
  wake: 30,
});
restarts('none while one is missing already', w('stable 3/4 [50]').bySurge(1, 1), four, {
  evict: '',
  done: false,
  wake: 30,
});
const going = { ...old('a'), going: true };
restarts('a pod that goes is not asked again', healthy(), [going, old('b'), old('c'), old('d'), young('e')], {
  evict: 'b',
  done: false,
  wake: 30,
});
const leaving = ['e', 'f', 'g', 'h'].map((name) => old(name, 'old1'));
restarts(
  'pods of an older version that are about to go are not counted',
  w('old 4/4/0 stable 4/4 @0% [50]').bySurge(1, 1),
  [...four, ...leaving],
  { evict: 'a', done: false, wake: 30 },
);
restarts('none while one goes that is still counted', healthy(), [going, old('b'), old('c'), old('d')], {
  evict: '',
  done: false,
  wake: 30,
});
restarts(
  'none while the one for it is not ready, though it is counted',
  healthy(),
  [{ ...young('e'), ready: false }, old('b'), old('c'), old('d')],
  { evict: '', done: false, wake: 30 },
);
restarts('younger pods stay', healthy(), [young('a'), old('b'), young('c'), young('d')], {
  evict: 'b',
  done: false,
  wake: 30,
});
restarts('made in that very second, a pod is young', healthy(), [{ name: 'a', role: 'stable', made: 0 }], {
  evict: '',
  done: true,
  wake: null,
});
restarts('without old pods it is done', healthy(), [], { evict: '', done: true, wake: null });
restarts('not done while the last one goes', healthy(), [going], {
  evict: '',
  done: false,
  wake: 30,
});
restarts('pods that were not looked at', healthy(), null, { evict: '', done: false, wake: 30 });
restarts(
  'before its time',
  healthy()
    .at('0s')
    .spec({ restartAt: formatInstant(ZERO + 90_000) }),
  four,
  {
    evict: '',
    done: false,
    wake: 90,
  },
);
restarts('seen through already', healthy().status({ restartedAt: AT }), four, {
  evict: '',
  done: true,
  wake: null,
});
restarts(
  'stable first, then the canary',
  w('stable 3/3 canary 1/1 of 4 [25 >pause]').bySurge(1, 2),
  [old('c', 'canary'), old('s', 'stable'), young('t'), young('u')],
  { evict: 's c', done: false, wake: 30 },
);
restarts('held: none', healthy().held(), four, { evict: '', done: false, wake: 30 });
restarts(
  'a new version makes a restart needless: its pods are young',
  w('stable 4/4 new [50]').bySurge(1, 1),
  null,
  {
    evict: '',
    done: true,
    wake: 600,
  },
);

// Other strategies. The active version of blue-green is the stable one until another is promoted.
restarts('blue-green: as many as may be missing', bg('stable 4/4', { maxUnavailable: 2 }), four, {
  evict: 'a b',
  done: false,
  wake: 30,
});
restarts('blue-green: a quarter unless it is said', bg('stable 4/4'), four, {
  evict: 'a',
  done: false,
  wake: 30,
});
restarts(
  'blue-green: stable first, while a preview waits',
  bg('stable 4/4 canary 4/4', { autoPromotionEnabled: false }),
  [...['p', 'q', 'r', 's'].map((name) => old(name, 'canary')), ...four],
  { evict: 'a', done: false, wake: 30 },
);
restarts(
  'a stable version that has few pods, beside a canary that has most',
  w('stable 1/1 canary 3/3 of 4 @75% [75 >pause]').canary({ dynamicStableScale: true, maxUnavailable: 1 }),
  [old('p', 'canary'), old('q', 'canary'), old('r', 'canary'), old('a')],
  { evict: 'a', done: false, wake: 30 },
);
