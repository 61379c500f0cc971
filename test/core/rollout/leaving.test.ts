import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANNOTATION, FINALIZER, LABEL } from '../../../src/api/keys.ts';
import type { Manifest } from '../../../src/api/meta.ts';
import type { Service } from '../../../src/api/workload.ts';
import { isGone, next } from '../../../src/core/next.ts';
import type { Change } from '../../../src/core/plan.ts';
import { releaseService } from '../../../src/core/release-service.ts';
import type { World } from '../../../src/core/world.ts';
import { frozen, json, merged } from '../../support/cluster.ts';
import { ZERO } from '../../support/draft.ts';
import { type DeploymentDraft, deployment, referring } from '../../support/workload.ts';
import { type Scene, w } from '../../support/world.ts';

/** What a rollout does that is being deleted while it has the pods of its workload. */

const DELETED = '2026-03-01T12:00:00Z';
const routed = w('stable 4/4 canary 2/2 @50% [50 >pause]');
const plain = w('stable 4/4 [20]').spec({ strategy: { canary: {} } });
const services = ['patch Service app-stable', 'patch Service app-canary'];

function leaving(scene: Scene, object: World['workload'] | DeploymentDraft | null, at?: string): World {
  const draft = object as DeploymentDraft | null;
  const made = draft === null ? null : deployment(scene, draft);
  const world = referring(scene, 'onsuccess', made, [FINALIZER, 'users.own/finalizer']);
  const notes = at === undefined ? {} : { [ANNOTATION.handedBackAt]: at };
  const going = <M extends Manifest>(rollout: M): M => ({
    ...rollout,
    metadata: {
      ...rollout.metadata,
      deletionTimestamp: DELETED,
      annotations: { ...rollout.metadata.annotations, ...notes },
    },
  });
  const { workload, rollout } = world;
  if (workload === null) throw new Error('no workload');
  return frozen({
    ...world,
    rollout: going(rollout),
    workload: { ...workload, stored: going(workload.stored) },
  });
}

function handedBack(world: World): World {
  const free = (service: Service | null): Service | null =>
    service === null ? null : { ...service, metadata: { ...service.metadata, annotations: {} } };
  const all = Object.entries(world.services).map(([name, service]) => [name, free(service)] as const);
  return { ...world, services: Object.fromEntries(all) };
}

function row(
  name: string,
  world: World,
  expected: { readonly todo: readonly string[]; readonly says: string; readonly wake?: string },
  now = ZERO,
): void {
  void test(name, () => {
    const { decision, todo } = next(world, now);
    assert.deepEqual(todo.map(said), expected.todo);
    assert.equal(decision.status.message, `rollout is being deleted: ${expected.says}`);
    const wake = decision.wakeAt === null ? undefined : `${(decision.wakeAt - now) / 1000}s`;
    assert.equal(wake, expected.wake);
    assert.equal(decision.target, null);
    assert.equal(decision.status.phase, 'Progressing');
  });
}

function said(change: Change): string {
  if (change.verb !== 'patch') return change.verb;
  const { metadata, spec } = change.patch as {
    metadata?: { finalizers?: unknown };
    spec?: { replicas?: number };
  };
  const size = spec?.replicas === undefined ? '' : ` to ${spec.replicas}`;
  const finalizers =
    metadata?.finalizers === undefined ? '' : ` leaves ${JSON.stringify(metadata.finalizers)}`;
  return `patch ${change.kind} ${change.name}${size}${finalizers}`;
}

const RELEASED = 'patch Rollout app leaves ["users.own/finalizer"]';

