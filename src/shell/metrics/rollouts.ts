import type { Rollout } from '../../api/rollout.ts';
import type { Family, Labels, Sample } from './text.ts';

/** What is shown of each rollout, as of now. Series go with their object. */
export function rolloutFamilies(all: () => Iterable<Rollout>): readonly Family[] {
  return [
    {
      name: 'rollout_info',
      kind: 'gauge',
      help: 'Information about rollout.',
      samples: each(all, (rollout) => ({
        labels: {
          ...nameOf(rollout),
          strategy: strategyOf(rollout),
          traffic_router: trafficRouterOf(rollout),
          phase: phaseOf(rollout),
        },
        value: 1,
      })),
    },
    count(all, 'available', 'Pods that are available', ({ status }) => status?.availableReplicas ?? 0),
    count(
      all,
      'unavailable',
      'Pods that are not available',
      ({ status }) => (status?.replicas ?? 0) - (status?.availableReplicas ?? 0),
    ),
    count(all, 'desired', 'Pods wanted', ({ spec }) => spec?.replicas ?? 1),
    count(all, 'updated', 'Pods of the current version', ({ status }) => status?.updatedReplicas ?? 0),
    {
      name: 'rollout_phase',
      kind: 'gauge',
      help: 'Phase of the rollout (deprecated, use rollout_info). The phase that is; others are left out.',
      samples: each(all, (rollout) => ({
        labels: { ...nameOf(rollout), strategy: strategyOf(rollout), phase: phaseOf(rollout) },
        value: 1,
      })),
    },
  ];
}

/** One sample for each object, computed when it is asked for. */
export function each<T>(all: () => Iterable<T>, sample: (object: T) => Sample): Iterable<Sample> {
  return {
    *[Symbol.iterator]() {
      for (const object of all()) yield sample(object);
    },
  };
}

function count(
  all: () => Iterable<Rollout>,
  what: string,
  help: string,
  value: (rollout: Rollout) => number,
): Family {
  const samples = each(all, (rollout) => ({ labels: nameOf(rollout), value: value(rollout) }));
  return { name: `rollout_info_replicas_${what}`, kind: 'gauge', help: `${help}, by rollout.`, samples };
}

function nameOf({ metadata: { namespace = '', name } }: Rollout): Labels {
  return { namespace, name };
}

function strategyOf({ spec }: Rollout): string {
  if (spec?.strategy?.canary !== undefined) return 'canary';
  return spec?.strategy?.blueGreen === undefined ? 'none' : 'blueGreen';
}

/** Names of the routers as dashboards know them; plugins by their own names. */
const ROUTERS: Readonly<Record<string, string>> = {
  alb: 'ALB',
  ambassador: 'Ambassador',
  istio: 'Istio',
  nginx: 'Nginx',
  smi: 'SMI',
  appMesh: 'AppMesh',
};

function trafficRouterOf({ spec }: Rollout): string {
  const routing = spec?.strategy?.canary?.trafficRouting;
  if (routing === undefined) return '';
  const named = Object.keys(routing).find((key) => key in ROUTERS);
  if (named !== undefined) return ROUTERS[named] ?? '';
  return Object.keys(routing.plugins ?? {})[0] ?? '';
}

/** Reasons of the condition Progressing that stand for a phase of their own. */
const PHASES: Readonly<Record<string, string>> = {
  NewReplicaSetAvailable: 'Completed',
  RolloutPaused: 'Paused',
  ReplicaSetCreateError: 'Error',
  ProgressDeadlineExceeded: 'Timeout',
  RolloutAborted: 'Abort',
};

/** The phase as these metrics have always called it: by conditions, not by `status.phase`. */
function phaseOf({ status }: Rollout): string {
  const conditions = status?.conditions ?? [];
  if (conditions.some((condition) => condition.type === 'InvalidSpec')) return 'InvalidSpec';
  const progressing = conditions.find((condition) => condition.type === 'Progressing');
  return PHASES[progressing?.reason ?? ''] ?? 'Progressing';
}
