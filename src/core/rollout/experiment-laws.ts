import type { Law } from '../laws.ts';
import { shareOf } from './additional.ts';

/** What no plan may do with experiments that have a share of the traffic. */
export const EXPERIMENT_LAWS: readonly Law[] = [
  {
    says: 'an experiment gets traffic only while all pods of its template are available',
    holds: (world, { target }) => {
      const templates = world.experiments.flatMap(({ status }) => status?.templateStatuses ?? []);
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
];
