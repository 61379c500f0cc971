import type { Role } from '../../view/replica-set.ts';
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

/** Who sees what with blue-green, by the tags of images; null with other strategies. */
export function previewOf(view: RolloutView): { readonly active: string; readonly preview: string } | null {
  if (view.strategy !== 'BlueGreen') return null;
  return { active: tagWith(view, 'active'), preview: tagWith(view, 'preview') };
}

/** Reads it from a view. */
export function shareOf(view: RolloutView): Share {
  const blueGreen = previewOf(view);
  if (blueGreen !== null) return { stable: blueGreen.active, canary: blueGreen.preview, percent: 0 };
  const canary = tagWith(view, 'canary');
  const percent = canary === '' ? 0 : (view.weight?.actual ?? 0);
  return { stable: tagWith(view, 'stable'), canary, percent };
}

function tagWith(view: RolloutView, role: Role): string {
  const sets = view.revisions.flatMap(({ replicaSets }) => replicaSets);
  return oneLine(tagOf(sets.find(({ roles }) => roles.includes(role))?.images[0] ?? ''));
}
