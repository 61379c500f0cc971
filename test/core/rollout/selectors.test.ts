import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** Which version each Service selects. */

row('stable to stable, canary to the new version', w('stable 4/4 canary 2/2 @50% [50 >pause]'), {
  services: 'stable:stable canary:canary',
});
row('the canary Service waits for a pod that serves', w('stable 4/4 canary 0/2 @0% [>50 pause]'), {
  services: 'stable:stable',
});
row(
  'one pod that serves is enough',
  w('stable 4/4 canary 1/2 @0% [>50 pause]').selects({ canary: 'stable' }),
  {
    services: 'stable:stable canary:canary',
    changes: ['shift Service canary>canary'],
    notes: ['SwitchService'],
  },
);
row(
  'a Service as users make it is first switched when all pods serve',
  w('stable 4/4 canary 1/2 @0% [>50 pause]').unmanaged(),
  {
    services: 'stable:stable',
  },
);
row('then it is, and says whose it is', w('stable 4/4 canary 2/2 @0% [>50 pause]').unmanaged(), {
  services: 'stable:stable canary:canary',
});
row(
  'a Service that loses all its pods stays where it is',
  w('stable 0/4 canary 0/2 @50% [50 >pause]').selects({ canary: 'canary' }),
  {
    services: 'stable:stable canary:canary',
  },
);
row('abort: both to stable, once and for all', w('stable 4/4 canary 2/2 @50% [50 >pause]').abort(), {
  services: 'stable:stable canary:stable',
});
row('and there they stay', w('stable 4/4 canary 2/2 @0% [~50 pause] aborted').deadline('canary', '30s'), {
  services: 'stable:stable canary:stable',
  changes: [],
});
row('promoted: both to the new version', w('stable 4/4 canary 4/4 @100% [50]'), {
  stable: 'canary',
  services: 'stable:canary canary:canary',
});
row(
  'back to stable in the middle: the canary Service goes back too',
  w('stable 4/4 canary 2/2 @50% [50 pause] wants stable').selects({ canary: 'canary' }),
  {
    services: 'stable:stable canary:stable',
  },
);
row(
  'held: no Service is switched',
  w('stable 4/4 canary 2/2 @50% [50 >pause]').selects({ canary: 'stable' }).held(),
  {
    services: '',
  },
);
row('the first version: as soon as all pods serve', w('first 4/4 of 4 @0% [50 pause]').unmanaged(), {
  services: 'stable:canary canary:canary',
});
row('but not before', w('first 3/4 of 4 @0% [50 pause]').unmanaged(), { services: '' });
row(
  'Services without a router: an abort moves the canary Service too',
  w('stable 3/3 canary 1/1 [25 >pause]')
    .canary({ stableService: 'app-stable', canaryService: 'app-canary' })
    .abort(),
  { services: 'stable:stable canary:stable' },
);
