import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Conditions, set } from '../../../src/core/rollout/conditions.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { ZERO } from '../../support/draft.ts';
import { told } from '../../support/row.ts';
import { type Scene, w } from '../../support/world.ts';

/** Conditions of a status: which there are, how they change, and the deadline of progress. */

/** In this world these conditions have exactly these states; null: not there. */
function says(name: string, scene: Scene, expected: Readonly<Record<string, string | null>>): void {
  void test(name, () => {
    const all = told(scene).conditions;
    assert.deepEqual(
      Object.fromEntries(Object.keys(expected).map((type) => [type, all[type] ?? null])),
      expected,
    );
  });
}

says('healthy', w('stable 4/4 [50]'), {
  Available: 'True/AvailableReason',
  Progressing: 'True/NewReplicaSetAvailable',
  Completed: 'True/RolloutCompleted',
  Healthy: 'True/RolloutHealthy',
  Ready: 'True/Healthy',
  Reconciling: null,
  Stalled: null,
  Paused: null,
});
says('an update under way', w('stable 3/3 canary 0/1 of 4 [>25]'), {
  Available: 'False/AvailableReason',
  Progressing: 'True/ReplicaSetUpdated',
  Completed: 'False/RolloutCompleted',
  Healthy: 'False/RolloutHealthy',
  Ready: 'False/Progressing',
  Reconciling: 'True/Progressing',
  Stalled: null,
});
says('no version has ever been healthy', w('stable 3/3 canary 0/1 of 4 [>25]').unproven(), { Healthy: null });
says('available counts all pods', w('stable 3/3 canary 1/1 [25 >pause]'), {
  Available: 'True/AvailableReason',
});
says('paused by a step', w('stable 3/3 canary 1/1 [25 >pause]'), {
  Paused: 'True/RolloutPaused',
  Progressing: 'Unknown/RolloutPaused',
  Ready: 'False/Paused',
  Reconciling: 'True/Paused',
});
says('paused by a person', w('stable 3/3 canary 1/1 [>25]').held(), { Paused: 'True/RolloutPaused' });
says(
  'resumed',
  w('stable 3/3 canary 1/1 [25 >pause 50]')
    .promote()
    .status({ conditions: [known('Paused', 'RolloutPaused')] }),
  {
    Paused: 'False/RolloutPaused',
  },
);
says('aborted', w('stable 3/3 canary 1/1 [25 >pause]').abort(), {
  Progressing: 'False/RolloutAborted',
  Completed: 'False/RolloutCompleted',
  Ready: 'False/Degraded',
  Stalled: 'True/Degraded',
  Reconciling: null,
});
says(
  'once healthy, it says when it is not',
  w('stable 3/4 [50]').status({ conditions: [known('Healthy', 'RolloutHealthy')] }),
  {
    Healthy: 'False/RolloutHealthy',
  },
);
says(
  'pods of a healthy rollout that stop serving',
  w('stable 3/4 [50]').progressing('NewReplicaSetAvailable'),
  {
    Progressing: 'True/ReplicaSetNotAvailable',
  },
);
says(
  'a mistake that is mended is forgotten',
  w('stable 4/4 [50]').status({ conditions: [known('InvalidSpec', 'InvalidSpec')] }),
  {
    InvalidSpec: null,
  },
);
says(
  'a failure of pods is forgotten when it is over',
  w('stable 4/4 [50]').status({ conditions: [known('ReplicaFailure', 'FailedCreate')] }),
  {
    ReplicaFailure: null,
  },
);

void test('pods that cannot be made: the condition of the ReplicaSet is passed on, the wanted one first', () => {
  const { world, now } = w('stable 3/3 canary 0/1 of 4 [>25]');
  const replicaSets = world.replicaSets.map((rs, i) => {
    const failure = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: `quota ${i}`,
    } as const;
    return { ...rs, status: { ...rs.status, conditions: [failure] } };
  });
  const { status } = decide({ ...world, replicaSets }, now);
  const found = status.conditions?.find((c) => c.type === 'ReplicaFailure');
  assert.deepEqual([found?.status, found?.reason, found?.message], ['True', 'FailedCreate', 'quota 1']);
});

