import { bg } from '../../support/blue-green.ts';
import { row } from '../../support/row.ts';
import type { Scene } from '../../support/world.ts';

/** The analyses before and after the switch: when they begin, what their verdicts mean, and when they end. */

const CHECK = { templates: [{ templateName: 'check' }] };
const PRE = { prePromotionAnalysis: CHECK };
const POST = { postPromotionAnalysis: CHECK };
const MANUAL = { autoPromotionEnabled: false };
const passed = { blueGreen: { scaleUpPreviewCheckPoint: true } };

const preview = (spec: object = PRE) => bg('stable 4/4 canary 4/4', spec);
const switched = (spec: object = POST): Scene =>
  bg('stable 4/4 canary 4/4', spec).status(passed).selects({ active: 'canary' });

// Before the switch.
row('it begins when all pods of the preview serve', preview(), {
  runs: 'make app-canary-2-pre',
  services: 'active:stable preview:canary',
  pauses: '',
});
row('not before', bg('stable 4/4 canary 3/4', PRE), { runs: '' });
row('of a smaller preview sooner', bg('stable 4/4 canary 1/1', { ...PRE, previewReplicaCount: 1 }), {
  runs: 'make app-canary-2-pre',
  sizes: 'stable 4 canary 1',
});
row('while it goes on nothing is switched', preview().run('pre', 'Running'), {
  services: 'active:stable preview:canary',
  changes: [],
  because: 'analysis',
  message: 'active service cutover pending',
});
row('nor ended where a pod fails meanwhile', bg('stable 4/4 canary 3/4', PRE).run('pre', 'Running'), {
  runs: '',
});
row('good: users see the version', preview().run('pre', 'Successful'), {
  services: 'active:canary preview:canary',
  notes: ['AnalysisRunSuccessful', 'SwitchService'],
});
row('good, and a person has to promote', preview({ ...PRE, ...MANUAL }).run('pre', 'Successful'), {
  pauses: 'BlueGreenPause',
  services: 'active:stable preview:canary',
});
row('bad: given up', preview().run('pre', 'Failed', 'too many errors'), {
  abort: true,
  message:
    'RolloutAborted: Rollout aborted update to revision 2: Blue/green pre-promotion analysis phase error/failed: too many errors',
  services: 'active:stable preview:canary',
});
const kept = bg('stable 4/4 canary 4/4', { ...PRE, ...MANUAL }).status({
  pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-03-01T12:00:00Z' }],
  controllerPause: true,
  blueGreen: { prePromotionAnalysisRunStatus: { name: 'app-pre', status: 'Successful' } },
});
row('good, and thrown away since: it is not made again', kept, { runs: '', pauses: 'BlueGreenPause' });
row('in doubt: a person decides', preview().run('pre', 'Inconclusive'), {
  pauses: 'InconclusiveAnalysisRun',
  services: 'active:stable preview:canary',
  because: 'inconclusive',
});
const doubted = preview().run('pre', 'Inconclusive').status({ controllerPause: true });
row('who lets it pass gets another one', doubted, {
  pauses: '',
  runs: 'make app-canary-2-pre.1',
  services: 'active:stable preview:canary',
});
row('an abort ends it', preview().run('pre', 'Running').abort(), { runs: 'end app-canary-2-pre' });
row('promote --full does, and needs no verdict', preview().run('pre', 'Running').full(), {
  runs: 'end app-canary-2-pre',
  services: 'active:canary preview:canary',
});
row(
  'one that a person has switched past is ended',
  preview().run('pre', 'Running').selects({ active: 'canary' }),
  {
    runs: 'end app-canary-2-pre',
    stable: 'canary',
  },
);
row('spec.paused does not end it', preview().run('pre', 'Running').held(), { runs: '' });
row('the first version is not analysed', bg('first 4/4', PRE).with({ stable: 'canary' }), { runs: '' });

