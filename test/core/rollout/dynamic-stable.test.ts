import { row } from '../../support/row.ts';
import { type Scene, w } from '../../support/world.ts';

/** A stable version that has only the pods that its weight needs: `dynamicStableScale`. */

const dynamic = (line: string): Scene => w(line).canary({ dynamicStableScale: true });

// Forward: the canary grows, the weight rises, and only when it is seen to have risen does stable shrink.
row('a new version: stable keeps all', dynamic('stable 4/4 new of 4 @0% [25 pause]'), {
  sizes: 'stable 4 canary 1',
  weight: 0,
});
row(
  'the weight rises with all of stable still there',
  dynamic('stable 4/4 canary 1/1 of 4 @0% [>25 pause]'),
  {
    sizes: 'stable 4 canary 1',
    weight: 25,
    step: 0,
  },
);
row('once the routes have it, stable shrinks', dynamic('stable 4/4 canary 1/1 of 4 @25% [>25 pause]'), {
  sizes: 'stable 3 canary 1',
  step: 1,
  changes: ['claim Service stable', 'claim Service canary', 'claim app-app-canary', 'shrink stable 4>3'],
});
row('the step does not wait for stable to shrink', dynamic('stable 4/4/4 canary 1/1 of 4 @25% [>25 pause]'), {
  step: 1,
});
row('nor for stable pods that are on their way', dynamic('stable 2/2/3 canary 1/1 of 4 @25% [>25 pause]'), {
  step: 1,
});
row('the next step: the canary first', dynamic('stable 3/3 canary 1/1 of 4 @25% [25 >75 pause]'), {
  sizes: 'stable 3 canary 3',
  weight: 25,
});
row('then the weight', dynamic('stable 3/3 canary 3/3 of 4 @25% [25 >75 pause]'), {
  sizes: 'stable 3 canary 3',
  weight: 75,
});
row('then stable', dynamic('stable 3/3 canary 3/3 of 4 @75% [25 >75 pause]'), { sizes: 'stable 1 canary 3' });
row('at all of the weight stable has none', dynamic('stable 2/2 canary 4/4 of 4 @100% [50 100 >pause]'), {
  sizes: 'stable 0 canary 4',
});
row('each side is rounded up', dynamic('stable 7/7 canary 3/3 of 7 @33% [33 >pause]'), {
  sizes: 'stable 5 canary 3',
});
row('an ill stable version does not hold the canary', dynamic('stable 0/3 canary 3/3 of 4 @25% [25 >75]'), {
  weight: 75,
});
row(
  'routes that cannot be read count as all to stable',
  dynamic('stable 2/2 canary 2/2 of 4 @- [50 >pause]'),
  { sizes: 'stable 4 canary 2' },
);

// The last step: stable shrinks to nothing, the canary is promoted, and what is left goes without a delay.
row('past the steps', dynamic('stable 1/1 canary 3/3 of 4 @75% [75]'), {
  sizes: 'stable 1 canary 4',
  weight: 75,
});
row('all of the weight', dynamic('stable 1/1 canary 4/4 of 4 @75% [75]'), { weight: 100, stable: 'stable' });
row(
  'promoted: the pods that are left wait for the Service',
  dynamic('stable 1/1 canary 4/4 of 4 @100% [75]'),
  {
    stable: 'canary',
    weight: 0,
    sizes: 'canary 4 stable 1',
    deadlines: '',
  },
);
row(
  'and go once nothing comes to them',
  dynamic('wants stable old 1/1 stable 4/4 @0% [75]').selects({ canary: 'stable' }),
  { sizes: 'stable 4 old1 0', deadlines: '' },
);

// A lower weight: stable grows first.
row('a lower weight waits for stable', dynamic('stable 1/1 canary 3/3 of 4 @75% [75 >25 pause]'), {
  sizes: 'stable 3 canary 3',
  weight: 75,
});
row('it falls with each pod', dynamic('stable 2/3 canary 3/3 of 4 @75% [75 >25 pause]'), {
  sizes: 'stable 3 canary 2',
  weight: 50,
});

