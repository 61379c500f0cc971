import { bg } from '../../support/blue-green.ts';
import { row } from '../../support/row.ts';

/** The life of a blue-green release: preview, pause, switch, promotion, abort, and all that people may say. */

const MANUAL = { autoPromotionEnabled: false };
const TIMED = { autoPromotionSeconds: 60 };
const paused = {
  pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-03-01T12:00:00Z' }],
} as const;
const inPause = { ...paused, controllerPause: true };
const passed = { blueGreen: { scaleUpPreviewCheckPoint: true } };

const aborted = { abort: true, abortedAt: '2026-03-01T12:00:00Z' } as const;
function switched(line: string, spec = {}) {
  return bg(line, spec).selects({ active: 'canary' }).status(passed);
}
function condition(type: 'Healthy', status: 'True' | 'False') {
  const at = '2026-03-01T12:00:00Z';
  return {
    type,
    status,
    reason: 'RolloutHealthy',
    message: '',
    lastUpdateTime: at,
    lastTransitionTime: at,
  } as const;
}

// The first version.
row(
  'the first version is stable at once; users see it when all of its pods serve',
  bg('nothing of 4').unmanaged(),
  {
    stable: 'canary',
    sizes: 'canary 4',
    services: '',
    notes: [
      'RolloutAddedToInformer',
      'RolloutUpdated',
      'RolloutCompleted',
      'NewReplicaSetCreated',
      'ScalingReplicaSet',
    ],
  },
);
const first = (line: string) =>
  bg(`${line}`)
    .with({ stable: 'canary', selects: { active: null } })
    .unmanaged();
row('with some of its pods it is not shown yet', first('first 3/4'), {
  services: 'preview:canary',
  phase: 'Progressing',
  message: 'updated replicas are still becoming available',
});
row('with all of them it is', first('first 4/4'), {
  services: 'active:canary preview:canary',
  message: 'active service cutover pending',
});
row('then it is healthy', bg('stable 4/4'), {
  phase: 'Healthy',
  services: 'active:stable preview:stable',
  changes: [],
  because: 'healthy',
});
row(
  'a good version after one that never served needs no proof',
  bg('stable 0/4 canary 2/4', MANUAL).selects({ active: null }),
  {
    stable: 'canary',
    notes: ['RolloutCompleted'],
  },
);
row(
  'after one that has served it does, whatever became of its pods',
  bg('stable 0/4 canary 4/4', MANUAL)
    .selects({ active: null })
    .status({ conditions: [condition('Healthy', 'False')] }),
  { stable: 'stable', pauses: 'BlueGreenPause' },
);

// The preview.
row('a new version gets all pods, and its preview at once', bg('stable 4/4 canary 0/0'), {
  sizes: 'stable 4 canary 4',
  services: 'active:stable preview:canary',
  message: 'more replicas need to be updated',
});
row('while they come nothing happens', bg('stable 4/4 canary 3/4'), {
  services: 'active:stable preview:canary',
  message: 'active service cutover pending',
  because: 'pods',
});
row('when all are there users see it, and it is not stable yet', bg('stable 4/4 canary 4/4'), {
  stable: 'stable',
  services: 'active:canary preview:canary',
  changes: ['shift Service app-active>canary'],
});
row('then it is, and the old one keeps its pods for a while', switched('stable 4/4 canary 4/4'), {
  stable: 'canary',
  phase: 'Healthy',
  message: '',
  notes: ['RolloutCompleted'],
  sizes: 'canary 4 stable 4',
  deadlines: 'stable 30',
});
row('not without a single pod that serves', switched('stable 4/4 canary 0/4'), { stable: 'stable' });
row('a smaller preview first', bg('stable 4/4 canary 0/0', { ...MANUAL, previewReplicaCount: 1 }), {
  sizes: 'stable 4 canary 1',
});
row('it is paused when that is there', bg('stable 4/4 canary 1/1', { ...MANUAL, previewReplicaCount: 1 }), {
  pauses: 'BlueGreenPause',
  sizes: 'stable 4 canary 1',
  services: 'active:stable preview:canary',
});
row(
  'promoted, it gets all pods first',
  bg('stable 4/4 canary 1/1', { ...MANUAL, previewReplicaCount: 1 }).status({ controllerPause: true }),
  {
    pauses: '',
    sizes: 'stable 4 canary 4',
    services: 'active:stable preview:canary',
  },
);
row(
  'and is switched to with all of them',
  bg('stable 4/4 canary 4/4', { ...MANUAL, previewReplicaCount: 1 }).status(passed),
  {
    services: 'active:canary preview:canary',
  },
);
row('a smaller preview that goes on by itself', bg('stable 4/4 canary 1/1', { previewReplicaCount: 1 }), {
  pauses: '',
  sizes: 'stable 4 canary 4',
});