// After the switch.
row('it begins when users see the version', switched(), {
  runs: 'make app-canary-2-post',
  stable: 'stable',
  message: 'waiting for analysis to complete',
});
row('not before', preview(POST), { runs: '' });
row('until its verdict the old version keeps its pods', switched().run('post', 'Running').at('1h'), {
  stable: 'stable',
  sizes: 'stable 4 canary 4',
  deadlines: '',
  because: 'analysis',
});
row('good: stable', switched().run('post', 'Successful'), {
  stable: 'canary',
  notes: ['AnalysisRunSuccessful', 'RolloutCompleted'],
  deadlines: 'stable 30',
});
row('bad: users go back', switched().run('post', 'Failed', 'too slow'), {
  abort: true,
  stable: 'stable',
  message:
    'RolloutAborted: Rollout aborted update to revision 2: Blue/green post-promotion analysis phase error/failed: too slow',
  services: 'active:stable preview:canary',
  sizes: 'stable 4 canary 4',
});
row('in doubt: users stay', switched().run('post', 'Inconclusive'), {
  pauses: 'InconclusiveAnalysisRun',
  services: 'active:canary preview:canary',
  changes: [],
});
row(
  'who lets it pass gets another one of these, too',
  switched().run('post', 'Inconclusive').status({ controllerPause: true }),
  {
    pauses: '',
    runs: 'make app-canary-2-post.1',
    stable: 'stable',
  },
);
row('promote --full needs none', switched().run('post', 'Running').full(), {
  runs: 'end app-canary-2-post',
  stable: 'canary',
});
row('after an abort its end is told', switched().run('post', 'Running').abort(), {
  runs: 'end app-canary-2-post',
  services: 'active:stable preview:canary',
});
row('a retry analyses anew', retried(), { runs: 'make app-canary-2-pre.1', abort: false });

// Fast tracks.
const back = { ...PRE, ...POST, ...MANUAL };
const served = { 'sluice.dev/served': 'true' };
row(
  'back to what was stable a moment ago: neither pause nor analysis',
  bg('old 4/4 stable 4/4', back)
    .annotated('old1', served)
    .with({ wants: 'old1', selects: { preview: 'stable' } }),
  {
    runs: '',
    pauses: '',
    services: 'active:old1 preview:old1',
    deadlines: '',
  },
);
row(
  'then it is stable',
  bg('old 4/4 stable 4/4 wants old1', back)
    .annotated('old1', served)
    .status(passed)
    .selects({ active: 'old1' }),
  {
    stable: 'old1',
    runs: '',
  },
);
row(
  'made in the same second: the revision tells which is older',
  bg('old 4/4 stable 4/4 wants old1', back).annotated('old1', served).sameSecond('old1', 'stable'),
  {
    services: 'active:old1 preview:old1',
  },
);
row(
  'with fewer pods than users have now it waits for them',
  bg('old 2/4 stable 4/4 wants old1', back).annotated('old1', served),
  {
    services: 'active:stable preview:old1',
    pauses: '',
  },
);
row(
  'back from a version that does not serve it does not',
  bg('old 2/4 stable 0/4 wants old1', back).annotated('old1', served),
  {
    services: 'active:old1 preview:old1',
  },
);
row(
  'what was never stable has to prove itself',
  bg('old 4/4 stable 4/4 wants old1', back).deadline('old1', '20s'),
  {
    runs: 'make app-old1-3-pre',
    services: 'active:stable preview:old1',
  },
);
row(
  'so has what has lost its pods since',
  bg('old 0/0 stable 4/4 wants old1', back).annotated('old1', served),
  {
    sizes: 'stable 4 old1 4',
    services: 'active:stable preview:old1',
  },
);
row(
  'and when they are there again',
  bg('old 4/4 stable 4/4 wants old1', back).annotated('old1', { 'sluice.dev/served': 'false' }),
  {
    runs: 'make app-old1-3-pre',
  },
);
row(
  'within the rollback window it need not',
  bg('old 0/0 stable 4/4 wants old1', back).spec({ rollbackWindow: { revisions: 1 } }),
  {
    services: 'active:stable preview:old1',
    pauses: '',
    runs: '',
    sizes: 'stable 4 old1 4',
  },
);

function retried(): Scene {
  const scene = preview().run('pre', 'Failed');
  return scene.status({ abort: false, abortedAt: '2026-03-01T12:00:00Z' });
}
