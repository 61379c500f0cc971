import type { AnalysisPhase } from '../api/analysis.ts';
import type { RolloutPhase } from '../api/rollout.ts';

/** How something looks at a glance: decides icon and colour, the same in every client. */
export type Look = 'good' | 'bad' | 'busy' | 'paused' | 'off' | 'warning' | 'unsure';

/** The icon of each look, as users of the API know them. */
export const ICONS: Readonly<Record<Look, string>> = {
  good: '✔',
  bad: '✖',
  busy: '◌',
  paused: '॥',
  off: '•',
  warning: '⚠',
  unsure: '?',
};

/** The icon of each kind in the tree. */
export const KIND_ICONS = {
  Rollout: '⟳',
  Revision: '#',
  ReplicaSet: '⧉',
  Pod: '□',
  AnalysisRun: 'α',
  Experiment: 'Σ',
} as const;

/** The look of a rollout's phase. */
export function phaseLook(phase: RolloutPhase): Look {
  switch (phase) {
    case 'Healthy':
      return 'good';
    case 'Degraded':
      return 'bad';
    case 'Paused':
      return 'paused';
    case 'Progressing':
      return 'busy';
    default:
      return phase satisfies never;
  }
}

/** The look of an analysis, an experiment or a measurement. */
export function analysisLook(phase: AnalysisPhase | ''): Look {
  switch (phase) {
    case 'Successful':
      return 'good';
    case 'Failed':
      return 'bad';
    case 'Error':
      return 'warning';
    case 'Inconclusive':
      return 'unsure';
    case 'Pending':
    case 'Running':
    case '':
      return 'busy';
    default:
      return phase satisfies never;
  }
}
