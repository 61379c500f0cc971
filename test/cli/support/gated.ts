import type { Strategy } from '../../../src/api/rollout.ts';
import { ago, ROUTED, rollout, updating } from '../../view/support/objects.ts';

const GATED: Strategy = {
  canary: {
    ...ROUTED.canary,
    steps: [
      { setWeight: 20 },
      { plugin: { name: 'sluice/gate', config: { name: 'qa', approvals: { required: 2 } } } },
      { plugin: { name: 'sluice/window', config: { open: [{ days: ['Mon-Thu'], from: '09:00' }] } } },
      { setWeight: 60 },
    ],
  },
};
/** A release that one of two people has approved. */
export const atGate = rollout(
  updating(1, {
    message: 'waiting for all steps to complete',
    canary: {
      weights: { canary: { weight: 20 }, stable: { weight: 80 } },
      stepPluginStatuses: [
        {
          index: 1,
          name: 'sluice/gate',
          operation: 'Run',
          phase: 'Running',
          startedAt: ago(250),
          message: 'gate qa: 1 of 2 approvals: anna (14:03:00 UTC)',
          status: { gate: 'qa', token: 'new-1' },
        },
      ],
    },
  }),
  { strategy: GATED },
);