// Abort: stable gets all pods at once, and the weight goes back with each that serves.
const abort = (line: string): Scene => dynamic(line).abort();
row('aborted: stable grows, the traffic stays', abort('stable 1/1 canary 3/3 of 4 @75% [25 75 >pause]'), {
  sizes: 'stable 4 canary 3',
  weight: 75,
  services: 'stable:stable canary:canary',
  changes: ['grow stable 1>4', 'claim Service stable', 'claim Service canary', 'claim app-app-canary'],
});
row('one pod more serves', abort('stable 2/4 canary 3/3 of 4 @75% [25 75 >pause]'), {
  sizes: 'stable 4 canary 2',
  weight: 50,
  services: 'stable:stable canary:canary',
});
row('all serve: all goes back, then the pods', abort('stable 4/4 canary 2/2 of 4 @50% [25 75 >pause]'), {
  sizes: 'stable 4 canary 0',
  weight: 0,
  services: 'stable:stable canary:stable',
});
row('shares are rounded in favour of safety', abort('stable 2/3 canary 2/2 of 3 @50% [50 >pause]'), {
  weight: 34,
});
row('from all of the weight', abort('stable 0/0 canary 4/4 of 4 @100% [50 100 >pause]'), {
  sizes: 'stable 4 canary 4',
  weight: 100,
});
row(
  'nothing to wait for: the canary serves nobody',
  abort('stable 1/1 canary 0/3 of 4 @75% [25 75 >pause]').selects({ canary: 'canary' }),
  {
    sizes: 'stable 4 canary 0',
    weight: 0,
  },
);
row(
  'nor does stable serve anybody: traffic waits for whoever is there first',
  dynamic('stable 0/0 canary 0/4 of 4 @100% [100 >pause]').selects({ canary: 'canary' }),
  {
    sizes: 'stable 4 canary 4',
    weight: 100,
  },
);
row(
  'that is stable',
  dynamic('stable 1/4 canary 0/4 of 4 @100% [100 >pause]').selects({ canary: 'canary' }),
  { sizes: 'stable 4 canary 4', weight: 0 },
);
row(
  'that is the canary',
  dynamic('stable 0/4 canary 4/4 of 4 @100% [100 >pause]').selects({ canary: 'canary' }),
  { sizes: 'stable 0 canary 4', weight: 100 },
);
row('a canary that never served goes at once', abort('stable 4/4 canary 0/2 of 4 @0% [>50 pause]'), {
  sizes: 'stable 4 canary 0',
  deadlines: '',
});
row(
  'a stable version that cannot start leaves users where they are served',
  abort('stable 0/4 canary 4/4 of 4 @100% [100 >pause]'),
  {
    sizes: 'stable 4 canary 4',
    weight: 100,
  },
);

// With a delay that is asked for the canary keeps its pods, and the weight goes back all the same.
const delayed = (line: string, abortScaleDownDelaySeconds: number): Scene =>
  abort(line).canary({ abortScaleDownDelaySeconds, dynamicStableScale: true });
row(
  'with a delay: the weight does not wait for the canary',
  delayed('stable 3/4 canary 3/3 of 4 @75% [25 75 >pause]', 3),
  {
    sizes: 'stable 4 canary 3',
    weight: 25,
    deadlines: '',
  },
);
row('its time begins when stable has all', delayed('stable 4/4 canary 3/3 of 4 @25% [25 75 >pause]', 3), {
  sizes: 'stable 4 canary 3',
  weight: 0,
  deadlines: 'canary 3',
});
row(
  'its time is over',
  delayed('stable 4/4 canary 3/3 of 4 @0% [25 75 >pause]', 3).deadline('canary', '3s').at('3s'),
  {
    sizes: 'stable 4 canary 0',
  },
);
row('0: the pods go with the weight', delayed('stable 2/4 canary 3/3 of 4 @75% [25 75 >pause]', 0), {
  sizes: 'stable 4 canary 2',
  weight: 50,
});

// Retry, full promotion.
row(
  'a full promotion moves the weight with the pods',
  dynamic('stable 3/3 canary 2/4 of 4 @25% [25 >pause 75]').full(),
  {
    sizes: 'stable 3 canary 4',
    weight: 50,
  },
);
row(
  'once its Service is switched, which waits for all pods where nobody has yet',
  dynamic('stable 4/4 canary 3/4 of 4 @0% [25 >pause 75]').full().unmanaged(),
  { weight: 0, services: 'stable:stable' },
);
row('and stable shrinks with it', dynamic('stable 3/3 canary 2/4 of 4 @50% [25 >pause 75]').full(), {
  sizes: 'stable 2 canary 4',
});

// Back to the stable version in mid-update: nothing is stable and canary at once, the canary is left over.
const back = (line: string): Scene => dynamic(line).selects({ canary: 'old1' });
row('back: the left-over canary goes on serving', back('wants stable old 3/3 stable 1/1 of 4 @75% [25 75]'), {
  sizes: 'stable 4 old1 3',
  weight: 75,
  services: 'stable:stable canary:old1',
});
row('back: with each pod', back('wants stable old 3/3 stable 3/4 of 4 @75% [25 75]'), {
  sizes: 'stable 4 old1 3',
  weight: 25,
});
row('back: all is there', back('wants stable old 3/3 stable 4/4 of 4 @25% [25 75]'), {
  weight: 0,
  services: 'stable:stable canary:stable',
});

// A third version in mid-update begins once the second one's traffic is back.
const third = (line: string): Scene => dynamic(line).selects({ canary: 'old1' });
row('a third version: stable grows first', third('old 3/3 stable 1/1 canary 0/1 of 4 @75% [>25 75]'), {
  sizes: 'stable 4 canary 1 old1 3',
  weight: 75,
  services: 'stable:stable canary:old1',
});
row('ready or not', third('old 3/3 stable 2/4 canary 1/1 of 4 @75% [>25 75]'), {
  weight: 50,
  services: 'stable:stable canary:old1',
});
row(
  'its Service is switched when nothing goes there',
  third('old 3/3 stable 4/4 canary 1/1 of 4 @0% [>25 75]'),
  {
    weight: 25,
    services: 'stable:stable canary:canary',
  },
);