row('first the workload gets its pods back', leaving(routed, { replicas: 0, memory: '4>0@0s' }), {
  todo: ['patch Deployment web to 4'],
  says: 'Deployment web gets its 4 pods back',
});
row('as many as the rollout has, where that is more', leaving(routed, { replicas: 0, memory: '2>0@0s' }), {
  todo: ['patch Deployment web to 4'],
  says: 'Deployment web gets its 4 pods back',
});
row(
  'nothing else until all of them serve',
  leaving(routed, { replicas: 4, available: 3, memory: '4>4@0s' }),
  {
    todo: [],
    says: 'waiting for Deployment web to have its 4 pods back (3 available)',
  },
);
row(
  'a count from before the new size says nothing',
  leaving(routed, { replicas: 4, memory: '4>4@0s', isUnseen: true }),
  {
    todo: [],
    says: 'waiting for Deployment web to have its 4 pods back (0 available)',
  },
);
row('then the Services', leaving(routed, { replicas: 4, memory: '4>4@0s' }), {
  todo: services.toReversed(),
  says: 'its Services are handed back',
});
row('then when that was', handedBack(leaving(routed, { replicas: 4, memory: '4>4@0s' })), {
  todo: ['patch Rollout app'],
  says: 'its Services are handed back',
});
const since = '2026-03-01T12:00:00Z';
row(
  'then the time that traffic needs',
  handedBack(leaving(routed, { replicas: 4, memory: '4>4@0s' }, since)),
  {
    todo: [],
    says: 'traffic moves to its workload',
    wake: '31s',
  },
);
row(
  'which users may set',
  handedBack(leaving(routed.canary({ scaleDownDelaySeconds: 5 }), { replicas: 4, memory: '4>4@0s' }, since)),
  {
    todo: [],
    says: 'traffic moves to its workload',
    wake: '6s',
  },
);
row(
  'then the workload forgets, and the finalizer goes',
  handedBack(leaving(routed, { replicas: 4, memory: '4>4@0s' }, since)),
  { todo: ['patch Deployment web', RELEASED], says: 'its pods go' },
  ZERO + 31_000,
);
row(
  'without Services there is little to wait for',
  leaving(plain, { replicas: 4, memory: '4>4@0s' }, since),
  {
    todo: [],
    says: 'traffic moves to its workload',
    wake: '1s',
  },
);
row(
  'a pod that is lost in that time is waited for',
  handedBack(leaving(routed, { replicas: 4, available: 3, memory: '4>4@0s' }, since)),
  {
    todo: [],
    says: 'waiting for Deployment web to have its 4 pods back (3 available)',
  },
);
row('what is there already needs only to be seen', leaving(plain, { replicas: 6, memory: '4>0@0s' }), {
  todo: ['patch Rollout app'],
  says: 'its Services are handed back',
});

// Crashes: what a pass has done is not done again, and what it has not done is.
row('after a crash before the finalizer went', handedBack(leaving(routed, { replicas: 4 }, since)), {
  todo: [RELEASED],
  says: 'its pods go',
});
row(
  'one that never gave its pods away has them while the Services are handed back',
  leaving(routed, { replicas: 4 }),
  {
    todo: services.toReversed(),
    says: 'its Services are handed back',
  },
);
row('a workload that is gone needs nothing', leaving(routed, null), {
  todo: [RELEASED],
  says: 'its pods go',
});
row(
  'one that goes needs nothing',
  leaving(routed, { replicas: 0, memory: '4>0@0s', metadata: { deletionTimestamp: DELETED } }),
  {
    todo: [RELEASED],
    says: 'its pods go',
  },
);
row(
  'one whose pods another rollout has needs nothing of us',
  leaving(plain, { replicas: 0, memory: '4>0@0s', memoryOf: 'other' }),
  {
    todo: [RELEASED],
    says: 'its pods go',
  },
);
void test('one that cannot be read is waited for', () => {
  const world = leaving(routed, null);
  const unread = {
    ...world,
    workload: world.workload === null ? null : { ...world.workload, isGone: false },
  };
  const { decision, todo } = next(unread, ZERO);
  assert.deepEqual(todo, []);
  assert.equal(decision.status.message, 'rollout is being deleted: its workload cannot be read');
});

void test('the deletion begins an epoch, and stamps with it what it grows', () => {
  const world = leaving(routed, { replicas: 0, memory: '4>0@0s', epoch: 1 });
  const generation = 4;
  const raised = {
    ...world,
    rollout: { ...world.rollout, metadata: { ...world.rollout.metadata, generation } },
  };
  const before = raised.rollout.status?.epoch ?? 0;
  const { decision, todo } = next(raised, ZERO);
  assert.equal(decision.status.epoch, before + 1);
  assert.match(JSON.stringify(todo[0]), new RegExp(`"sluice.dev/epoch":"app/${before + 1}"`));
  assert.equal(decision.status.observedGeneration, '4');
});

