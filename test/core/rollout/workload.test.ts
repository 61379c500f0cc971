import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANNOTATION, FINALIZER } from '../../../src/api/keys.ts';
import type { WorkloadRef } from '../../../src/api/rollout.ts';
import { check } from '../../../src/core/laws.ts';
import { next } from '../../../src/core/next.ts';
import type { Change } from '../../../src/core/plan.ts';
import { withLastTemplate, workloadObject } from '../../../src/core/rollout/workload.ts';
import { roleOf } from '../../support/draft.ts';
import { type DeploymentDraft, deployment, referring } from '../../support/workload.ts';
import { type Scene, w } from '../../support/world.ts';

/** What becomes of the workload that a rollout refers to. */

const healthy = w('stable 4/4 [20]');
const coming = w('stable 1/4 of 4 [20]').progressing('ReplicaSetUpdated');
const stuck = w('stable 1/4 of 4 [20]').progressing('ProgressDeadlineExceeded', 'False').at('1h');
const HELD = [FINALIZER];

/** The changes of the Deployment, of the finalizer and of claims; and when to look again. */
function sized(
  name: string,
  [scene, scaleDown, draft, finalizers]: readonly [
    Scene,
    WorkloadRef['scaleDown'] | undefined,
    DeploymentDraft,
    (readonly string[])?,
  ],
  expected: readonly string[],
  wake?: string,
): void {
  void test(name, () => {
    const world = referring(scene, scaleDown, deployment(scene, draft), finalizers ?? HELD);
    const { decision, todo } = next(world, scene.now);
    check(world, decision, todo);
    const own = todo.filter(({ patch }: Change & { patch?: object }) => patch !== undefined);
    assert.deepEqual(
      own.map(said).filter((text) => text !== ''),
      expected,
    );
    if (wake !== undefined)
      assert.equal(decision.wakeAt === null ? null : `${(decision.wakeAt - scene.now) / 1000}s`, wake);
  });
}

function said(change: Change): string {
  if (change.verb !== 'patch') return '';
  const { metadata = {}, spec } = change.patch as { metadata?: Metadata; spec?: { replicas?: number } };
  if (change.kind === 'Rollout')
    return metadata.finalizers === undefined ? '' : `finalizers ${metadata.finalizers.length}`;
  if (change.kind === 'ReplicaSet')
    return change.phase === 'claim' ? `claim ${roleOf(change.name.slice(4))}` : '';
  const memory = metadata.annotations?.[ANNOTATION.scaledDown];
  const remembers = memory === null ? 'nothing' : memory === undefined ? '' : JSON.parse(memory).from;
  const told = change.notes.map((note) => ` ${note.reason}`).join('');
  return `web${spec?.replicas === undefined ? '' : ` ${change.phase} to ${spec.replicas}`}, remembers ${remembers}${told}`;
}

interface Metadata {
  readonly finalizers?: readonly string[];
  readonly annotations?: Readonly<Record<string, string | null>>;
}

sized('by default it keeps its pods', [healthy, undefined, { replicas: 4 }], ['finalizers 0']);
sized('never: it keeps its pods', [healthy, 'never', { replicas: 4 }, []], []);
sized('onsuccess: not before the rollout is healthy', [coming, 'onsuccess', { replicas: 4 }, []], []);
sized(
  'onsuccess: then all of them go, after the finalizer',
  [healthy, 'onsuccess', { replicas: 4 }, []],
  ['finalizers 1', 'web shrink to 0, remembers 4'],
);
sized(
  'the pods that stay are claimed',
  [healthy.stamped('stable', 1).with({ epoch: 5 }), 'onsuccess', { replicas: 4 }],
  ['claim stable', 'web shrink to 0, remembers 4'],
);
sized('it is done once', [healthy, 'onsuccess', { replicas: 0, memory: '4>0@0s' }], []);
sized('a rollout without pods serves nobody', [w('stable 0/0 of 0'), 'onsuccess', { replicas: 4 }, []], []);
sized('nor while somebody holds it', [healthy.held(), 'onsuccess', { replicas: 4 }, []], []);
sized(
  'progressively: one for one',
  [coming, 'progressively', { replicas: 4 }],
  ['web shrink to 3, remembers 4'],
);
sized(
  'progressively: on it goes from the size that it had',
  [coming, 'progressively', { replicas: 4, memory: '10>4@0s' }],
  [],
);
sized(
  'progressively: it is never raised',
  [w('first 0/4'), 'progressively', { replicas: 3, memory: '4>3@0s' }],
  [],
);
sized(
  'progressively: what is larger shrinks by what serves',
  [coming, 'progressively', { replicas: 10 }],
  ['web shrink to 9, remembers 10'],
);
sized(
  'progressively: all go in the end',
  [healthy, 'progressively', { replicas: 1, memory: '4>1@0s' }],
  ['web shrink to 0, remembers 4'],
);
sized(
  'a first release that fails gives them back',
  [stuck, 'progressively', { replicas: 3, memory: '4>3@0s' }],
  ['web grow to 4, remembers nothing'],
);
sized(
  'and has nothing to give back where it took nothing',
  [stuck, 'progressively', { replicas: 4 }, []],
  [],
);
sized(
  'a later release that fails does not',
  [
    w('stable 4/4 canary 0/1 [20] aborted').status({
      conditions: [
        {
          type: 'Healthy',
          status: 'False',
          reason: 'RolloutHealthy',
          message: '',
          lastUpdateTime: '',
          lastTransitionTime: '',
        },
      ],
    }),
    'progressively',
    { replicas: 0, memory: '4>0@0s' },
  ],
  [],
);
sized(
  'later revisions take them, too',
  [w('old1 0/0 stable 4/4 [20]'), 'onsuccess', { replicas: 4 }],
  ['web shrink to 0, remembers 4'],
);
sized(
  'scaled up again by somebody: not at once',
  [healthy.at('59s'), 'onsuccess', { replicas: 6, memory: '4>0@0s' }],
  [],
  '1s',
);
sized(
  'but after a minute, with the new size in mind',
  [healthy.at('60s'), 'onsuccess', { replicas: 6, memory: '4>0@0s' }],
  ['web shrink to 0, remembers 6 WorkloadScaledUp'],
);
sized(
  'one that another workload owns is left alone',
  [
    healthy,
    'onsuccess',
    {
      replicas: 4,
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'a', uid: 'a', controller: true }] },
    },
    [],
  ],
  [],
);
sized(
  'one that goes is left alone',
  [healthy, 'onsuccess', { replicas: 4, metadata: { deletionTimestamp: '2026-03-01T12:00:00Z' } }, []],
  [],
);
sized(
  'what another rollout has taken is not ours',
  [healthy, 'onsuccess', { replicas: 0, memory: '4>0@0s', memoryOf: 'other' }],
  ['finalizers 0'],
);

