import { invalid } from '../metadata.ts';
import type { Strategy } from './strategy.ts';

/** Leases: whoever holds one holds it for a while. */
export const lease: Strategy = {
  causes: (object) => {
    const { leaseDurationSeconds } = (object['spec'] ?? {}) as { readonly leaseDurationSeconds?: number };
    if (leaseDurationSeconds === undefined || leaseDurationSeconds > 0) return [];
    return [invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0')];
  },
};
