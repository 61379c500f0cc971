import type { Mutation } from './mutation.ts';
import { NEEDS } from './needs.ts';

/** Defects in blue-green releases. */
export const BLUE_GREEN: readonly Mutation[] = [
  {
    name: 'users are switched to the first pod of a preview',
    file: 'core/rollout/blue-green/track.ts',
    find: 'if (isSaturated(current, replicas)) return true;',
    replace: 'if (current.available > 0) return true;',
    law: 'plan',
    needs: NEEDS.blueGreen,
  },
  {
    name: 'the analysis before the switch is passed over',
    file: 'core/rollout/blue-green/pause.ts',
    find: "if (!isAnalysed(release, life)) return 'waiting';",
    replace: '',
    law: 'plan',
    needs: NEEDS.preAnalysis,
  },
  {
    name: 'the pause before the switch ends at once',
    file: 'core/rollout/blue-green/pause.ts',
    find: "return end === null || now >= end ? 'pauseOver' : 'waiting';",
    replace: "return 'pauseOver';",
    law: 'switched',
    needs: NEEDS.autoPause,
  },
  {
    name: 'a switch that waits for a person happens by itself',
    file: 'core/rollout/blue-green/pause.ts',
    find: "if (!isAutomatic || life.pauses.length > 1) return 'waiting';",
    replace: "if (life.pauses.length > 1) return 'waiting';",
    law: 'switched',
    needs: NEEDS.manual,
  },
  {
    name: 'the analysis behind the switch is passed over',
    file: 'core/rollout/blue-green/runs.ts',
    find: "return postAnalysis(release, life) === undefined || life.postRun?.status === 'Successful';",
    replace: 'return true;',
    law: 'plan',
    needs: NEEDS.postAnalysis,
  },
  {
    name: 'what users see loses its pods',
    file: 'core/rollout/blue-green/sizes.ts',
    find: 'if (hash === activeHash) return { revision, replicas, deadline: null };',
    replace: '',
    law: 'plan',
    needs: NEEDS.blueGreen,
  },
  {
    name: 'after a switch the old version goes at once',
    file: 'core/rollout/blue-green/sizes.ts',
    find: 'const delaySeconds = blueGreenSpec?.scaleDownDelaySeconds ?? 30;',
    replace: 'const delaySeconds = 0;',
    law: 'delay',
    needs: NEEDS.blueGreen,
  },
  {
    name: 'after an abort users stay where they are',
    file: 'core/rollout/blue-green/selectors.ts',
    find: 'if (stable === null || (isServed && life.abort !== true)) return null;',
    replace: 'if (stable === null || isServed) return null;',
    law: 'heard',
    needs: NEEDS.blueGreen,
  },
  {
    name: 'what users see is stable with whatever pods it has',
    file: 'core/rollout/blue-green/runs.ts',
    find: 'if (!isActive(release) || !isFullyAvailable(release)) return false;',
    replace: 'if (!isActive(release)) return false;',
    law: 'capacity',
    needs: NEEDS.blueGreen,
  },
];