// The deadline of progress: 600 s unless the spec says otherwise, from the last change for the better.
const stuck = () => w('stable 3/3 canary 0/1 of 4 [>25 pause]').progressing('ReplicaSetUpdated');
const late = 'False/ProgressDeadlineExceeded';
says('not yet', stuck().at('599s'), { Progressing: 'True/ReplicaSetUpdated' });
says('now', stuck().at('600s'), { Progressing: late, Stalled: 'True/Degraded' });
says('the time in the spec', stuck().spec({ progressDeadlineSeconds: 5 }).at('5s'), { Progressing: late });
says('a pod more begins it anew', stuck().status({ readyReplicas: 2 }).at('600s'), {
  Progressing: 'True/ReplicaSetUpdated',
});
says('not in a pause', w('stable 3/3 canary 1/1 [25 >pause]').progressing('ReplicaSetUpdated').at('1h'), {
  Progressing: 'Unknown/RolloutPaused',
});
says(
  'not in an analysis',
  w('stable 3/3 canary 1/1 [25 >check]').run('step', 'Running').progressing('ReplicaSetUpdated').at('1h'),
  {
    Progressing: 'True/ReplicaSetUpdated',
  },
);
says('not while held', stuck().held().at('1h'), { Progressing: 'Unknown/RolloutPaused' });
says(
  'not while an old version keeps its pods',
  w('old 2/2 stable 3/3 canary 0/1 @0% [>25 pause]')
    .deadline('old1', '2h')
    .progressing('ReplicaSetUpdated')
    .at('1h'),
  {
    Progressing: 'True/ReplicaSetUpdated',
  },
);
says(
  'not when the time of an old version is over, and its pods are just going',
  w('old 2/2/0 stable 4/4 @0% [50]').progressing('ReplicaSetUpdated').at('1h'),
  {
    Progressing: 'True/ReplicaSetUpdated',
  },
);
says('not once healthy', w('stable 4/4 [50]').progressing('NewReplicaSetAvailable').at('1h'), {
  Progressing: 'True/NewReplicaSetAvailable',
});
says(
  'late, and then pods come',
  stuck().progressing('ProgressDeadlineExceeded', 'False').status({ readyReplicas: 2 }).at('1h'),
  {
    Progressing: 'True/ReplicaSetUpdated',
  },
);

void test('back to a version whose time is not over: what was said of the one before aborts nothing', () => {
  const back = w('old 4/4 stable 4/4 @0% [50]').deadline('old1', '2h').progressing('ReplicaSetUpdated');
  const begun = told(back.with({ wants: 'old1' }).spec({ progressDeadlineAbort: true }).at('1h'));
  assert.equal(begun.phase, 'Progressing');
});

void test('it is looked at when it is due, and an abort where the spec asks for it', () => {
  assert.equal(told(stuck().at('500s')).wake, '100s');
  const aborted = told(stuck().spec({ progressDeadlineAbort: true }).at('600s'));
  assert.equal(aborted.abort, true);
  assert.match(aborted.message, /^RolloutAborted: .*: ReplicaSet "app-\w+" has timed out progressing\.$/);
});

void test('the same status and reason leave a condition alone, whatever the message', () => {
  const before: Conditions = { list: [known('Progressing', 'ReplicaSetUpdated')], now: ZERO + 5000 };
  const claim = { status: 'True', reason: 'ReplicaSetUpdated', message: 'another' } as const;
  assert.equal(set(before, 'Progressing', claim), before);
});

void test('another reason moves it to the end and keeps the time of its status', () => {
  const list = [known('Progressing', 'ReplicaSetUpdated'), known('Available', 'AvailableReason')];
  const claim = { status: 'True', reason: 'NewReplicaSetAvailable', message: '' } as const;
  const after = set({ list, now: ZERO + 5000 }, 'Progressing', claim).list;
  assert.deepEqual(
    after.map((c) => c.type),
    ['Available', 'Progressing'],
  );
  assert.equal(after[1]?.lastTransitionTime, '2026-03-01T12:00:00Z');
  assert.equal(after[1]?.lastUpdateTime, '2026-03-01T12:00:05Z');
});

function known(
  type: 'Progressing' | 'Available' | 'Paused' | 'Healthy' | 'InvalidSpec' | 'ReplicaFailure',
  reason: string,
) {
  const at = '2026-03-01T12:00:00Z';
  return { type, status: 'True', reason, message: '', lastUpdateTime: at, lastTransitionTime: at } as const;
}
