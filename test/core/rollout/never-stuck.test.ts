import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** A healthy version can always pass, whatever was there before it. */

// The first version has never served: there is nobody to protect by steps.
row('a fix of a broken first version passes over the steps', w('stable 0/4 new @0% [20 pause]').unproven(), {
  step: 2,
  stable: 'stable',
  sizes: 'stable 4 canary 4',
});
row('out of a pause, too', w('stable 0/4 canary 1/1 @20% [20 >pause 50]').unproven(), {
  step: 3,
  pauses: '',
  phase: 'Progressing',
  sizes: 'stable 4 canary 4',
});
row('it gets the traffic when its pods are there', w('stable 0/4 canary 4/4 @20% [20 pause]').unproven(), {
  weight: 100,
  stable: 'stable',
});
row('and is stable then', w('stable 0/4 canary 4/4 @100% [20 pause]').unproven(), {
  stable: 'canary',
  notes: ['RolloutCompleted', 'SwitchService', 'PatchingCanaryIngress'],
});
row('without a router', w('stable 0/4 canary 1/1 of 4 [20 >pause]').unproven(), {
  step: 2,
  stable: 'stable',
});
row('stable as soon as all of it serves', w('stable 0/0 canary 4/4 [20 pause]').unproven(), {
  stable: 'canary',
});
row('without an analysis', w('stable 0/4 canary 1/1 @0% [>check 50]').unproven(), { step: 2, runs: '' });
row('a broken fix is not stable', w('stable 0/4 canary 0/4 @0% [20 pause]').unproven(), {
  stable: 'stable',
  weight: 0,
});
row('the next one passes', w('old 0/4 stable 0/4 canary 4/4 @0% [>20 pause]').unproven(), {
  step: 2,
  weight: 100,
});
row('a person holds it', w('stable 0/4 canary 1/1 @0% [>20 pause]').unproven().held(), { step: 0 });
row('one pod serves: steps protect its users', w('stable 1/4 canary 1/1 @20% [20 >pause 50]').unproven(), {
  step: 1,
});

row('which is written down', w('stable 1/4 canary 1/1 @20% [20 >pause 50]').unproven(), {
  changes: ['grow stable'],
});
row(
  'and not forgotten',
  w('stable 0/4 canary 1/1 @20% [20 >pause 50]')
    .unproven()
    .annotated('stable', { 'sluice.dev/served': 'true' }),
  {
    step: 1,
  },
);

// A version that was healthy once is known to be good: steps stay, but its illness stops nobody.
row('known good and ill: its steps stay', w('stable 0/4 canary 1/1 @20% [20 >pause 50]'), {
  step: 1,
  pauses: 'CanaryPauseStep',
});
row('the weight rises', w('stable 0/4 canary 1/1 @0% [>20 pause]'), { weight: 20 });
row('the step is done', w('stable 0/4 canary 1/1 @20% [>20 pause]'), { step: 1 });
row('the last step', w('stable 0/4 canary 4/4 @20% [20]'), { weight: 100 });
row('stable', w('stable 0/4 canary 4/4 @100% [20]'), { stable: 'canary' });
row('without a router', w('stable 0/3 canary 1/1 [>25 pause]'), { step: 1 });
row(
  'its pods cannot be made: a quota is used up',
  w('stable 2/2/4 canary 2/2 @50% [>50 pause]').refused('stable'),
  { step: 1 },
);
row('a full promotion', w('stable 0/4 canary 4/4 @20% [20 >pause]').full(), { stable: 'canary' });

// Another version in the middle of any other.
row('beside a bad one', w('stable 4/4 canary 0/1 @0% [>20 pause]').with({ wants: 'next' }), {
  step: 0,
  stable: 'stable',
  sizes: 'stable 4 canary 0 next 1',
});
row('beside an aborted one', w('stable 4/4 canary 1/1 @0% [20 pause]').abort().with({ wants: 'next' }), {
  step: 0,
  abort: undefined,
  sizes: 'stable 4 canary 0 next 1',
});
row('beside a paused one', w('stable 4/4 canary 1/1 @20% [20 >pause]').with({ wants: 'next' }), {
  step: 0,
  pauses: '',
  weight: 0,
});
row(
  'beside one with half of the traffic',
  w('old 2/2 stable 4/4 canary 0/2 @50% [>50 pause]').selects({ canary: 'old1' }),
  { weight: 0, services: 'stable:stable canary:old1', sizes: 'stable 4 canary 2 old1 2' },
);
row(
  'whose pods are there already',
  w('old 2/2 stable 4/4 canary 2/2 @50% [>50 pause]').selects({ canary: 'old1' }),
  { weight: 0, services: 'stable:stable canary:old1' },
);
row('then it begins', w('old 2/2 stable 4/4 canary 2/2 @0% [>50 pause]').selects({ canary: 'old1' }), {
  weight: 50,
  services: 'stable:stable canary:canary',
});

// The same version once more after a failure.
row('again: the pods that are left are kept', w('stable 4/4 canary 4/4 @0% [>25 50 pause]').retry(), {
  step: 0,
  sizes: 'stable 4 canary 4',
  weight: 25,
  deadlines: '',
});
row('all the way', w('stable 4/4 canary 4/4 @25% [>25 50 pause]').retry(), {
  step: 1,
  sizes: 'stable 4 canary 4',
});
row('but for a number that is set', w('stable 4/4 canary 4/4 @0% [>scale1 pause]').retry(), {
  sizes: 'stable 4 canary 1',
});
row('and no more than the replicas', w('stable 4/4 canary 8/8 of 4 @0% [>25 pause]').retry(), {
  sizes: 'stable 4 canary 4',
});
row('without a router pods are traffic', w('stable 3/3 canary 3/3 of 4 [>25 pause]').retry(), {
  sizes: 'stable 3 canary 1',
});

// No replicas at all: weights and sizes are nothing to wait for, and a pause is still a person's.
row('a weight', w('stable 0/0 canary 0/0 of 0 @0% [>50 pause]'), { step: 2 - 1 });
row('a size', w('stable 0/0 canary 0/0 of 0 @0% [>scale3 50 pause]'), {
  sizes: 'stable 0 canary 0',
  step: 2,
});
row('a pause', w('stable 0/0 canary 0/0 of 0 @0% [50 >pause 75]'), { step: 1, phase: 'Paused' });
row('the end', w('stable 0/0 canary 0/0 of 0 @0% [50]'), { stable: 'canary' });
row('an abort', w('stable 0/0 canary 0/0 of 0 @0% [50 pause]').abort(), {
  phase: 'Degraded',
  sizes: 'stable 0 canary 0',
});
row('to nothing in the middle', w('stable 4/4 canary 2/2 of 0 @50% [50 >pause 75]'), {
  sizes: 'stable 0 canary 0',
  weight: 0,
});
