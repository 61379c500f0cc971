import { bg } from '../../support/blue-green.ts';
import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** What was told to shrink follows before it grows again: its status still counts pods that are about to go. */

const again = (line: string) => w(`stable 4/4 ${line}`).retry();

row('tried again at the moment of its end', again('canary 1/0 @0% [>25 pause]'), {
  sizes: 'stable 4 canary 0',
  step: 0,
  weight: 0,
});
row('it grows when it has none', again('canary 0/0 @0% [>25 pause]'), { sizes: 'stable 4 canary 1' });
row('scaled down, and up again at once', w('stable 4/4 canary 3/1 @25% [75 >pause]'), {
  sizes: 'stable 4 canary 1',
});
row('it has followed', w('stable 4/4 canary 1/1 @25% [75 >pause]'), { sizes: 'stable 4 canary 3' });
row('a pod that is not available is not waited for', w('stable 4/4 canary 1/1/3 @25% [75 >pause]'), {
  sizes: 'stable 4 canary 3',
});
row('it may shrink further', w('stable 4/4 canary 3/2 @25% [25 >pause]'), { sizes: 'stable 4 canary 1' });

// All of its pods seem to be there: users would be sent to pods that end.
row('back to an old version at the moment of its end', bg('stable 4/4 canary 4/0'), {
  sizes: 'stable 4 canary 0',
  services: 'active:stable preview:canary',
});
row('it comes back with pods of its own', bg('stable 4/4 canary 0/0'), { sizes: 'stable 4 canary 4' });
