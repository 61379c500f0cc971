import type { Experiment } from '../../api/experiment.ts';
import { each } from './rollouts.ts';
import type { Family } from './text.ts';

/** What is shown of each experiment, as of now. Series go with their object. */
export function experimentFamilies(experiments: () => Iterable<Experiment>): readonly Family[] {
  const samples = each(experiments, ({ metadata: { namespace = '', name }, status }) => ({
    labels: { namespace, name, phase: status?.phase ?? 'Pending' },
    value: 1,
  }));
  const old =
    'Phase of the experiment (deprecated, use experiment_info). The phase that is; others are left out.';
  return [
    { name: 'experiment_info', kind: 'gauge', help: 'Information about experiment.', samples },
    { name: 'experiment_phase', kind: 'gauge', help: old, samples },
  ];
}
