import { bg } from '../../support/blue-green.ts';
import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** Another number of replicas at any moment, by a person or by an autoscaler: all else goes on in the same pass. */

// Without a router.
row('at rest, up', w('stable 4/4 of 6'), { sizes: 'stable 6' });
row('at rest, down', w('stable 6/6 of 4'), { sizes: 'stable 4' });
row('in a step', w('stable 3/3 canary 1/1 of 8 [>25 pause]'), { sizes: 'stable 6 canary 2', step: 0 });
row('in a pause', w('stable 3/3 canary 1/1 of 8 [25 >pause]'), {
  sizes: 'stable 6 canary 2',
  step: 1,
  phase: 'Paused',
});
row('in an abort', w('stable 2/2 canary 2/2 of 8 [50 >pause]').abort(), {
  sizes: 'stable 8 canary 2',
  step: 0,
});

// With one: weights and Services are seen to in the same pass.
row('at rest', w('stable 4/4 of 6 @0% [50]'), {
  sizes: 'stable 6',
  weight: 0,
  services: 'stable:stable canary:stable',
});
row(
  'in a step: the weight waits for the pods of the new size',
  w('stable 4/4 canary 1/1 of 8 @0% [>25 pause]'),
  { sizes: 'stable 8 canary 2', weight: 0 },
);
row('in a step whose weight is there it stays', w('stable 4/4 canary 2/2 of 8 @50% [>50 pause]'), {
  sizes: 'stable 8 canary 4',
  weight: 50,
});
row('in a pause the weight stays', w('stable 4/4 canary 2/2 of 8 @50% [50 >pause]'), {
  sizes: 'stable 8 canary 4',
  weight: 50,
});
row('down in a pause', w('stable 8/8 canary 4/4 of 4 @50% [50 >pause]'), {
  sizes: 'stable 4 canary 2',
  weight: 50,
});
row(
  'in an abort: all goes back at once, whatever the size',
  w('stable 4/4 canary 2/2 of 8 @50% [50 >pause]').abort(),
  {
    sizes: 'stable 8 canary 2',
    weight: 0,
    services: 'stable:stable canary:stable',
    changes: [
      'grow stable 4>8',
      'shift app-app-canary>0',
      'shift Service canary>stable',
      'claim Service stable',
    ],
  },
);
row('down in an abort', w('stable 4/4 canary 2/2 of 2 @50% [50 >pause]').abort(), {
  sizes: 'stable 2 canary 2',
  weight: 0,
});
row(
  'after an abort its pods are kept for their time all the same',
  w('stable 4/4 canary 2/2 of 6 @0% [50 pause]').abort().deadline('canary', '20s'),
  { sizes: 'stable 6 canary 2', deadlines: 'canary 20' },
);
row('in a full promotion', w('stable 4/4 canary 4/4 of 6 @50% [50 >pause]').full(), {
  sizes: 'stable 6 canary 6',
  stable: 'stable',
});
row(
  'in the delay after a promotion',
  w('wants stable old 4/4 stable 4/4 of 6 @0% [50]').selects({ canary: 'stable' }).deadline('old1', '20s'),
  { sizes: 'stable 6 old1 4', deadlines: 'old1 20' },
);
row('a number of canary pods that is set stays', w('stable 4/4 canary 3/3 of 8 @20% [20 >scale3]'), {
  sizes: 'stable 8 canary 3',
});
row('a share that is set follows', w('stable 4/4 canary 2/2 of 8 @20% [20 >scale50%]'), {
  sizes: 'stable 8 canary 4',
});
row('held by a person it stays as it is', w('stable 4/4 canary 2/2 of 8 @50% [50 >pause]').held(), {
  changes: [],
});

row('pods that are lost are not carried', w('stable 4/4 canary 1/2 @50% [20 >50 pause]'), { weight: 20 });

// Blue-green.
row('blue-green at rest', bg('stable 4/4 of 6'), { sizes: 'stable 6' });
row('while the preview waits', bg('stable 4/4 canary 4/4 of 6', { autoPromotionEnabled: false }), {
  sizes: 'stable 6 canary 6',
});
row('in an abort', bg('stable 4/4 canary 4/4 of 6').abort(), { sizes: 'stable 6 canary 4' });
