import type { IntOrString } from '../../../api/meta.ts';
import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import { shareCauses } from './numbers.ts';
import type { Strategy } from './strategy.ts';

interface BudgetSpec {
  readonly minAvailable?: IntOrString;
  readonly maxUnavailable?: IntOrString;
}

/** PodDisruptionBudgets: only one of two numbers may be given. */
export const budget: Strategy = {
  causes: (object): readonly Cause[] => {
    const spec = (object['spec'] ?? {}) as BudgetSpec;
    const { minAvailable, maxUnavailable } = spec;
    const isBoth = minAvailable !== undefined && maxUnavailable !== undefined;
    return [
      ...(isBoth ? [invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set')] : []),
      ...shareCauses('spec.minAvailable', minAvailable, 100),
      ...shareCauses('spec.maxUnavailable', maxUnavailable, 100),
    ];
  },
};
