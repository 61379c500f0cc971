import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import type { Strategy } from './strategy.ts';

/** PodDisruptionBudgets: only one of two numbers may be given. */
export const budget: Strategy = {
  causes: (object): readonly Cause[] => {
    const spec = (object['spec'] ?? {}) as Readonly<Record<string, unknown>>;
    if (spec['minAvailable'] === undefined || spec['maxUnavailable'] === undefined) return [];
    return [invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set')];
  },
};
