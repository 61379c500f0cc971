import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changes } from '../../src/core/changes.ts';
import type { Change } from '../../src/core/plan.ts';
import { decide } from '../../src/core/rollout/decide.ts';
import { roleHash } from '../support/draft.ts';
import { row } from '../support/row.ts';
import { type Scene, w } from '../support/world.ts';

/** The writes of one pass and their order: grow, claim, shift, claim, shrink, runs, record, tidy. */

row('nothing to do', w('stable 4/4 [50]'), { changes: [] });
row('a new version: made, and the number noted', w('stable 4/4 new @0% [50 pause]'), {
  changes: ['grow create canary', 'record Rollout'],
});
row('a step more: first pods', w('stable 10/10 canary 2/2 @20% [20 >60s 50 pause]').at('60s'), {
  changes: ['grow canary 2>5'],
});
row('then traffic, over the same epoch', w('stable 10/10 canary 5/5 @20% [20 pause >50 pause]'), {
  changes: ['shift app-app-canary>50'],
});
row(
  'in a new epoch the pods are claimed before traffic moves onto them, and only they',
  w('stable 10/10 canary 5/5 @20% [20 pause >50 pause]').stamped('canary', 3).stamped('stable', 3),
  {
    changes: ['claim canary', 'shift app-app-canary>50'],
  },
);
row(
  'another size that a person asks for begins an epoch',
  w('stable 10/10 canary 5/5 @20% [20 pause >50 pause]').status({ observedGeneration: '2' }),
  {
    changes: ['claim canary', 'shift app-app-canary>50'],
  },
);
row(
  'before the first traffic its Service is claimed, too',
  w('stable 10/10 canary 5/5 @0% [>50 pause]').status({ epoch: 9 }),
  {
    changes: ['claim canary', 'claim Service canary', 'shift app-app-canary>50'],
  },
);
row(
  'unless it is switched now',
  w('stable 10/10 canary 5/5 @0% [>50 pause]').status({ epoch: 9 }).selects({ canary: 'stable' }),
  {
    changes: ['claim canary', 'shift Service canary>canary', 'shift app-app-canary>50'],
  },
);
row(
  'pods that may get more traffic are claimed, and fewer only in the next pass',
  w('stable 4/4 canary 4/4 @80% [80 >20 pause]').selects({ canary: 'stable' }).status({ epoch: 9 }),
  {
    changes: ['claim stable', 'claim canary', 'shift Service canary>canary', 'shift app-app-canary>20'],
  },
);
row('less weight: traffic first, pods last', w('stable 10/10 canary 8/8 @80% [80 >60s 20 pause]').at('60s'), {
  changes: [
    'claim stable',
    'shift app-app-canary>20',
    'claim Service stable',
    'claim Service canary',
    'shrink canary 8>2',
  ],
});
row(
  'an abort: traffic and the Service go back, the canary keeps its pods',
  w('stable 10/10 canary 5/5 @50% [50 >pause]').abort(),
  {
    changes: [
      'claim stable',
      'shift app-app-canary>0',
      'shift Service canary>stable',
      'claim Service stable',
      'grow canary',
    ],
  },
);
row(
  'an abort claims the routes also where they are right',
  w('stable 10/10 canary 5/5 @0% [>50 pause]').abort(),
  {
    changes: [
      'claim stable',
      'shift Service canary>stable',
      'claim Service stable',
      'claim app-app-canary',
      'grow canary',
    ],
  },
);
row(
  'its pods go under routes that are claimed',
  w('stable 10/10 canary 5/5 @0% [~50 pause] aborted').deadline('canary', '0s'),
  {
    changes: ['shrink canary 5>0'],
  },
);
row(
  'a promotion: Service and traffic move, the old version keeps its pods',
  w('stable 4/4 canary 4/4 @100% [50]'),
  {
    changes: ['grow stable', 'shift Service stable>canary', 'shift app-app-canary>0'],
  },
);
row(
  'with an older stamp than of the epoch before, the pods are claimed',
  w('stable 4/4 canary 4/4 @100% [50]').stamped('canary', 3),
  {
    changes: ['grow stable', 'claim canary', 'shift Service stable>canary', 'shift app-app-canary>0'],
  },
);
row(
  'after a promotion pods go without a claim of the canary Service, through which nothing goes',
  w('old 4/4 stable 4/4 @0% [50]').status({ epoch: 9 }).deadline('old1', '0s'),
  {
    changes: ['claim Service stable', 'claim app-app-canary', 'shrink old1 4>0'],
  },
);
row(
  'an old version goes last, even where no Service is known to select it',
  w('old 4/4 stable 4/4 @20% [50]').deadline('old1', '0s'),
  {
    changes: ['shift app-app-canary>0', 'shrink old1 4>0'],
  },
);
row('without a router shrinking and growing is one move', w('stable 8/8 canary 2/2 [20 >60s 50]').at('60s'), {
  changes: ['shrink stable 8>6', 'grow canary 2>5'],
});
row(
  'a run before the number, an old version last',
  w('old 0/0 stable 4/4 new [check]').bySurge(1, 0).spec({ revisionHistoryLimit: 0 }),
  {
    changes: ['grow create canary', 'runs create canary-3-0', 'record Rollout', 'tidy delete old1'],
  },
);
row(
  'a run is ended and an old one thrown away',
  w('stable 8/8 [50]')
    .aRun(run('a', 'Running'))
    .aRun(run('b', 'Failed'))
    .spec({ analysis: { unsuccessfulRunHistoryLimit: 0 } }),
  { changes: ['runs a', 'tidy delete b'] },
);
row('an orphan is taken in', w('stable 4/4 [50]').orphaned('stable'), { changes: ['grow stable'] });
row(
  'on a view older than what was done: nothing but the status',
  w('stable 4/4 canary 2/2 @0% [>50 pause]').stamped('canary', 9),
  {
    changes: [],
    sizes: null,
  },
);

