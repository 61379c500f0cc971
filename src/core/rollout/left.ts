import { LABEL } from '../../api/keys.ts';
import type { World } from '../world.ts';
import type { Plan } from './replicasets.ts';

/**
 * The plans with the pods that a Service of ours still selects which the spec names no more: they stay until
 * it has been handed back, and so selects all pods that there are.
 */
export function keptForLeft({ left }: World, plans: readonly Plan[]): readonly Plan[] {
  if (left.length === 0) return plans;
  const selected = new Set(left.map(({ spec }) => spec?.selector?.[LABEL.podTemplateHash]));
  return plans.map((plan) => {
    const { hash, spec } = plan.revision;
    return selected.has(hash) && plan.replicas < spec ? { ...plan, replicas: spec } : plan;
  });
}