void test('without the finalizer a deletion is nothing to decide about; a live rollout is', () => {
  const { rollout } = w('stable 4/4').world;
  const going = { ...rollout, metadata: { ...rollout.metadata, deletionTimestamp: DELETED } };
  assert.equal(isGone(going), true);
  assert.equal(isGone(rollout), false);
  assert.equal(isGone({ ...going, metadata: { ...going.metadata, finalizers: [FINALIZER] } }), false);
});

void test('while it leaves it hands its Services back itself, and nobody else does', () => {
  const world = leaving(routed, { replicas: 0, memory: '4>0@0s' });
  const service = world.services['app-stable'] ?? null;
  assert.ok(service !== null);
  assert.equal(releaseService(service, world.rollout), null);
  const { finalizers: _, ...metadata } = world.rollout.metadata;
  assert.notEqual(releaseService(service, { ...world.rollout, metadata }), null);
});

/** A leaving played with crashes: after each pass only some of its writes have happened. */
class Play {
  world: World = leaving(routed, { replicas: 0, memory: '4>0@0s' });
  now = ZERO;
  version = 1000;

  get isOver(): boolean {
    return this.world.rollout.metadata.finalizers?.includes(FINALIZER) !== true;
  }

  pass(writes: number): void {
    const { decision, todo } = next(this.world, this.now);
    this.world = { ...this.world, rollout: { ...this.world.rollout, status: decision.status } };
    for (const change of todo.slice(0, writes)) this.write(change);
    this.now += 2_000;
  }

  write(change: Change): void {
    assert.equal(change.verb, 'patch');
    const patched = <M extends Manifest>(object: M): M =>
      merged(json(object), {
        metadata: { resourceVersion: String(++this.version) },
        ...deepened(change, this.version),
      } as never) as never;
    const { workload, services: before, rollout } = this.world;
    if (workload === null) throw new Error('no workload');
    if (change.kind === 'Rollout')
      this.world = {
        ...this.world,
        rollout: patched(rollout),
        workload: { ...workload, stored: patched(workload.stored) },
      };
    else if (change.kind === 'Service')
      this.world = {
        ...this.world,
        services: { ...before, [change.name]: patched(before[change.name] as Service) },
      };
    else if (workload.object !== null) {
      const object = patched(workload.object);
      this.world = {
        ...this.world,
        workload: { ...workload, object: { ...object, metadata: { ...object.metadata, generation: 8 } } },
      };
    }
  }

  /** One more pod of the Deployment serves. */
  grow(): void {
    const { workload } = this.world;
    const object = workload?.object;
    if (workload === null || object === null || object === undefined) return;
    const available = Math.min(object.spec.replicas ?? 1, object.status.available + 1);
    const status = { observedGeneration: 8, replicas: available, updated: available, available };
    this.world = { ...this.world, workload: { ...workload, object: { ...object, status } } };
  }

  /** Pods that a Service leads to: those with its hash, or all with the labels. */
  served(service: Service): number {
    const own = this.isOver ? 0 : 4;
    const theirs = this.world.workload?.object?.status.available ?? 0;
    return service.spec?.selector?.[LABEL.podTemplateHash] === undefined ? own + theirs : own;
  }
}

function deepened(change: Change, version: number): object {
  if (change.verb !== 'patch') return {};
  const { metadata = {}, ...rest } = change.patch as { metadata?: object };
  return { metadata: { ...metadata, resourceVersion: String(version) }, ...rest };
}

void test('whenever its process dies, users are served, and in the end by the workload alone', () => {
  let seed = 7;
  const draw = (most: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * most);
  };
  for (let round = 0; round < 300; round++) {
    const play = new Play();
    for (let i = 0; i < 400 && !play.isOver; i++) {
      play.pass(draw(4));
      if (draw(2) === 0) play.grow();
      for (const service of Object.values(play.world.services)) {
        if (service !== null)
          assert.ok(play.served(service) >= 4, `${service.metadata.name} in round ${round}`);
      }
    }
    assert.ok(play.isOver, `round ${round} ends`);
    const object = play.world.workload?.object;
    assert.equal(object?.status.available, 4);
    assert.equal(object?.metadata.annotations?.[ANNOTATION.scaledDown], undefined);
  }
});