// The pause.
row('it pauses when the preview is there', bg('stable 4/4 canary 4/4', MANUAL), {
  pauses: 'BlueGreenPause',
  phase: 'Paused',
  message: 'BlueGreenPause',
  notes: ['RolloutPaused'],
  services: 'active:stable preview:canary',
  because: 'preview',
  wake: null,
});
row('and stays so', bg('stable 4/4 canary 4/4', MANUAL).status(inPause).at('1h'), {
  pauses: 'BlueGreenPause',
  changes: [],
});
row('even with fewer pods', bg('stable 4/4 canary 3/4', MANUAL).status(inPause), {
  pauses: 'BlueGreenPause',
});
row('a person promotes', bg('stable 4/4 canary 4/4', MANUAL).status({ controllerPause: true }), {
  pauses: '',
  services: 'active:canary preview:canary',
  notes: ['SwitchService'],
});
row(
  'with a pod missing the switch waits, the promotion is not lost',
  bg('stable 4/4 canary 3/4', MANUAL).status({ controllerPause: true }),
  {
    pauses: '',
    services: 'active:stable preview:canary',
    because: 'pods',
  },
);
row('nor later', bg('stable 4/4 canary 4/4', MANUAL).status(passed), {
  services: 'active:canary preview:canary',
});
row('by time', bg('stable 4/4 canary 4/4', TIMED), { pauses: 'BlueGreenPause', wake: '60s' });
row('not yet', bg('stable 4/4 canary 4/4', TIMED).status(inPause).at('59s'), {
  pauses: 'BlueGreenPause',
  wake: '1s',
});
row('now', bg('stable 4/4 canary 4/4', TIMED).status(inPause).at('60s'), {
  pauses: '',
  services: 'active:canary preview:canary',
  notes: ['RolloutResumed', 'SwitchService'],
});
row(
  'time does not promote what a person has to',
  bg('stable 4/4 canary 4/4', { ...MANUAL, ...TIMED })
    .status(inPause)
    .at('1h'),
  {
    pauses: 'BlueGreenPause',
    wake: null,
  },
);
row('a pause that the spec no longer asks for', bg('stable 4/4 canary 4/4').status(inPause), {
  pauses: '',
  services: 'active:canary preview:canary',
});

// A person takes everything in hand.
row('promote --full passes over the pause', bg('stable 4/4 canary 4/4', MANUAL).status(inPause).full(), {
  pauses: '',
  services: 'active:canary preview:canary',
});
row(
  'and over the size of the preview',
  bg('stable 4/4 canary 1/1', { ...MANUAL, previewReplicaCount: 1 }).full(),
  {
    sizes: 'stable 4 canary 4',
    services: 'active:stable preview:canary',
  },
);
row('it is no worse than what serves', bg('stable 2/4 canary 2/4', MANUAL).full(), {
  services: 'active:canary preview:canary',
});
row('but stable only with all of its pods', switched('stable 2/4 canary 2/4', MANUAL).full(), {
  services: 'active:canary preview:canary',
  sizes: 'stable 4 canary 4',
  stable: 'stable',
});
row('which is when the others may go', switched('stable 4/4 canary 4/4', MANUAL).full(), {
  stable: 'canary',
});
row('it is not worse', bg('stable 3/4 canary 2/4', MANUAL).full(), {
  services: 'active:stable preview:canary',
});
row('and has a pod', bg('stable 0/4 canary 0/4', MANUAL).full(), {
  services: 'active:stable preview:canary',
});
row('an ordinary update waits for all pods even so', bg('stable 2/4 canary 3/4'), {
  services: 'active:stable preview:canary',
});
row(
  'spec.paused: pods come, Services stay',
  bg('stable 4/4 canary 0/0').held().selects({ preview: 'stable' }),
  {
    sizes: 'stable 4 canary 4',
    services: 'active:stable preview:stable',
    message: 'manually paused',
  },
);
row('nothing is switched', bg('stable 4/4 canary 4/4').held(), {
  services: 'active:stable preview:canary',
  changes: [],
});
row('an abort is not held up by it', switched('stable 4/4 canary 4/4', MANUAL).held().abort(), {
  services: 'active:stable preview:canary',
});

