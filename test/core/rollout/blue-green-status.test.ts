import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { formatInstant } from '../../../src/core/time.ts';
import { bg } from '../../support/blue-green.ts';
import { roleHash } from '../../support/draft.ts';
import type { Scene } from '../../support/world.ts';

/** What the status of a blue-green release says: counts, conditions, duration. */

/** In this world these fields of the status have exactly these values; undefined: not there. */
function says(name: string, scene: Scene, expected: Partial<Record<keyof RolloutStatus, unknown>>): void {
  void test(name, () => {
    const { status } = decide(scene.world, scene.now);
    const fields = Object.keys(expected) as (keyof RolloutStatus)[];
    assert.deepEqual(Object.fromEntries(fields.map((field) => [field, status[field]])), expected);
  });
}

/** In this world these conditions say this: `Status` or `Status/Reason`; null: not there. */
function conditions(name: string, scene: Scene, expected: Readonly<Record<string, string | null>>): void {
  void test(name, () => {
    const list = decide(scene.world, scene.now).status.conditions ?? [];
    for (const [type, said] of Object.entries(expected)) {
      const found = list.find((condition) => condition.type === type);
      const text = said?.includes('/') === true ? `${found?.status}/${found?.reason}` : found?.status;
      assert.equal(text ?? null, said, type);
    }
  });
}

/** A duration that ends now. */
function ended({ now }: Scene, completionStatus: string) {
  return { duration: { ...begun, completionStatus, finishedAt: formatInstant(now) } };
}

const MANUAL = { autoPromotionEnabled: false };
const AT = '2026-03-01T12:00:00Z';
const paused = {
  pauseConditions: [{ reason: 'BlueGreenPause', startTime: AT }],
  controllerPause: true,
} as const;
const begun = { rolloutStartedAt: '2026-03-01T11:59:00Z' };

// What an autoscaler, and whoever counts, is told: of the version that users see.
says('counts in an update', bg('stable 3/4 canary 2/4'), {
  replicas: 8,
  HPAReplicas: 4,
  updatedReplicas: 4,
  availableReplicas: 3,
  readyReplicas: 3,
  selector: `app=app,rollouts-pod-template-hash=${roleHash('stable')}`,
});
says('after the switch', bg('stable 4/4 canary 5/5 of 5').selects({ active: 'canary' }), {
  replicas: 9,
  HPAReplicas: 5,
  availableReplicas: 5,
  selector: `app=app,rollouts-pod-template-hash=${roleHash('canary')}`,
});
says('before users see any of them: all', bg('stable 2/4').selects({ active: null }), {
  HPAReplicas: 4,
  availableReplicas: 2,
  selector: 'app=app',
});
says('what the Services select', bg('stable 4/4 canary 2/4'), {
  blueGreen: { activeSelector: roleHash('stable'), previewSelector: roleHash('canary') },
  canary: {},
  currentStepIndex: undefined,
  currentStepHash: undefined,
});
says('that the preview may grow', bg('stable 4/4 canary 1/1', { previewReplicaCount: 1 }), {
  blueGreen: {
    activeSelector: roleHash('stable'),
    previewSelector: roleHash('canary'),
    scaleUpPreviewCheckPoint: true,
  },
});

// Conditions.
conditions('in an update', bg('stable 4/4 canary 2/4'), {
  Available: 'True',
  Completed: 'False',
  Progressing: 'True/ReplicaSetUpdated',
});
conditions('users miss a pod', bg('stable 3/4 canary 4/4', MANUAL), { Available: 'False' });
conditions('an autoscaler takes some away', bg('stable 4/4 of 2'), { Available: 'True' });
conditions('in the pause', bg('stable 4/4 canary 4/4', MANUAL).status(paused), {
  Paused: 'True',
  Progressing: 'Unknown/RolloutPaused',
});
conditions(
  'switched, and not verified yet',
  bg('stable 4/4 canary 4/4', { postPromotionAnalysis: { templates: [{ templateName: 'check' }] } })
    .selects({ active: 'canary' })
    .run('post', 'Running'),
  {
    Healthy: null,
    Completed: 'False',
    Available: 'True',
  },
);
conditions('healthy, though old pods are still there', bg('old 4/4 stable 4/4').deadline('old1', '30s'), {
  Healthy: 'True',
  Completed: 'True',
  Progressing: 'True/NewReplicaSetAvailable',
});
conditions('aborted', bg('stable 4/4 canary 4/4', MANUAL).status(paused).abort(), {
  Progressing: 'False/RolloutAborted',
});

// Duration: how long, how it ended, how long for people.
says('a person is waited for', bg('stable 4/4 canary 4/4', MANUAL).status({ ...paused, duration: begun }), {
  duration: { ...begun, manualPauseStartedAt: AT },
});
says(
  'time is not a person',
  bg('stable 4/4 canary 4/4', { autoPromotionSeconds: 60 }).status({ ...paused, duration: begun }),
  {
    duration: begun,
  },
);
says('spec.paused is', bg('stable 4/4 canary 2/4').held().status({ duration: begun }), {
  duration: { ...begun, manualPauseStartedAt: AT },
});
says(
  'so is doubt',
  bg('stable 4/4 canary 4/4', { autoPromotionSeconds: 60 }).status({
    pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: AT }],
    duration: begun,
  }),
  {
    duration: { ...begun, manualPauseStartedAt: AT },
  },
);
says(
  'promoted after 90 s',
  bg('stable 4/4 canary 4/4', MANUAL)
    .status({ controllerPause: true, duration: { ...begun, manualPauseStartedAt: AT } })
    .at('90s'),
  {
    duration: { ...begun, totalManualPauseDurationSeconds: 90 },
  },
);
const done = bg('stable 4/4 canary 4/4')
  .selects({ active: 'canary' })
  .status({ duration: begun, blueGreen: { scaleUpPreviewCheckPoint: true } });
says('promoted', done, ended(done, 'Promoted'));
says('promoted at once', done.full(), ended(done, 'FastPromoted'));
const given = bg('stable 4/4 canary 4/4', MANUAL).status({ duration: begun }).abort();
says('given up', given, ended(given, 'Aborted'));
const home = bg('stable 4/4 canary 4/4', MANUAL).status({ duration: begun }).with({ wants: 'stable' });
says('back to stable', home, ended(home, 'FastRolledBack'));
