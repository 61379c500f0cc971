import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** Phase and message, in the order in which the first that holds is said. */

const said = (phase: string, message: string) => ({ phase, message });
const bad = { setWeight: 200 };

row(
  'an invalid spec before an abort',
  w('stable 4/4 canary 0/0 aborted')
    .with({ steps: [bad] })
    .abort(),
  {
    phase: 'Degraded',
    because: 'invalid',
  },
);
row('an abort before a hold', w('stable 4/4 canary 0/0 [~50] aborted').held(), {
  ...said('Degraded', 'RolloutAborted: Rollout aborted update to revision 2'),
});
row(
  'a missed deadline before all work',
  w('stable 3/3 canary 0/1 of 4 [>25]').progressing('ReplicaSetUpdated').at('10m'),
  {
    phase: 'Degraded',
    because: 'deadline',
  },
);
row(
  'a hold before a pause',
  w('stable 3/3 canary 1/1 [25 >pause]').held(),
  said('Paused', 'manually paused'),
);
row(
  'a pause before a restart',
  w('stable 3/3 canary 1/1 [25 >pause]').spec({ restartAt: '2026-03-01T11:00:00Z' }),
  {
    ...said('Paused', 'CanaryPauseStep'),
  },
);
row(
  'a restart before missing updates',
  w('stable 3/3 canary 0/0 of 4 [>25]').spec({ restartAt: '2026-03-01T13:00:00Z' }),
  {
    ...said('Progressing', 'rollout is restarting'),
  },
);
row(
  'missing updates',
  w('stable 3/3 canary 1/1 of 4 [>25 50]'),
  said('Progressing', 'more replicas need to be updated'),
);
row('updates that do not serve yet', w('stable 0/0 canary 3/4 of 4 [100]'), {
  ...said('Progressing', 'updated replicas are still becoming available'),
});
row(
  'old pods',
  w('old 1/1 stable 4/4 of 4 [50]'),
  said('Progressing', 'old replicas are pending termination'),
);
row('with a router old pods may stay', w('old 4/4 stable 4/4 @0% [50]'), said('Healthy', ''));
row('steps', w('stable 4/4 canary 4/4 @50% [100 >check]').run('step', 'Running'), {
  ...said('Progressing', 'waiting for all steps to complete'),
});
row('nothing', w('stable 4/4 [50]'), said('Healthy', ''));
row('nothing, with no replicas', w('stable 0/0 [50]'), said('Healthy', ''));
row(
  'the first version, on its way',
  w('first 0/4 of 4 [50]'),
  said('Progressing', 'updated replicas are still becoming available'),
);

// Why, as a value.
row('waits for pods', w('stable 3/3 canary 0/1 of 4 [>25]'), { because: 'pods' });
row('waits for old pods to go', w('old 4/4 stable 4/4 @0% [50]'), { because: 'oldPods' });
row('waits for the weight', w('stable 4/4 canary 2/2 @0% [>50]'), { because: 'weight' });
row('waits for an analysis', w('stable 3/3 canary 1/1 [25 >check]').run('step', 'Running'), {
  because: 'analysis',
});
row('waits for nothing', w('stable 4/4 [50]'), { because: 'healthy', wake: null });
