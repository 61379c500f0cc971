import { row } from '../../support/row.ts';
import { type Scene, w } from '../../support/world.ts';

/** Two Services that take turns at being stable: no selector under traffic ever changes. */

const pingPong = { pingService: 'app-ping', pongService: 'app-pong' };

/** Whose turn it is to be stable. */
const turn = (stablePingPong: 'ping' | 'pong', line: string): Scene =>
  w(line).status({ canary: { stablePingPong } }).canary({ pingPong });

row('at rest', turn('ping', 'stable 4/4 @0% [50 pause]'), { turn: 'ping', changes: [] });
row('before the first pass it is ping', w('nothing of 4 @0% [50]').canary({ pingPong }), { turn: 'ping' });
row(
  'a lost turn is read from the Services',
  w('stable 4/4 @0% [50]')
    .canary({ pingPong })
    .status({ canary: { stablePingPong: 'pong' } })
    .with({ status: {} })
    .selects({ stable: 'old1', canary: 'stable' }),
  {
    turn: 'pong',
    services: '',
    weight: null,
  },
);
row(
  'the first version: its Service waits for its pods',
  w('first 0/4 @0% [50]').canary({ pingPong }).unmanaged(),
  {
    turn: 'ping',
    services: '',
  },
);
row('and is switched when all are there', w('first 4/4 @0% [50]').canary({ pingPong }).unmanaged(), {
  services: 'ping:canary',
});

// The other Service is pointed at the new version before it has pods, while nothing goes there.
row('a new version', turn('ping', 'stable 4/4 canary 0/2 @0% [>50 pause]'), {
  services: 'ping:stable pong:canary',
  changes: ['shift Service app-pong>canary'],
});
row('the other way round', turn('pong', 'stable 4/4 canary 0/2 @0% [>50 pause]'), {
  services: 'pong:stable ping:canary',
});
row('the weight', turn('ping', 'stable 4/4 canary 2/2 @0% [>50 pause]'), { weight: 50 });
row(
  'another version: the traffic goes back first',
  turn('ping', 'old 2/2 stable 4/4 canary 0/2 @50% [>50 pause]').selects({ canary: 'old1' }),
  {
    weight: 0,
    services: 'ping:stable pong:old1',
  },
);
row(
  'then the Service is its',
  turn('ping', 'old 2/2 stable 4/4 canary 0/2 @0% [>50 pause]').selects({ canary: 'old1' }),
  {
    weight: 0,
    services: 'ping:stable pong:canary',
    sizes: 'stable 4 canary 2 old1 0',
  },
);

// The promotion turns them: it is written down before anything moves, for routes were read the old way round. (The
// change of the old version is the time until which it is kept.)
row('promoted', turn('ping', 'stable 4/4 canary 4/4 @100% [50 pause]'), {
  stable: 'canary',
  turn: 'pong',
  weight: null,
  services: '',
  changes: ['grow stable'],
});
row(
  'then all is in place',
  turn('pong', 'wants stable old 4/4 stable 4/4 @0% [50 pause]').selects({ canary: 'old1' }),
  {
    turn: 'pong',
    weight: 0,
    services: 'pong:stable ping:old1',
    deadlines: 'old1 30',
  },
);
row('promoted in full from half the weight', turn('ping', 'stable 4/4 canary 4/4 @50% [50 >pause]').full(), {
  stable: 'canary',
  turn: 'pong',
  changes: ['grow stable'],
});
row(
  'the other half follows',
  turn('pong', 'wants stable old 4/4 stable 4/4 @50% [50 pause]').selects({ canary: 'old1' }),
  {
    weight: 0,
    services: 'pong:stable ping:old1',
    sizes: 'stable 4 old1 4',
  },
);
row('promoted without steps', turn('ping', 'stable 4/4 canary 4/4 @0%'), {
  turn: 'pong',
  changes: ['grow stable'],
});
row(
  'then all of the weight is the other one’s',
  turn('pong', 'wants stable old 4/4 stable 4/4 @100%').selects({ canary: 'old1' }),
  {
    weight: 0,
    services: 'pong:stable ping:old1',
  },
);
row(
  'the old version goes although a Service selects it',
  turn('pong', 'wants stable old 4/4 stable 4/4 @0% [50]')
    .selects({ canary: 'old1' })
    .deadline('old1', '0s')
    .at('1s'),
  {
    sizes: 'stable 4 old1 0',
  },
);
row('an abort turns nothing', turn('ping', 'stable 4/4 canary 2/2 @50% [50 >pause]').abort(), {
  turn: 'ping',
  weight: 0,
  services: 'ping:stable pong:canary',
});
row(
  'nor does the way back to the stable version',
  turn('ping', 'wants stable old 2/2 stable 4/4 @50% [50]').selects({ canary: 'old1' }),
  {
    turn: 'ping',
    weight: 0,
    services: 'ping:stable pong:old1',
  },
);
