import type { RolloutView } from '../../view/rollout-view.ts';
import { oneLine } from '../text/printable.ts';
import { tagOf } from './manifests.ts';

/** Who gets which share of the traffic, by the tags of images. */
export interface Share {
  /** Empty before the first version is there. */
  readonly stable: string;
  /** Empty where there is none. */
  readonly canary: string;
  /** What the canary gets. */
  readonly percent: number;
}

/** Reads it from a view. */
export function shareOf(view: RolloutView): Share {
  const sets = view.revisions.flatMap(({ replicaSets }) => replicaSets);
  const tag = (role: 'stable' | 'canary') => {
    const found = sets.find(({ roles }) => roles.includes(role));
    return oneLine(tagOf(found?.images[0] ?? ''));
  };
  const canary = tag('canary');
  return { stable: tag('stable'), canary, percent: canary === '' ? 0 : (view.weight?.actual ?? 0) };
}