// Abort and retry.
row('an abort in the pause', bg('stable 4/4 canary 4/4', MANUAL).status(inPause).abort(), {
  abort: true,
  pauses: '',
  message: 'RolloutAborted: Rollout aborted update to revision 2',
  deadlines: 'canary 30',
  services: 'active:stable preview:canary',
});
row('after the switch users go back first, pods later', switched('stable 4/4 canary 4/4').abort(), {
  services: 'active:stable preview:canary',
  deadlines: '',
  sizes: 'stable 4 canary 4',
  changes: ['claim stable', 'shift Service app-active>stable'],
});
row('not to a version without pods', switched('stable 0/4 canary 4/4').abort(), {
  services: 'active:canary preview:canary',
  sizes: 'stable 4 canary 4',
});
row(
  'until stable serves fully the other keeps its pods',
  bg('stable 3/4 canary 4/4').with({ status: aborted }),
  { deadlines: '' },
);
row('then for its time', bg('stable 4/4 canary 4/4').with({ status: aborted }), { deadlines: 'canary 30' });
row(
  'when that is over it goes',
  bg('stable 4/4 canary 4/4').with({ status: aborted }).deadline('canary', '30s').at('30s'),
  {
    sizes: 'stable 4 canary 0',
  },
);
row(
  'or never',
  bg('stable 4/4 canary 4/4', { abortScaleDownDelaySeconds: 0 }).with({ status: aborted }).at('1h'),
  {
    sizes: 'stable 4 canary 4',
    deadlines: '',
  },
);
row('a retry begins again', bg('stable 4/4 canary 4/4', MANUAL).with({ status: aborted }).retry(), {
  abort: false,
  pauses: 'BlueGreenPause',
  deadlines: '',
});
row(
  'a third version in the pause',
  bg('stable 4/4 canary 4/4', MANUAL).status(inPause).with({ wants: 'next' }),
  {
    pauses: '',
    notes: [
      'RolloutUpdated',
      'RolloutNotCompleted',
      'RolloutResumed',
      'NewReplicaSetCreated',
      'ScalingReplicaSet',
    ],
  },
);
row(
  'the stable version in the pause',
  bg('stable 4/4 canary 4/4', MANUAL).status(inPause).with({ wants: 'stable' }),
  {
    pauses: '',
    phase: 'Healthy',
    stable: 'stable',
    services: 'active:stable preview:stable',
  },
);

// A deadline that is missed.
const slow = (progressDeadlineAbort: boolean) =>
  bg('stable 4/4 canary 0/4')
    .progressing('ReplicaSetUpdated')
    .spec({ progressDeadlineSeconds: 60, progressDeadlineAbort });
row('a preview that does not come is told', slow(false).at('60s'), {
  phase: 'Degraded',
  because: 'deadline',
  abort: undefined,
});
row('not before', slow(false).at('59s'), { phase: 'Progressing', wake: '1s' });
row('or given up, where that is asked for', slow(true).at('60s'), {
  phase: 'Degraded',
  because: 'aborted',
  abort: true,
});
const analysed = { prePromotionAnalysis: { templates: [{ templateName: 'check' }] } };
row(
  'time stands still while it is analysed',
  bg('stable 4/4 canary 4/4', analysed)
    .progressing('ReplicaSetUpdated')
    .spec({ progressDeadlineSeconds: 60, progressDeadlineAbort: true })
    .run('pre', 'Running')
    .at('1h'),
  { abort: undefined, wake: null },
);
row(
  'and begins with the verdict',
  bg('stable 4/4 canary 4/4', analysed)
    .progressing('ReplicaSetUpdated')
    .spec({ progressDeadlineSeconds: 60, progressDeadlineAbort: true })
    .run('pre', 'Successful')
    .at('1h'),
  { abort: undefined, services: 'active:canary preview:canary' },
);
row(
  'and in the pause',
  bg('stable 4/4 canary 4/4', MANUAL)
    .status(inPause)
    .progressing('ReplicaSetUpdated')
    .spec({ progressDeadlineSeconds: 60, progressDeadlineAbort: true })
    .at('1h'),
  { abort: undefined },
);
