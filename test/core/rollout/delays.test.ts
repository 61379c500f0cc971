import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** How long versions keep their pods after traffic has left them. Only where a router moves it. */

const promoted = () => w('old 4/4 stable 4/4 @0% [50]');
row('after a promotion the old version keeps its pods for 30 s', promoted(), {
  sizes: 'stable 4 old1 4',
  deadlines: 'old1 30',
});
row('the time in the spec counts', promoted().canary({ scaleDownDelaySeconds: 90 }), {
  deadlines: 'old1 90',
});
row('no time at all: at once', promoted().canary({ scaleDownDelaySeconds: 0 }), {
  sizes: 'stable 4 old1 0',
  deadlines: '',
});
row('a deadline is not pushed back', promoted().deadline('old1', '30s').at('10s'), {
  deadlines: 'old1 20',
  wake: '20s',
});
row('until it has come', promoted().deadline('old1', '30s').at('29s'), {
  sizes: 'stable 4 old1 4',
  wake: '1s',
});
row('then the pods go', promoted().deadline('old1', '30s').at('30s'), {
  sizes: 'stable 4 old1 0',
  changes: ['shrink old1 4>0'],
});
row('an empty version has no deadline', w('old 0/0 stable 4/4 @0% [50]').deadline('old1', '30s'), {
  deadlines: '',
});
row('without a router they go at once', w('old 4/4 stable 4/4 of 4 [50]'), { sizes: 'stable 4 old1 0' });
row(
  'as many versions as the limit says, the newest',
  w('old 2/2 old 4/4 stable 4/4 @0% [50]').canary({ scaleDownDelayRevisionLimit: 1 }),
  {
    sizes: 'stable 4 old2 4 old1 0',
    deadlines: 'old2 30',
  },
);
row('a limit of 0: none', promoted().canary({ scaleDownDelayRevisionLimit: 0 }), {
  sizes: 'stable 4 old1 0',
});
row('in the middle of an update others go at once', w('old 2/2 stable 4/4 canary 2/2 @50% [50 >pause]'), {
  sizes: 'stable 4 canary 2 old1 0',
});
row('unless they wait already', w('old 2/2 stable 4/4 canary 2/2 @50% [50 >pause]').deadline('old1', '20s'), {
  sizes: 'stable 4 canary 2 old1 2',
  deadlines: 'old1 20',
});
row(
  'or a Service still selects them',
  w('old 2/2 stable 4/4 canary 0/0 @0% [>50 pause]').selects({ canary: 'old1' }),
  {
    sizes: 'stable 4 canary 2 old1 2',
  },
);
row(
  'a version that comes back loses its deadline',
  w('stable 4/4 canary 4/4 @0% [>50 pause]').deadline('canary', '20s'),
  {
    deadlines: '',
    sizes: 'stable 4 canary 2',
  },
);
row('so does the stable one', w('stable 4/4 canary 4/4 @0% [>50 pause]').deadline('stable', '20s'), {
  deadlines: '',
});

// After an abort.
const aborted = () => w('stable 4/4 canary 2/2 @0% [~50 pause] aborted');
row('an aborted version keeps its pods for 30 s', aborted(), {
  sizes: 'stable 4 canary 2',
  deadlines: 'canary 30',
});
row('then it is emptied', aborted().deadline('canary', '30s').at('30s'), {
  sizes: 'stable 4 canary 0',
  deadlines: '',
});
row('the time in the spec counts there too', aborted().canary({ abortScaleDownDelaySeconds: 5 }), {
  deadlines: 'canary 5',
});
row('0 with weights only: at once, as recorded', aborted().canary({ abortScaleDownDelaySeconds: 0 }), {
  sizes: 'stable 4 canary 0',
});
row(
  '0 with a setCanaryScale in force: kept for ever, as recorded',
  w('stable 4/4 canary 3/3 @0% [~scale3 50] aborted').canary({ abortScaleDownDelaySeconds: 0 }),
  { sizes: 'stable 4 canary 3', deadlines: '' },
);
row('the time begins when stable is whole', w('stable 3/4 canary 2/2 @0% [~50 pause] aborted'), {
  sizes: 'stable 4 canary 2',
  deadlines: '',
});
row('without a router it goes at once', w('stable 4/4 canary 2/2 of 4 [~50 pause] aborted'), {
  sizes: 'stable 4 canary 0',
});
row(
  'a retry ends the wait',
  w('stable 4/4 canary 2/2 @0% [~50 pause] aborted').deadline('canary', '20s').retry(),
  {
    sizes: 'stable 4 canary 2',
    deadlines: '',
  },
);
