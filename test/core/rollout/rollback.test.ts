import { row } from '../../support/row.ts';
import { type Scene, w } from '../../support/world.ts';

/** Going back to a version that was there before: to stable at once, to others within the window. */

row(
  'back to stable: steps are skipped',
  w('stable 4/4 canary 2/2 @50% [50 >pause]').with({ wants: 'stable' }),
  {
    step: 2,
    stable: 'stable',
    pauses: '',
    weight: 0,
    because: 'oldPods',
    notes: ['RolloutUpdated', 'SkipSteps', 'RolloutResumed', 'PatchingCanaryIngress'],
  },
);
row(
  'back to stable without a router: stable is topped up first',
  w('stable 6/6 canary 2/2 of 8 [25 >pause]').with({ wants: 'stable' }),
  {
    step: 2,
    sizes: 'stable 8 canary 0',
  },
);
row('back to stable without steps', w('stable 6/6 canary 2/2 of 8').with({ wants: 'stable' }), {
  step: null,
});

/** The stable version is the third; the spec goes back to the first or the second. */
function back(
  to: 'old1' | 'old2',
  revisions: number | null,
  line = 'old 0/0 old 0/0 stable 4/4 of 4 [25 pause]',
): Scene {
  const scene = w(line).with({ wants: to });
  return revisions === null ? scene : scene.spec({ rollbackWindow: { revisions } });
}

row('an older version without a window goes through the steps', back('old2', null), { step: 0 });
row('the version before the stable one is within 1', back('old2', 1), { step: 2 });
row('the one before that is not', back('old1', 1), { step: 0 });
row('but within 2', back('old1', 2), { step: 2 });
row('a window of 0 lets nothing through', back('old2', 0), { step: 0 });
row('one that has lost its pods gets them first', back('old2', 1), {
  stable: 'stable',
  sizes: 'stable 3 old2 1 old1 0',
  notes: ['RolloutUpdated', 'RolloutNotCompleted', 'ScalingReplicaSet', 'ScalingReplicaSet'],
});
row('one that still has pods says so', back('old2', 1, 'old 0/0 old 4/4 stable 4/4 of 4 [25 pause]'), {
  step: 2,
  notes: ['RolloutUpdated', 'RolloutNotCompleted', 'SkipSteps', 'RolloutCompleted', 'ScalingReplicaSet'],
});
row(
  'one that is known to have served and still has pods: no more than another without a window',
  back('old2', null, 'old 0/0 old 4/4 stable 4/4 of 4 @0% [25 pause]').annotated('old2', {
    'sluice.dev/served': 'true',
  }),
  { step: 0 },
);
row(
  'a newer version is none to go back to',
  w('stable 4/4 canary 0/0 of 4 [>25 pause]').spec({ rollbackWindow: { revisions: 3 } }),
  {
    step: 0,
  },
);
row('within the window no analysis is made', back('old2', 1, 'old 0/0 old 0/0 stable 4/4 of 4 [check]'), {
  step: 1,
  runs: '',
});

// Creation times have whole seconds.
row(
  'made in the same second, the lower revision is the older',
  back('old2', 1).sameSecond('old1', 'old2', 'stable'),
  { step: 2 },
);
row('also two before', back('old1', 1).sameSecond('old1', 'old2', 'stable'), { step: 0 });
row(
  'a higher revision of the same second is no rollback',
  w('stable 4/4 canary 0/0 of 4 [>25 pause]')
    .spec({ rollbackWindow: { revisions: 3 } })
    .sameSecond('stable', 'canary'),
  { step: 0 },
);
row(
  'renumbered by an earlier return, a version is as old as it was',
  back('old2', 1)
    .sameSecond('old1', 'old2', 'stable')
    .annotated('old2', { 'rollout.argoproj.io/revision': '4', 'rollout.argoproj.io/revision-history': '2' }),
  { step: 2 },
);

row(
  'held: a rollback within the window waits',
  back('old2', 1, 'old 0/0 old 0/0 stable 4/4 of 4 [25 pause]').held(),
  { stable: 'stable' },
);
