import type { AnalysisPhase } from '../../api/analysis.ts';
import type { Experiment, ExperimentCondition } from '../../api/experiment.ts';
import { formatInstant, type Instant } from '../time.ts';

type Claim = Pick<ExperimentCondition, 'status' | 'reason' | 'message'>;

/**
 * The conditions of an experiment that can be followed. One that has ended badly keeps what was said of its
 * progress, as in the original: its phase says the rest.
 */
export function conditionsOf(
  { metadata: { name }, status }: Experiment,
  phase: AnalysisPhase,
  now: Instant,
): readonly ExperimentCondition[] {
  const before = (status?.conditions ?? []).filter(({ type }) => type !== 'InvalidSpec');
  const claim = progress(`Experiment "${name}"`, phase);
  if (claim === null && before.length > 0) return before;
  return set(before, 'Progressing', claim ?? progressing(`Experiment "${name}"`), now);
}

/** The conditions of an experiment that cannot be followed, with the reason. */
export function invalidConditions(
  { status }: Experiment,
  message: string,
  now: Instant,
): readonly ExperimentCondition[] {
  const claim = { status: 'True', reason: 'InvalidSpec', message } as const;
  return set(status?.conditions ?? [], 'InvalidSpec', claim, now);
}

function progress(subject: string, phase: AnalysisPhase): Claim | null {
  switch (phase) {
    case 'Pending':
      return progressing(subject);
    case 'Running':
      return { status: 'True', reason: 'NewReplicaSetAvailable', message: `${subject} is running.` };
    case 'Successful': {
      const message = `${subject} has successfully ran and completed.`;
      return { status: 'False', reason: 'ExperimentCompleted', message };
    }
    case 'Failed':
    case 'Error':
    case 'Inconclusive':
      return null;
    default:
      return phase satisfies never;
  }
}

function progressing(subject: string): Claim {
  return { status: 'True', reason: 'ReplicaSetUpdated', message: `${subject} is progressing.` };
}

/** Nothing changes where all is said already; the time of transition stays while the status does. */
function set(
  list: readonly ExperimentCondition[],
  type: ExperimentCondition['type'],
  claim: Claim,
  now: Instant,
): readonly ExperimentCondition[] {
  const present = list.find((condition) => condition.type === type);
  const { status, reason, message } = claim;
  if (present?.status === status && present.reason === reason && present.message === message) return list;
  const at = formatInstant(now);
  const since = present?.status === status ? present.lastTransitionTime : at;
  const made = { type, ...claim, lastUpdateTime: at, lastTransitionTime: since };
  return [...list.filter((condition) => condition.type !== type), made];
}
