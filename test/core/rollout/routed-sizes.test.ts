import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** Pods of a canary whose traffic a router moves: its share of the replicas, rounded up; stable keeps all. */

const share: readonly (readonly [weight: number, replicas: number, canary: number])[] = [
  [0, 10, 0],
  [1, 10, 1],
  [20, 10, 2],
  [25, 10, 3],
  [50, 1, 1],
  [50, 3, 2],
  [99, 10, 10],
  [100, 10, 10],
  [50, 0, 0],
];
for (const [weight, replicas, canary] of share)
  row(
    `weight ${weight} of ${replicas} pods needs ${canary}`,
    w(`stable ${replicas}/${replicas} canary 0/0 @0% [>${weight} pause]`),
    { sizes: `stable ${replicas} canary ${canary}` },
  );

row('past the steps the canary has all', w('stable 4/4 canary 2/2 @50% [50]'), {
  sizes: 'stable 4 canary 4',
});
row('without steps the canary has all', w('stable 4/4 canary 0/0 @0%'), { sizes: 'stable 4 canary 4' });
row('before the first setWeight it has none', w('stable 4/4 canary 0/0 @0% [>pause 50]'), {
  sizes: 'stable 4 canary 0',
});
row('the nearest setWeight before counts', w('stable 10/10 canary 2/2 @20% [20 >pause 50]'), {
  sizes: 'stable 10 canary 2',
});
row('a new version is made with its size', w('stable 10/10 new @0% [30 pause]'), {
  sizes: 'stable 10 canary 3',
});
row('the first version has all, whatever the steps', w('first 0/0 of 4 @0% [20 pause]'), {
  sizes: 'canary 4',
});
row('stable is restored where it is short', w('stable 2/2 canary 2/2 of 4 @50% [50 >pause]'), {
  sizes: 'stable 4 canary 2',
});
row('scaled up, both follow', w('stable 4/4 canary 2/2 of 8 @50% [50 >pause]'), {
  sizes: 'stable 8 canary 4',
});
row('scaled down, both follow', w('stable 8/8 canary 4/4 of 4 @50% [50 >pause]'), {
  sizes: 'stable 4 canary 2',
});
row('a full promotion wants all', w('stable 4/4 canary 1/1 @20% [20 >pause 50]').full(), {
  sizes: 'stable 4 canary 4',
});
row(
  'of a maximum weight of 1000, 200 are a fifth',
  w('stable 10/10 canary 0/0 @0% [>200 pause]').canary({
    trafficRouting: { nginx: { stableIngress: 'app' }, maxTrafficWeight: 1000 },
  }),
  { sizes: 'stable 10 canary 2' },
);

// setCanaryScale
row('replicas are set as they are', w('stable 4/4 canary 1/1 @20% [20 >scale3]'), {
  sizes: 'stable 4 canary 3',
});
row('a weight is a share of the replicas', w('stable 4/4 canary 1/1 @20% [20 >scale50%]'), {
  sizes: 'stable 4 canary 2',
});
row('it stays in force in later steps', w('stable 4/4 canary 3/3 @0% [scale3 >20]'), {
  sizes: 'stable 4 canary 3',
});
row('the later one wins', w('stable 4/4 canary 3/3 @0% [scale3 >scale1 20]'), { sizes: 'stable 4 canary 1' });
row('matchTrafficWeight ends it', w('stable 4/4 canary 3/3 @50% [50 scale3 >match pause]'), {
  sizes: 'stable 4 canary 2',
});
row('the end of the steps ends it', w('stable 4/4 canary 1/1 @50% [50 scale1]'), {
  sizes: 'stable 4 canary 4',
});
row('a full promotion ends it', w('stable 4/4 canary 1/1 @50% [50 scale1 >pause]').full(), {
  sizes: 'stable 4 canary 4',
});
row('none at all: the traffic goes first', w('stable 4/4 canary 2/2 @50% [50 >scale0]'), {
  sizes: 'stable 4 canary 0',
  weight: 0,
  changes: ['shift app-app-canary>0', 'shrink canary 2>0'],
});

// minPodsPerReplicaSet
const atLeast = (n: number) => ({ minPodsPerReplicaSet: n });
row('at least so many', w('stable 10/10 canary 0/0 @0% [>10 pause]').canary(atLeast(3)), {
  sizes: 'stable 10 canary 3',
});
row('but none where none are wanted', w('stable 10/10 canary 0/0 @0% [>0 pause]').canary(atLeast(3)), {
  sizes: 'stable 10 canary 0',
});
row('never more than the replicas', w('stable 2/2 canary 0/0 @0% [>10 pause]').canary(atLeast(3)), {
  sizes: 'stable 2 canary 2',
});
row('a set number is not raised', w('stable 10/10 canary 0/0 @0% [>scale1 10]').canary(atLeast(3)), {
  sizes: 'stable 10 canary 1',
});

// When a step has the pods that it needs.
row('all canary pods must serve', w('stable 4/4 canary 1/2 @0% [>50 pause]'), { step: 0, because: 'pods' });
row('stable pods must only be there', w('stable 1/4/4 canary 2/2 @50% [>50 pause]'), { step: 1 });
row('stable pods that are not there yet hold the step', w('stable 3/3/4 canary 2/2 @50% [>50 pause]'), {
  step: 0,
});
const threshold = (type: 'Percent' | 'Pods', value: number) => ({
  replicaProgressThreshold: { type, value },
});
row(
  'fewer suffice by a threshold in percent',
  w('stable 4/4 canary 1/2 @50% [>50 pause]').canary(threshold('Percent', 50)),
  {
    step: 1,
  },
);
row(
  'fewer suffice by a threshold in pods',
  w('stable 4/4 canary 1/2 @50% [>50 pause]').canary(threshold('Pods', 1)),
  {
    step: 1,
  },
);
row(
  'a threshold above what is wanted asks for all',
  w('stable 4/4 canary 1/2 @0% [>50 pause]').canary(threshold('Pods', 9)),
  {
    step: 0,
  },
);