void test('template, selector and generation of the workload are filled in, and stored nowhere', () => {
  const scene = w('new stable 4/4 [20]');
  const world = referring(scene, undefined, deployment(scene, { replicas: 4 }));
  const { decision, todo } = next(world, scene.now);
  assert.equal(decision.status.workloadObservedGeneration, '7');
  assert.equal(decision.status.selector, 'app=app');
  const [made] = todo.filter(({ verb }) => verb === 'create');
  assert.equal(made?.kind, 'ReplicaSet');
  const rollout = todo.find(({ kind }) => kind === 'Rollout');
  assert.deepEqual(rollout?.verb === 'patch' ? Object.keys(rollout.patch) : null, ['metadata']);
  assert.match(JSON.stringify(rollout), /"rollout.argoproj.io\/workload-generation":"7"/);
});

void test('a finalizer goes with the reference', () => {
  const { world } = w('stable 4/4 [20]');
  const held = {
    ...world,
    rollout: { ...world.rollout, metadata: { ...world.rollout.metadata, finalizers: HELD } },
  };
  const { todo } = next(held, 0);
  assert.deepEqual(
    todo.map(said).filter((text) => text !== ''),
    ['finalizers 0'],
  );
});

void test('a workload that is not there is an issue where nothing is known of it', () => {
  const { decision } = next(referring(w('nothing of 4'), undefined, null), 0);
  assert.match(
    decision.status.message ?? '',
    /^InvalidSpec: The Rollout "app" is invalid: deployments.apps "demo\/web" not found$/,
  );
  assert.equal(decision.target, null);
});

void test('where its last template is known, all goes on with that', () => {
  const { world } = w('stable 4/4 [20]');
  const { template: _, selector: __, ...spec } = world.rollout.spec;
  const last = withLastTemplate({ ...world.rollout, spec }, world.replicaSets);
  assert.deepEqual(last?.spec.template, world.rollout.spec.template);
  assert.deepEqual(last?.spec.selector, world.rollout.spec.selector);
  assert.equal(withLastTemplate({ ...world.rollout, status: {} }, world.replicaSets), null);
});

const odd: readonly (readonly [string, object, string])[] = [
  ['nothing at all', { metadata: { name: 'x' } }, 'null null null'],
  [
    'a PodTemplate',
    { kind: 'PodTemplate', metadata: { name: 'x' }, template: { spec: {} } },
    'null null {"spec":{}}',
  ],
  ['rubbish', { metadata: { name: 'x' }, spec: 'many', status: [1], template: 3 }, 'null null null'],
  ['a text as size', { metadata: { name: 'x' }, spec: { replicas: '3', selector: 'app' } }, 'null null null'],
];
for (const [what, raw, expected] of odd)
  void test(`whatever a workload is, it can be looked at: ${what}`, () => {
    const { replicas, selector, template } = workloadObject(raw as never).spec;
    assert.equal([replicas, selector, template].map((part) => JSON.stringify(part)).join(' '), expected);
  });