function run(name: string, phase: string) {
  return { name, kind: 'Background', phase, message: '', role: 'stable', index: null, age: 0 } as const;
}

function planned(scene: Scene): readonly Change[] {
  const { world, now } = scene;
  return changes(world, decide(world, now));
}

void test('each patch says only what is new, and carries the version that it was computed from', () => {
  const scene = w('stable 10/10 canary 2/2 @20% [20 >60s 50 pause]').at('60s');
  const [grow] = planned(scene);
  const before = scene.world.replicaSets.find((rs) => rs.metadata.name === `app-${roleHash('canary')}`);
  assert.ok(grow?.verb === 'patch');
  assert.deepEqual(grow.patch, {
    metadata: { annotations: { 'sluice.dev/epoch': '6' } },
    spec: { replicas: 5 },
  });
  assert.equal(grow.resourceVersion, before?.metadata.resourceVersion);
});

void test('routes are written with the epoch and nothing else beside the weight', () => {
  const [shift] = planned(w('stable 10/10 canary 5/5 @20% [20 pause >50 pause]'));
  assert.ok(shift?.verb === 'patch');
  assert.deepEqual(shift.patch, {
    metadata: { annotations: { 'nginx.ingress.kubernetes.io/canary-weight': '50' } },
  });
});

void test('a Service gets its selector and, the first time, the name of its rollout', () => {
  const todo = planned(w('stable 4/4 canary 2/2 @0% [>50 pause]').unmanaged());
  const service = todo.find((change) => change.name === 'app-canary');
  assert.ok(service?.verb === 'patch');
  assert.deepEqual(service.patch, {
    metadata: {
      annotations: { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'app', 'sluice.dev/epoch': 'app/4' },
    },
    spec: { selector: { 'rollouts-pod-template-hash': roleHash('canary') } },
  });
});

void test('what is thrown away is so only as it was seen', () => {
  const scene = w('old 0/0 stable 4/4 of 4 [50]').spec({ revisionHistoryLimit: 0 });
  const [gone] = planned(scene);
  assert.ok(gone?.verb === 'delete');
  const { uid, resourceVersion } = scene.world.replicaSets[0]?.metadata ?? {};
  assert.deepEqual([gone.uid, gone.resourceVersion], [uid, resourceVersion]);
});

void test('the number of the revision holds for every version: the status was stored a moment ago', () => {
  const note = planned(w('stable 4/4 new [50]')).find((change) => change.kind === 'Rollout');
  assert.ok(note?.verb === 'patch');
  assert.deepEqual(
    [note.resourceVersion, note.patch],
    [null, { metadata: { annotations: { 'rollout.argoproj.io/revision': '2' } } }],
  );
});

void test('scaling is told with the numbers', () => {
  const told = planned(w('stable 8/8 canary 2/2 [20 >60s 50]').at('60s')).flatMap((change) => change.notes);
  assert.deepEqual(
    told.map((note) => `${note.reason}: ${note.message.replaceAll(/app-\w+/g, 'it')}`),
    [
      'ScalingReplicaSet: Scaled down ReplicaSet it (revision 1) from 8 to 6',
      'ScalingReplicaSet: Scaled up ReplicaSet it (revision 2) from 2 to 5',
    ],
  );
});

void test('a plan that touches nothing has no changes', () => {
  const { world, now } = w('stable 4/4 new [50]');
  assert.deepEqual(changes(world, { ...decide(world, now), target: null }), []);
});

void test('a way back writes nothing to a Service that another rollout has', () => {
  const { world, now } = w('stable 4/4 canary 2/2 @50% [50 >pause]').abort();
  const theirs = Object.entries(world.services).map(([name, service]) => {
    const annotations = { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'other' };
    return [name, service && { ...service, metadata: { ...service.metadata, annotations } }] as const;
  });
  const shared = { ...world, services: Object.fromEntries(theirs) };
  const kinds = (rolloutNames: ReadonlySet<string>) => {
    const seen = { ...shared, rolloutNames };
    return new Set(changes(seen, decide(seen, now)).map(({ kind }) => kind));
  };
  assert.ok(kinds(new Set(['app'])).has('Service'), 'that of a rollout that is gone is taken over');
  const written = kinds(new Set(['app', 'other']));
  assert.ok(!written.has('Service') && written.has('Ingress'));
});
