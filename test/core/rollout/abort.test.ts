import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** Abort, retry and full promotion, by people and by the controller. */

row('abort: back to the first step, pauses lifted', w('stable 8/8 canary 2/2 [20 >pause 50]').abort(), {
  step: 0,
  abort: true,
  pauses: '',
  phase: 'Degraded',
  message: 'RolloutAborted: Rollout aborted update to revision 2',
  because: 'aborted',
  notes: ['RolloutAborted', 'ScalingReplicaSet', 'ScalingReplicaSet'],
});
row('abort without steps', w('stable 8/8 canary 2/2').abort(), {
  step: null,
  abort: true,
  sizes: 'stable 10 canary 0',
});
row('the time of the first abort is kept', w('stable 8/8 canary 0/0 [~20 pause] aborted').at('1h'), {
  abort: true,
  notes: [],
  changes: [],
});
row('abort of what is stable is forgotten', w('stable 8/8 [20]').abort(), {
  abort: undefined,
  phase: 'Healthy',
  step: 1,
});
row(
  'a new template forgets the abort',
  w('stable 8/8 canary 0/0 [~20 pause] aborted').with({ wants: 'next' }),
  {
    abort: undefined,
    step: 0,
    sizes: 'stable 7 canary 0 next 2',
  },
);
row(
  'the stable template again ends the abort',
  w('stable 8/8 canary 0/0 [~20 pause] aborted').with({ wants: 'stable' }),
  {
    abort: undefined,
    phase: 'Healthy',
    step: 2,
  },
);
row(
  'nothing goes on while aborted, not even where all is there',
  w('stable 8/8 canary 2/2 [~20 50] aborted'),
  { step: 0 },
);
row(
  'other steps forget the abort',
  w('stable 8/8 canary 0/0 [~20 pause] aborted').status({ currentStepHash: 'other' }),
  {
    abort: undefined,
  },
);

// Why the controller aborts.
row(
  'a failed step analysis',
  w('stable 8/8 canary 2/2 [20 >check 50]').run('step', 'Failed', 'metric "ok" assessed Failed'),
  {
    abort: true,
    message:
      'RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed: metric "ok" assessed Failed',
  },
);
const background = { analysis: { templates: [{ templateName: 'check' }] } };
row(
  'a failed background analysis',
  w('stable 8/8 canary 2/2 [20 >pause]').canary(background).run('background', 'Error', 'no data'),
  {
    abort: true,
    step: 0,
    message:
      'RolloutAborted: Rollout aborted update to revision 2: Background analysis phase error/failed: no data',
  },
);
row(
  'held by a person, a failure still aborts',
  w('stable 8/8 canary 2/2 [20 >check]').run('step', 'Failed').held(),
  { abort: true },
);

// Retry.
const retried = () => w('stable 8/8 canary 0/0 [~20 pause] aborted').retry();
row('retry: from the first step', retried(), {
  step: 0,
  abort: false,
  sizes: 'stable 7 canary 2',
  phase: 'Progressing',
});
row('retry says so in a condition', retried(), {
  conditions: {
    Progressing: 'Unknown/RolloutRetry',
    Available: 'True/AvailableReason',
    Completed: 'False/RolloutCompleted',
    Healthy: 'False/RolloutHealthy',
    Ready: 'False/Progressing',
    Reconciling: 'True/Progressing',
  },
});
row('retry without steps', w('stable 8/8 canary 0/0 aborted').retry(), { step: null, abort: false });
row(
  'retry keeps the size that the first step wants',
  w('stable 8/8 canary 4/4 @0% [~50 pause] aborted').retry(),
  {
    sizes: 'stable 8 canary 4',
    step: 0,
  },
);

// Full promotion.
const full = () => w('stable 8/8 canary 2/2 [20 >pause check]').full();
row('full: all steps are behind, pauses lifted', full(), {
  step: 3,
  pauses: '',
  full: true,
  stable: 'stable',
});
row('full: stable only with all pods', w('stable 2/2 canary 7/8 of 8 [20 >pause]').full(), {
  stable: 'stable',
});
row('full: then it is', w('stable 2/2 canary 8/8 of 8 [20 >pause]').full(), {
  stable: 'canary',
  full: false,
  notes: ['RolloutResumed', 'RolloutCompleted', 'ScalingReplicaSet'],
});
row('full: what is stable forgets it', w('stable 8/8 [20]').full(), { full: false, phase: 'Healthy' });
row('full ends an abort', w('stable 8/8 canary 0/0 [~20 pause] aborted').full(), {
  abort: undefined,
  step: 2,
  full: true,
});
row('full with an abort at once: full wins', w('stable 8/8 canary 2/2 [20 >pause]').full().abort(), {
  abort: undefined,
  full: true,
});
row('full ends the analysis', w('stable 8/8 canary 2/2 [20 >check 50]').run('step', 'Running').full(), {
  runs: 'end app-canary-2-1',
});
row('full, held by a person: no further', w('stable 2/2 canary 8/8 of 8 [20 >pause]').full().held(), {
  stable: 'stable',
});
