import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** The canary's share of the traffic where a router moves it. */

row('up only when the pods are there', w('stable 4/4 canary 1/2 @0% [>50 pause]'), { weight: 0, step: 0 });
row('then the weight follows', w('stable 4/4 canary 2/2 @0% [>50 pause]'), {
  weight: 50,
  step: 0,
  because: 'weight',
  changes: ['shift app-app-canary>50'],
});
row('then the step is done', w('stable 4/4 canary 2/2 @50% [>50 pause]'), { weight: 50, step: 1 });
row('until then the weight before is kept', w('stable 4/4 canary 1/1 @20% [20 pause >80 pause]'), {
  weight: 20,
});
row(
  'a lower weight goes into force before its pods do',
  w('stable 4/4 canary 4/4 @80% [80 pause >20 pause]'),
  {
    weight: 20,
    changes: ['shift app-app-canary>20', 'shrink canary 4>1'],
  },
);
row('what was skipped waits for its pods, too', w('stable 8/8 canary 1/8 @0% [100 pause 34]'), {
  step: 3,
  weight: 0,
});
row('a weight that somebody took away comes back with the pods', w('stable 4/4 canary 1/4 @0% [20 >80]'), {
  weight: 0,
});
row('in a pause the weight stays', w('stable 4/4 canary 2/2 @50% [50 >pause 80]'), {
  weight: 50,
  changes: [],
});
row('before the first setWeight it is 0', w('stable 4/4 canary 0/0 @0% [>pause 50]'), { weight: 0 });
row('past the steps all goes to the canary', w('stable 4/4 canary 4/4 @50% [50]'), { weight: 100 });
row('but only onto all pods', w('stable 4/4 canary 3/4 @50% [50]'), { weight: 50 });
row('without steps it stays 0 until the promotion', w('stable 4/4 canary 3/4 @0%'), {
  weight: 0,
  stable: 'stable',
});
row('promoted without steps, traffic moves with the Service', w('stable 4/4 canary 4/4 @0%'), {
  weight: 0,
  stable: 'canary',
  services: 'stable:canary canary:canary',
});
row('once stable, nothing goes to the canary', w('wants stable old 4/4 stable 4/4 @100% [50]'), {
  weight: 0,
});
row('a canary without a pod that serves gets nothing', w('stable 4/4 canary 0/2 @50% [50 >pause]'), {
  weight: 0,
});
row('a new version begins at 0', w('stable 4/4 canary 2/2 @50% [50 >pause]').with({ wants: 'next' }), {
  weight: 0,
});
row(
  'a full promotion keeps the weight until the canary is stable',
  w('stable 4/4 canary 1/1 @20% [20 >pause]').full(),
  {
    weight: 20,
  },
);
row('abort: 0', w('stable 4/4 canary 2/2 @50% [50 >pause]').abort(), { weight: 0 });
row('held: untouched', w('stable 4/4 canary 2/2 @0% [>50 pause]').held(), { weight: null, changes: [] });
row('stable must be able to carry what it gets back', w('stable 1/4/4 canary 3/3 @75% [75 >50 pause]'), {
  weight: null,
  sizes: 'stable 4 canary 3',
});
row('its share, rounded down, is enough', w('stable 2/4/4 canary 3/3 @75% [75 >50 pause]'), { weight: 50 });
row('what it loses it need not carry', w('stable 0/4/4 canary 2/2 @0% [>50 pause]'), { weight: 50 });
row('the way down does not wait for stable', w('stable 0/4/4 canary 2/2 @50% [50 >pause]').abort(), {
  weight: 0,
});
row('a weight that somebody changed is put right', w('stable 4/4 canary 2/2 @70% [50 >pause]'), {
  weight: 50,
  changes: ['shift app-app-canary>50'],
});
row('the canary Ingress is made with the first pass', w('stable 4/4 new @- [50 pause]'), {
  changes: ['grow create canary', 'claim stable', 'shift create app-app-canary', 'record Rollout'],
});
const maximum = { trafficRouting: { nginx: { stableIngress: 'app' }, maxTrafficWeight: 1000 } };
row('past the steps it is the maximum weight', w('stable 4/4 canary 4/4 @500% [500]').canary(maximum), {
  weight: 1000,
});
row('weights in the status add up to it', w('stable 4/4 canary 2/2 @500% [500 >pause]').canary(maximum), {
  weight: 500,
});
