import type { RolloutConditionType } from '../../api/rollout.ts';
import { type Instant, parseInstant } from '../../core/time.ts';
import type { Explained } from './explained.ts';

/** Since when things are as they are; null where nobody wrote it down. */
export function sinceWhen({ parts, view, analyses }: Explained): Instant | null {
  const { reason } = view;
  const condition = (type: RolloutConditionType) =>
    parts.rollout.status?.conditions?.find((one) => one.type === type);
  const changed = (type: RolloutConditionType) => parseInstant(condition(type)?.lastTransitionTime);
  switch (reason.kind) {
    case 'pause':
    case 'preview':
    case 'step':
    case 'noReturn':
    case 'inconclusive':
    case 'deadline':
      return reason.since;
    case 'aborted':
      return reason.at;
    case 'invalid':
      return changed('InvalidSpec');
    case 'healthy':
      return changed('Healthy') ?? changed('Completed');
    case 'held':
      return condition('Paused')?.status === 'True' ? changed('Paused') : null;
    case 'analysis':
      return analyses.find(({ run }) => run === reason.run)?.startedAt ?? null;
    case 'experiment':
    case 'pods':
    case 'oldPods':
    case 'weight':
    case 'router':
    case 'working':
      return parseInstant(condition('Progressing')?.lastUpdateTime);
    case 'unseen':
    case 'unpause':
    case 'asked':
      return null;
    default:
      return reason satisfies never;
  }
}