// Scaled by an autoscaler in the middle.
row('scaled up at half the weight', dynamic('stable 2/2 canary 2/2 of 8 @50% [50 >pause]'), {
  sizes: 'stable 4 canary 4',
  weight: 50,
});
row('scaled down at half the weight', dynamic('stable 4/4 canary 4/4 of 4 @50% [50 >pause]'), {
  sizes: 'stable 2 canary 2',
  weight: 50,
});
row('scaled up in an abort', abort('stable 2/4 canary 2/2 of 8 @50% [50 >pause]'), {
  sizes: 'stable 8 canary 2',
  weight: 50,
});
row('scaled to zero in an abort', abort('stable 2/4 canary 2/2 of 0 @50% [50 >pause]'), {
  sizes: 'stable 0 canary 0',
  weight: 0,
});

// minPodsPerReplicaSet
const least = (line: string): Scene => w(line).canary({ dynamicStableScale: true, minPodsPerReplicaSet: 3 });
row('at least so many on both sides', least('stable 5/5 canary 5/5 of 5 @90% [90 >pause]'), {
  sizes: 'stable 3 canary 5',
});
row('never more than the replicas', least('stable 3/3 canary 5/5 of 2 @90% [90 >pause]'), {
  sizes: 'stable 2 canary 2',
});
row('but none where none are needed', least('stable 3/3 canary 5/5 of 5 @100% [100 >pause]'), {
  sizes: 'stable 0 canary 5',
});
row('on the way back, too', least('stable 4/5 canary 5/5 of 5 @90% [90 >pause]').abort(), {
  sizes: 'stable 5 canary 3',
  weight: 20,
});

row('held: nothing moves', dynamic('stable 4/4 canary 3/3 of 4 @75% [75 >pause]').held(), { changes: [] });

// Another maximum of weights.
const thousand = (line: string): Scene =>
  w(line).canary({
    dynamicStableScale: true,
    trafficRouting: { nginx: { stableIngress: 'app' }, maxTrafficWeight: 1000 },
  });
row('of a maximum of 1000', thousand('stable 8/8 canary 2/2 of 8 @250% [250 >pause]'), {
  sizes: 'stable 6 canary 2',
});
row('on the way back', thousand('stable 7/8 canary 2/2 of 8 @250% [250 >pause]').abort(), {
  sizes: 'stable 8 canary 1',
  weight: 125,
});

// Who tells that he still goes by older routes is waited for; who tells nothing has followed at once.
const lagging = (scene: Scene): Scene => scene.with({ lags: true });
row(
  'the routes have the weight, and the data plane not yet: the step is over, stable keeps its pods',
  lagging(dynamic('stable 4/4 canary 1/1 of 4 @25% [>25 pause]')),
  { step: 1, sizes: 'stable 4 canary 1' },
);
row('nor does it give its last ones', lagging(dynamic('stable 2/2 canary 4/4 of 4 @100% [50 100 >pause]')), {
  sizes: 'stable 2 canary 4',
});
row('pods above the size go', lagging(dynamic('stable 6/6 canary 1/1 of 4 @25% [25 >pause]')), {
  sizes: 'stable 4 canary 1',
});
row(
  'promoted: what is left has 30 s at most',
  lagging(dynamic('wants stable old 1/1 stable 4/4 @0% [75]').selects({ canary: 'stable' })),
  { sizes: 'stable 4 old1 1', deadlines: 'old1 30' },
);
row(
  'and goes then',
  lagging(dynamic('wants stable old 1/1 stable 4/4 @0% [75]').selects({ canary: 'stable' }))
    .deadline('old1', '30s')
    .at('30s'),
  { sizes: 'stable 4 old1 0' },
);
row(
  'or before, when the data plane has followed',
  dynamic('wants stable old 1/1 stable 4/4 @0% [75]')
    .selects({ canary: 'stable' })
    .deadline('old1', '30s')
    .at('2s'),
  { sizes: 'stable 4 old1 0', deadlines: '' },
);
row('aborted: stable gets its pods first', lagging(abort('stable 2/4 canary 3/3 of 4 @75% [75 >pause]')), {
  sizes: 'stable 4 canary 2',
  weight: 50,
});
row('then the canary has 30 s', lagging(abort('stable 4/4 canary 2/2 of 4 @50% [75 >pause]')), {
  sizes: 'stable 4 canary 2',
  weight: 0,
  deadlines: 'canary 30',
});
row('unless another time is asked for', lagging(delayed('stable 4/4 canary 3/3 of 4 @25% [25 >pause]', 3)), {
  deadlines: 'canary 3',
});
row(
  'where stable keeps its pods nothing waits',
  lagging(w('wants stable old 1/1 stable 4/4 @0% [75]').canary({ scaleDownDelaySeconds: 0 })).selects({
    canary: 'stable',
  }),
  { sizes: 'stable 4 old1 0' },
);
