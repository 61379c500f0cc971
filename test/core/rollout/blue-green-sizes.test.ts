import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service } from '../../../src/api/workload.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { bg } from '../../support/blue-green.ts';
import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';

/** Pods and Services of a blue-green release, whatever their number does meanwhile, and changes of strategy. */

const MANUAL = { autoPromotionEnabled: false };
const paused = {
  pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-03-01T12:00:00Z' }],
  controllerPause: true,
} as const;
const doubt = {
  pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: '2026-03-01T12:00:00Z' }],
  controllerPause: true,
} as const;
const passed = { blueGreen: { scaleUpPreviewCheckPoint: true } };

// Scaling.
row('in the pause both versions follow', bg('stable 4/4 canary 4/4 of 6', MANUAL).status(paused), {
  sizes: 'stable 6 canary 6',
  pauses: 'BlueGreenPause',
});
row('down, too', bg('stable 4/4 canary 4/4 of 1', MANUAL).status(paused), { sizes: 'stable 1 canary 1' });
row('to nothing and back', bg('stable 0/0 canary 0/0 of 2', MANUAL).status(paused), {
  sizes: 'stable 2 canary 2',
});
row(
  'a smaller preview stays as it is',
  bg('stable 4/4 canary 1/1 of 6', { ...MANUAL, previewReplicaCount: 1 }).status(paused),
  {
    sizes: 'stable 6 canary 1',
  },
);
row('with spec.paused they follow all the same', bg('stable 4/4 canary 4/4 of 6').held(), {
  sizes: 'stable 6 canary 6',
  services: 'active:stable preview:canary',
});
row('what is scaled up is switched to when it is there', bg('stable 4/4 canary 4/4 of 6').status(passed), {
  services: 'active:stable preview:canary',
});
row('nothing asked for: users see it without a pod', bg('stable 0/0 canary 0/0 of 0'), {
  services: 'active:canary preview:canary',
  sizes: 'stable 0 canary 0',
});
row(
  'after the switch all that users may be sent to follow',
  bg('stable 4/4 canary 4/4 of 6').status(passed).selects({ active: 'canary' }).run('post', 'Running'),
  {
    sizes: 'stable 6 canary 6',
  },
);

// Old versions.
row('an old version gets its time', bg('old 4/4 stable 4/4'), {
  sizes: 'stable 4 old1 4',
  deadlines: 'old1 30',
});
row('or another one', bg('old 4/4 stable 4/4', { scaleDownDelaySeconds: 90 }), {
  deadlines: 'old1 90',
  wake: null,
});
row('or none', bg('old 4/4 stable 4/4', { scaleDownDelaySeconds: 0 }), { sizes: 'stable 4 old1 0' });
row('it keeps it', bg('old 4/4 stable 4/4').deadline('old1', '30s').at('29s'), {
  deadlines: 'old1 1',
  wake: '1s',
});
row('when it is over it goes', bg('old 4/4 stable 4/4').deadline('old1', '30s').at('30s'), {
  sizes: 'stable 4 old1 0',
  deadlines: '',
});
row(
  'the newest of them, where their number is limited',
  bg('old 4/4 old 4/4 stable 4/4', { scaleDownDelayRevisionLimit: 1 }),
  {
    sizes: 'stable 4 old2 4 old1 0',
    deadlines: 'old2 30',
  },
);
row(
  'newest is what had the last number',
  bg('old 4/4 old 4/4 stable 4/4', { scaleDownDelayRevisionLimit: 1 }).annotated('old1', {
    'rollout.argoproj.io/revision': '9',
  }),
  {
    sizes: 'stable 4 old1 4 old2 0',
  },
);
row(
  'one that has served follows the size, lest the way back is short of pods',
  bg('old 4/4 stable 6/6').annotated('old1', { 'sluice.dev/served': 'true' }),
  {
    sizes: 'stable 6 old1 6',
  },
);
row('another one does not grow any more', bg('old 1/1 stable 4/4'), { sizes: 'stable 4 old1 1' });
row('but shrinks', bg('old 4/4 stable 2/2'), { sizes: 'stable 2 old1 2' });
row(
  'in doubt all stay as they are',
  bg('old 4/4 stable 4/4 canary 4/4').deadline('old1', '30s').status(doubt).at('1h'),
  {
    sizes: 'stable 4 canary 4 old1 4',
  },
);
row(
  'what the preview Service still selects stays',
  bg('old 4/4 stable 4/4 canary 4/4').selects({ preview: 'old1' }).deadline('old1', '30s').at('1h'),
  {
    sizes: 'stable 4 canary 4 old1 4',
    services: 'active:canary preview:canary',
  },
);
row(
  'what users see keeps all pods, though it is neither stable nor wanted',
  bg('old 4/4 stable 4/4 canary 0/4 of 6').selects({ active: 'old1' }),
  {
    sizes: 'stable 6 canary 6 old1 6',
    services: 'active:old1 preview:canary',
  },
);
row(
  'and is switched away from when the wanted one is there',
  bg('old 4/4 stable 4/4 canary 4/4').selects({ active: 'old1' }),
  {
    services: 'active:canary preview:canary',
  },
);
row('or to stable, after an abort', bg('old 4/4 stable 4/4 canary 0/4').selects({ active: 'old1' }).abort(), {
  services: 'active:stable preview:canary',
  sizes: 'stable 4 canary 4 old1 4',
});

