import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from '../../../src/core/rollout/decide.ts';
import { type Role, roleHash } from '../../support/draft.ts';
import { row } from '../../support/row.ts';
import { type Scene, w } from '../../support/world.ts';

/** The analysis runs of a rollout: which are made, ended and thrown away, and under which names. */

const background = { analysis: { templates: [{ templateName: 'check' }] } };
const from = (startingStep: number) => ({ analysis: { ...background.analysis, startingStep } });

row('a step analysis is made when its step comes', w('stable 8/8 canary 2/2 [>20 check]'), {
  step: 1,
  runs: 'make app-canary-2-1',
});
row('and only once', w('stable 8/8 canary 2/2 [20 >check]').run('step', 'Running'), {
  step: 1,
  runs: '',
  changes: [],
});
row('one that the status names and that is not there is made', named('app-canary-2-1'), {
  runs: 'make app-canary-2-1',
});
row('good: the step is done', w('stable 8/8 canary 2/2 [20 >check 50]').run('step', 'Successful'), {
  step: 2,
  notes: ['AnalysisRunSuccessful', 'RolloutStepCompleted', 'ScalingReplicaSet', 'ScalingReplicaSet'],
});
row('not yet begun: it waits', w('stable 8/8 canary 2/2 [20 >check 50]').run('step', 'Pending'), { step: 1 });

row(
  'a background analysis is made with the first step',
  w('stable 8/8 canary 0/0 [>20 pause]').canary(background),
  {
    runs: 'make app-canary-2',
  },
);
row('or with a later one', w('stable 8/8 canary 0/0 [>20 pause]').canary(from(1)), { runs: '' });
row('when that has come', w('stable 8/8 canary 2/2 [20 ~pause]').canary(from(1)), {
  runs: 'make app-canary-2',
});
row('without steps at once', w('stable 8/8 canary 0/0').canary(background), { runs: 'make app-canary-2' });
row('beside a step analysis', w('stable 8/8 canary 2/2 [20 >check]').canary(background), {
  runs: 'make app-canary-2-1 make app-canary-2',
});
row(
  'a good one ends nothing',
  w('stable 8/8 canary 2/2 [20 >pause]').canary(background).run('background', 'Successful'),
  {
    step: 1,
    runs: '',
  },
);
row(
  'it ends with the promotion',
  w('stable 0/0 canary 4/4 [50]').canary(background).run('background', 'Running'),
  {
    stable: 'canary',
    runs: 'end app-canary-2',
  },
);
row('the first version is not analysed', w('first 0/0 of 4 [check]').canary(background), { runs: '' });
row(
  'nor is a way back to stable',
  w('stable 4/4 canary 2/2 [check >pause]').canary(background).with({ wants: 'stable' }),
  { runs: '' },
);

// Names that are taken.
const other = (name: string, phase: string) =>
  w('stable 8/8 canary 2/2 [20 >check]').aRun({
    name,
    kind: 'Step',
    phase,
    message: '',
    role: 'canary',
    index: 1,
    age: 0,
  });
const first = `app-${roleHash('canary')}-2-1`;
row('a run of that name that still goes on is used', other(first, 'Running'), { runs: '' });
row('one that has its verdict is not', other(first, 'Failed'), { runs: 'make app-canary-2-1.1' });
row('nor are further ones', other(first, 'Failed').aRun({ ...failed(`${first}.1`), index: 1 }), {
  runs: 'make app-canary-2-1.2',
});

// Ended and thrown away.
row('an abort ends all', w('stable 8/8 canary 2/2 [20 >check]').run('step', 'Running').abort(), {
  runs: 'end app-canary-2-1',
});
row(
  'so does another version',
  w('stable 8/8 canary 2/2 [20 >check]').run('step', 'Running').with({ wants: 'next' }),
  {
    runs: 'end app-canary-2-1',
  },
);
row('runs of other steps are ended', other(`app-${roleHash('canary')}-2-0`, 'Running').with({ step: 1 }), {
  runs: 'make app-canary-2-1 end app-canary-2-0',
});
row(
  'one of a revision that we have not heard of is somebody else’s: it is neither ended nor thrown away',
  w('stable 8/8 [50]')
    .aRun({ ...failed('app-newer-2', 'next'), phase: 'Running', revision: 2 })
    .aRun({ ...failed('app-newer-2.1', 'next'), revision: 2 }),
  { runs: '' },
);
row('a run without its ReplicaSet is thrown away', w('stable 8/8 [50]').aRun(failed('app-gone-1', 'next')), {
  runs: 'discard app-gone-1',
});
row(
  'one that has no verdict is ended first',
  w('stable 8/8 [50]').aRun({ ...failed('app-gone-1', 'next'), phase: 'Running' }),
  {
    runs: 'end app-gone-1',
  },
);

/** So many finished runs of the stable version, `a` being the oldest. */
function history(phase: string, names: string): Scene {
  return names
    .split('')
    .reduce(
      (scene, name, age) => scene.aRun({ ...failed(name, 'stable'), phase, age }),
      w('stable 8/8 [50]'),
    );
}
row('five good ones are kept', history('Successful', 'abcdefg'), { runs: 'discard b discard a' });
row('and five others', history('Error', 'abcdefg'), { runs: 'discard b discard a' });
row(
  'or as many as the spec says',
  history('Failed', 'abc').spec({ analysis: { unsuccessfulRunHistoryLimit: 1 } }),
  {
    runs: 'discard b discard a',
  },
);
row('none at all', history('Successful', 'ab').spec({ analysis: { successfulRunHistoryLimit: 0 } }), {
  runs: 'discard b discard a',
});

void test('a run is made with labels to find it by, an owner and its metrics', () => {
  const { world, now } = w('stable 8/8 canary 2/2 [20 >check]').canary({
    analysis: { templates: [{ templateName: 'check' }], analysisRunMetadata: { labels: { team: 'shop' } } },
  });
  const [step, behind] = decide(world, now).target?.runs.create ?? [];
  assert.deepEqual(step?.metadata.labels, {
    app: 'app',
    'rollouts-pod-template-hash': roleHash('canary'),
    'rollout-type': 'Step',
    'step-index': '1',
  });
  assert.deepEqual(behind?.metadata.labels, {
    app: 'app',
    team: 'shop',
    'rollouts-pod-template-hash': roleHash('canary'),
    'rollout-type': 'Background',
  });
  assert.deepEqual([step.metadata.ownerReferences?.[0]?.uid, step.spec.metrics.length], ['uid-app', 1]);
});

function failed(name: string, role: Role = 'canary') {
  return { name, kind: 'Background', phase: 'Failed', message: '', role, index: null, age: 0 } as const;
}

function named(name: string): Scene {
  const summary = { name: name.replace('canary', roleHash('canary')), status: '' as never };
  return w('stable 8/8 canary 2/2 [20 >check]').status({ canary: { currentStepAnalysisRunStatus: summary } });
}
