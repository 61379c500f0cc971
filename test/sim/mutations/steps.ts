import type { Mutation } from './mutation.ts';
import { NEEDS } from './needs.ts';

/** Defects in the steps of a canary, and in what people ask for. */
export const STEPS: readonly Mutation[] = [
  {
    name: 'a pause ends at once',
    file: 'core/rollout/facts.ts',
    find: "return end !== null && now >= end ? 'pauseOver' : 'waiting';",
    replace: "return end !== null ? 'pauseOver' : 'waiting';",
    law: 'steps',
  },
  {
    name: 'a pause without an end ends by itself',
    file: 'core/rollout/facts.ts',
    find: "return end !== null && now >= end ? 'pauseOver' : 'waiting';",
    replace: "return end === null || now >= end ? 'pauseOver' : 'waiting';",
    law: 'steps',
  },
  {
    name: 'a weight counts as reached before the routes say so',
    file: 'core/rollout/facts.ts',
    find: 'const reached = hasWantedSizes(release, life) && carries(',
    replace: 'const reached = hasWantedSizes(release, life) || carries(',
    law: 'steps',
  },
  {
    name: 'an analysis step is skipped',
    file: 'core/rollout/facts.ts',
    find: "return life.stepRun?.status === 'Successful' ? 'done' : 'waiting';",
    replace: "return 'done';",
    law: 'verdicts',
    needs: NEEDS.analysisStep,
  },
  {
    name: 'an analysis that goes on counts as successful',
    file: 'core/rollout/facts.ts',
    find: "return life.stepRun?.status === 'Successful' ? 'done' : 'waiting';",
    replace: "return life.stepRun?.status !== 'Failed' ? 'done' : 'waiting';",
    law: 'verdicts',
    needs: NEEDS.analysisStep,
  },
  {
    name: 'no background analysis',
    file: 'core/rollout/runs.ts',
    find: 'return life.step === null || life.step >= (analysis.startingStep ?? 0);',
    replace: 'return false;',
    law: 'verdicts',
    needs: NEEDS.background,
  },
  {
    name: 'a failed background analysis is passed over',
    file: 'core/rollout/facts.ts',
    find: "failedRun('Background analysis', life.backgroundRun) ??",
    replace: '',
    law: 'verdicts',
    needs: NEEDS.background,
  },
  {
    name: 'a failed analysis step is passed over',
    file: 'core/rollout/facts.ts',
    find: "failedRun('Step-based analysis', life.stepRun) ??",
    replace: '',
    law: 'verdicts',
    needs: NEEDS.analysisStep,
  },
  {
    name: 'a retry is passed over',
    file: 'core/rollout/machine.ts',
    find: "{ guard: 'retried', target: 'stepping', actions: 'retry' },",
    replace: '',
    law: 'heard',
  },
  {
    name: 'a full promotion is passed over',
    file: 'core/rollout/machine.ts',
    find: 'facts.fullRequested && (!facts.pastSteps ||',
    replace: 'facts.fullRequested && facts.pastSteps && (!facts.pastSteps ||',
    law: 'converges',
  },
  {
    name: 'an abort is passed over',
    file: 'core/rollout/machine.ts',
    find: 'facts.abortRequested && !facts.abortedBefore && !facts.fullRequested',
    replace: 'facts.abortRequested && facts.isStable',
    law: 'heard',
  },
  {
    name: 'a hold is passed over',
    file: 'core/rollout/halt.ts',
    find: 'return release.rollout.spec.paused === true || (isInDoubt',
    replace: 'return (isInDoubt',
    law: 'heard',
  },
];

/** Defects in steps of plugins. */
export const PLUGINS: readonly Mutation[] = [
  {
    name: 'a gate opens by itself',
    file: 'core/steps/gate.ts',
    find: '  if (isOpen) {',
    replace: '  if (isOpen || keys.length > 0) {',
    law: 'steps',
    needs: NEEDS.gate,
  },
  {
    name: 'a window is always open',
    file: 'core/steps/window.ts',
    find: 'if (opensAt <= now) return ended(',
    replace: 'if (opensAt > 0) return ended(',
    law: 'steps',
    needs: NEEDS.window,
  },
  {
    name: 'a Job is not waited for',
    file: 'core/steps/job.ts',
    find: "case 'running':\n      return waiting(",
    replace: "case 'running':\n      return ended('Successful', ",
    law: 'steps',
    needs: NEEDS.job,
  },
];