// Services that somebody else has changed.
row('a selector that was lost is put back', bg('stable 4/4').selects({ active: null, preview: null }), {
  services: 'active:stable preview:stable',
});
row(
  'in an update that of stable',
  bg('stable 4/4 canary 2/4')
    .status({ conditions: [healthy()] })
    .selects({ active: null }),
  {
    services: 'active:stable preview:canary',
  },
);
row('one of a version that is gone, too', bg('stable 4/4 canary 2/4').selects({ active: 'old3' }), {
  services: 'active:stable preview:canary',
});
row(
  'where nothing serves at all, with the pods that there are',
  bg('stable 1/4').selects({ active: 'old3' }),
  {
    services: 'active:stable preview:stable',
  },
);
row('not to a version without pods', bg('stable 0/4').selects({ active: null }), {
  services: 'preview:stable',
});
row('a Service that is not ours yet needs all pods behind it', bg('stable 3/4').unmanaged(), {
  services: 'preview:stable',
});
row('while it selects by no hash every pod is behind it', bg('old 2/2 stable 2/4').unmanaged(), {
  sizes: 'stable 4 old1 2',
  deadlines: '',
});
row(
  'without a preview Service',
  bg('stable 4/4 canary 4/4').with({ blueGreen: { activeService: 'app-active' } }),
  {
    services: 'active:canary',
  },
);

// From one strategy to the other.
const wasCanary = { currentStepHash: 'other', currentStepIndex: 1, conditions: [healthy()] };
row(
  'from the steps of a canary: first all pods for stable',
  bg('stable 2/2 canary 2/2 of 4', MANUAL).status(wasCanary).unmanaged(),
  {
    step: null,
    sizes: 'stable 4 canary 4',
    services: 'preview:canary',
    stable: 'stable',
  },
);
row(
  'then users see stable, and nothing else',
  bg('stable 4/4 canary 4/4', MANUAL).status(wasCanary).unmanaged(),
  {
    services: 'active:stable preview:canary',
    pauses: 'BlueGreenPause',
    stable: 'stable',
  },
);
row('a canary that was complete is shown at once', bg('stable 4/4', MANUAL).status(wasCanary).unmanaged(), {
  services: 'active:stable preview:stable',
  stable: 'stable',
  notes: ['SwitchService', 'SwitchService'],
});
const wasBlueGreen = { currentStepHash: '', ...paused, ...passed };
row(
  'from a pause before the switch to the first step of a canary',
  w('stable 4/4 canary 4/4 of 4 [~50 pause]').status(wasBlueGreen),
  {
    step: 0,
    pauses: '',
    sizes: 'stable 3 canary 2',
  },
);
row(
  'a version that was complete skips the steps',
  w('stable 4/4 old 4/4 of 4 [~50 pause]').status(wasBlueGreen),
  {
    step: 2,
    stable: 'stable',
    sizes: 'stable 4 old1 0',
  },
);

void test('pods that the old active Service still selects stay until it is handed back', () => {
  const active = bg('stable 4/4').world.services['app-active'];
  assert.ok(active !== null && active !== undefined);
  const { world, now } = w('stable 4/4 canary 4/4 of 4');
  const sizes = (left: readonly Service[]) =>
    decide({ ...world, left }, now).target?.replicaSets.map((one) => one.replicas);
  assert.deepEqual(sizes([active]), [4, 4]);
  assert.deepEqual(sizes([]), [0, 4]);
});

function healthy() {
  const at = '2026-03-01T12:00:00Z';
  const times = { lastUpdateTime: at, lastTransitionTime: at } as const;
  return { type: 'Healthy', status: 'True', reason: 'RolloutHealthy', message: '', ...times } as const;
}
