import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** Pause steps, pauses by people, and doubt. */

row('a pause begins', w('stable 8/8 canary 2/2 [20 ~60s 50]'), {
  step: 1,
  phase: 'Paused',
  message: 'CanaryPauseStep',
  pauses: 'CanaryPauseStep',
  wake: '60s',
  notes: ['RolloutPaused'],
});
row('it begins with the step before it', w('stable 8/8 canary 2/2 [>20 60s 50]'), {
  step: 1,
  pauses: 'CanaryPauseStep',
  notes: ['RolloutStepCompleted', 'RolloutPaused'],
});
row('it waits', w('stable 8/8 canary 2/2 [20 >60s 50]').at('59s'), {
  step: 1,
  wake: '1s',
  because: 'pause',
  notes: [],
});
row('then moves on', w('stable 8/8 canary 2/2 [20 >60s 50]').at('60s'), {
  step: 2,
  pauses: '',
  phase: 'Progressing',
  notes: ['RolloutStepCompleted', 'RolloutResumed', 'ScalingReplicaSet', 'ScalingReplicaSet'],
});
row('long after, too: the process was away', w('stable 8/8 canary 2/2 [20 >60s 50]').at('500h'), { step: 2 });
row('a pause of 0 s is over at once', w('stable 8/8 canary 2/2 [20 ~0s 50]'), { step: 2 });
row('without a duration it waits for a person', w('stable 8/8 canary 2/2 [20 >pause 50]').at('500h'), {
  step: 1,
  wake: null,
  because: 'pause',
});
row('promoted by a person, without word of it', w('stable 8/8 canary 2/2 [20 >pause 50]').promote(), {
  step: 2,
  pauses: '',
  notes: ['RolloutStepCompleted', 'ScalingReplicaSet', 'ScalingReplicaSet'],
});
row('a timed one may be cut short', w('stable 8/8 canary 2/2 [20 >60s 50]').promote(), {
  step: 2,
  pauses: '',
});
// `promote --skip-current-step` moves the index only, and leaves the pause condition.
const begun = {
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-03-01T12:00:00Z' }],
} as const;
row('moved on by a person, to a weight', w('stable 8/8 canary 2/2 [20 pause >40 pause]').status(begun), {
  step: 2,
  pauses: '',
  phase: 'Progressing',
});
row('moved on by a person, to the end', w('stable 8/8 canary 2/2 [20 pause]').status(begun), {
  step: 2,
  pauses: '',
  phase: 'Progressing',
});
row('moved on by a person, to another pause', w('stable 8/8 canary 2/2 [20 pause ~60s]').status(begun), {
  step: 2,
  pauses: 'CanaryPauseStep',
  wake: '60s',
});
row('a second pause begins by itself', w('stable 8/8 canary 2/2 [20 >60s pause 50]').at('60s'), {
  step: 2,
  pauses: 'CanaryPauseStep',
});
row('a last pause leads to the promotion', w('stable 0/0 canary 4/4 [100 >60s]').at('60s'), {
  step: 2,
  stable: 'canary',
});
row('pods go on becoming what the step says', w('stable 8/8 canary 1/1 [20 >pause 50]'), {
  sizes: 'stable 8 canary 2',
});

// By a person, in the spec.
row('held: nothing is touched', w('stable 8/8 canary 1/1 [>20 pause]').held(), {
  phase: 'Paused',
  message: 'manually paused',
  because: 'held',
  changes: [],
});
row('held: no step is completed', w('stable 8/8 canary 2/2 [>20 pause]').held(), { step: 0 });
row('held: a pause does not end', w('stable 8/8 canary 2/2 [20 >60s 50]').at('60s').held(), { step: 1 });
row('held: a new version is noted, with no pods', w('stable 8/8 new [20 pause]').held(), {
  step: 0,
  sizes: 'stable 8 canary 0',
});
row('held: an abort is noted', w('stable 8/8 canary 2/2 [20 >pause]').held().abort(), {
  abort: true,
  pauses: '',
  step: 0,
});

// Doubt.
const doubt = () => w('stable 8/8 canary 2/2 [20 >check 50]');
row('an inconclusive step analysis pauses', doubt().run('step', 'Inconclusive'), {
  step: 1,
  pauses: 'InconclusiveAnalysisRun',
  because: 'inconclusive',
  phase: 'Paused',
});
row(
  'an inconclusive background analysis pauses',
  w('stable 8/8 canary 2/2 [20 ~60s 50]')
    .canary({ analysis: { templates: [{ templateName: 'check' }] } })
    .run('background', 'Inconclusive'),
  { pauses: 'InconclusiveAnalysisRun' },
);
const inPause = () =>
  w('stable 8/8 canary 2/2 [20 >60s 50]')
    .canary({ analysis: { templates: [{ templateName: 'check' }] } })
    .run('background', 'Inconclusive');
row('an inconclusive background analysis in a pause pauses, too', inPause(), {
  step: 1,
  pauses: 'CanaryPauseStep InconclusiveAnalysisRun',
  because: 'inconclusive',
  phase: 'Paused',
  message: 'CanaryPauseStep',
});
const doubtful = () =>
  inPause().status({
    controllerPause: true,
    pauseConditions: [
      { reason: 'CanaryPauseStep', startTime: '2026-03-01T12:00:00Z' },
      { reason: 'InconclusiveAnalysisRun', startTime: '2026-03-01T12:00:30Z' },
    ],
  });
row('in doubt a pause does not end by itself', doubtful().at('500h'), {
  step: 1,
  pauses: 'CanaryPauseStep InconclusiveAnalysisRun',
  because: 'inconclusive',
  wake: null,
});
row('a person who promotes ends the pause and the doubt', doubtful().at('90s').promote(), {
  step: 2,
  pauses: '',
});
const doubted = () =>
  doubt()
    .run('step', 'Inconclusive')
    .status({
      controllerPause: true,
      pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: '2026-03-01T12:00:00Z' }],
    });
row('in doubt nothing is scaled', doubted().with({ replicas: 20 }), { changes: [], step: 1 });
row('a person who promotes wants another analysis', doubted().promote(), {
  step: 1,
  pauses: '',
  runs: 'make app-canary-2-1.1',
});
