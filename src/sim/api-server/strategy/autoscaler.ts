import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import { required } from './numbers.ts';
import type { Strategy } from './strategy.ts';

interface AutoscalerSpec {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string; readonly apiVersion?: string };
}

/** HorizontalPodAutoscalers: bounds that leave room, and something to scale. */
export const autoscaler: Strategy = {
  causes: (object): readonly Cause[] => {
    const {
      minReplicas = 1,
      maxReplicas = 0,
      scaleTargetRef = {},
    } = (object['spec'] ?? {}) as AutoscalerSpec;
    const field = 'spec.maxReplicas';
    const { kind = '', name = '', apiVersion = '' } = scaleTargetRef;
    const target = 'spec.scaleTargetRef';
    return [
      ...(minReplicas < 1
        ? [invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1')]
        : []),
      ...(maxReplicas < 1 ? [invalid(field, maxReplicas, 'must be greater than 0')] : []),
      ...(maxReplicas < minReplicas
        ? [invalid(field, maxReplicas, 'must be greater than or equal to `minReplicas`')]
        : []),
      ...(kind === '' ? [required(`${target}.kind`)] : []),
      ...(name === '' ? [required(`${target}.name`)] : []),
      ...(apiVersion === ''
        ? [invalid(`${target}.apiVersion`, '', 'apiVersion must specify API group')]
        : []),
    ];
  },
};
