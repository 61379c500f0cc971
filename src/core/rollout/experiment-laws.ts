import type { Law } from '../laws.ts';
import { shareOf, templatesOf } from './additional.ts';
import { servedBaselines } from './baseline.ts';
import { storedLife } from './life.ts';
import { release } from './release.ts';

/** What no plan may do with experiments that have a share of the traffic. */
export const EXPERIMENT_LAWS: readonly Law[] = [
  {
    says: 'an experiment gets traffic only while all pods of its template are available',
    holds: (world, { target }) => {
      const templates = templatesOf(world);
      return (target?.routes?.additional ?? []).every(({ service }) =>
        templates.some(({ serviceName, status }) => serviceName === service && status === 'Running'),
      );
    },
  },
  {
    says: 'the canary and experiments together get no more than all of the traffic',
    holds: ({ rollout }, { target }) => {
      const max = rollout.spec.strategy?.canary?.trafficRouting?.maxTrafficWeight ?? 100;
      const { canaryWeight = 0, additional = [] } = target?.routes ?? {};
      return canaryWeight + shareOf(additional) <= max;
    },
  },
  {
    says: 'a fresh copy of the stable version gets no more than the canary, and no more than its pods carry',
    holds: (world, { status, target }) => {
      const { baselines = [] } = world;
      const { canaryWeight = 0, additional = [] } = target?.routes ?? {};
      if (baselines.length === 0 || additional.length === 0) return true;
      const own = new Set(templatesOf({ experiments: [], baselines }).map(({ serviceName }) => serviceName));
      const served = servedBaselines(world, release(world), storedLife(status));
      return additional
        .filter(({ service }) => own.has(service))
        .every(({ service, weight }) => {
          const capacity = served.find((one) => one.service === service)?.capacity ?? 0;
          return weight <= Math.min(canaryWeight, capacity);
        });
    },
  },
];
