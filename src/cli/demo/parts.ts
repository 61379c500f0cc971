import type { Manifest } from '../../api/meta.ts';
import { kinds } from '../../sim/kinds.ts';
import type { Objects } from '../../sim/mesh/data-plane.ts';
import type { RolloutParts } from '../../view/parts.ts';
import { APP, NAMESPACE } from './names.ts';

/** The demo's rollout with all that belongs to it; null before it is there. */
export function partsIn(objects: Objects): RolloutParts | null {
  const rollout = objects.get(kinds.rollouts, { namespace: NAMESPACE, name: APP });
  if (rollout === null) return null;
  const list = (kind: Parameters<Objects['list']>[0]): readonly Manifest[] =>
    objects.list(kind, { namespace: NAMESPACE });
  // The server keeps raw objects; what a kind is made of is checked when it is written.
  return {
    rollout,
    replicaSets: list(kinds.replicaSets),
    pods: list(kinds.pods),
    runs: list(kinds.analysisRuns),
    experiments: list(kinds.experiments),
  } as RolloutParts;
}
