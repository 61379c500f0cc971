import type { AnalysisRun } from '../../api/analysis.ts';
import type { Manifest, PodTemplate } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { Pod, ReplicaSet } from '../../api/workload.ts';
import { controls, type RolloutParts } from '../../view/parts.ts';
import type { LocalApi } from '../api-server/api.ts';
import { kinds } from '../kinds.ts';

/** A rollout and what belongs to it, as it is now. */
export function partsOf(api: LocalApi, rollout: Rollout): RolloutParts {
  const { namespace = '' } = rollout.metadata;
  const replicaSets = ofRollout(api, rollout);
  const pods = api.list(kinds.pods, { namespace }) as readonly Manifest[] as readonly Pod[];
  const runs = api.list(kinds.analysisRuns, { namespace }) as readonly Manifest[] as readonly AnalysisRun[];
  return {
    rollout,
    replicaSets,
    pods: pods.filter((pod) => replicaSets.some((set) => controls(set, pod))),
    runs: runs.filter((run) => controls(rollout, run)),
    experiments: [],
  };
}

/** The ReplicaSets of a rollout. */
export function ofRollout(api: LocalApi, rollout: Rollout): readonly ReplicaSet[] {
  const { namespace = '' } = rollout.metadata;
  const sets = api.list(kinds.replicaSets, { namespace }) as readonly Manifest[] as readonly ReplicaSet[];
  return sets.filter((set) => controls(rollout, set));
}

/** The ReplicaSets of experiments of a rollout and of its analyses: fresh copies of its versions. */
export function copiesOf(api: LocalApi, rollout: Rollout): readonly ReplicaSet[] {
  const { namespace = '' } = rollout.metadata;
  const experiments = api.list(kinds.experiments, { namespace }).filter((one) => isOf(api, rollout, one));
  if (experiments.length === 0) return [];
  const sets = api.list(kinds.replicaSets, { namespace }) as readonly Manifest[] as readonly ReplicaSet[];
  return sets.filter((set) => experiments.some((one) => controls(one, set)));
}

function isOf(api: LocalApi, rollout: Rollout, experiment: Manifest): boolean {
  if (controls(rollout, experiment)) return true;
  const { namespace = '', ownerReferences = [] } = experiment.metadata;
  const owner = ownerReferences.find(({ kind, controller }) => kind === 'AnalysisRun' && controller === true);
  const run = owner === undefined ? null : api.get(kinds.analysisRuns, { namespace, name: owner.name });
  return run !== null && controls(rollout, run);
}

/** The rollout that controls an object, or the experiment of an analysis; null where there is none. */
export function rolloutOf(api: LocalApi, object: Manifest): (Manifest & Rollout) | null {
  const { namespace = '', ownerReferences = [] } = object.metadata;
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (owner?.kind === 'Experiment' && object.kind === 'AnalysisRun') {
    const experiment = api.get(kinds.experiments, { namespace, name: owner.name });
    return experiment === null ? null : rolloutOf(api, experiment);
  }
  if (owner?.kind !== 'Rollout') return null;
  return api.get(kinds.rollouts, { namespace, name: owner.name }) as (Manifest & Rollout) | null;
}

/** `namespace/name`. */
export function keyOf({ metadata: { namespace = '', name } }: Manifest): string {
  return `${namespace}/${name}`;
}

/** The pod template that a rollout asks for: its own, or that of the Deployment that it refers to. */
export function templateOf(api: LocalApi, rollout: Rollout): PodTemplate | undefined {
  const { template, workloadRef } = rollout.spec;
  if (workloadRef?.kind !== 'Deployment') return template;
  const place = { namespace: rollout.metadata.namespace ?? '', name: workloadRef.name ?? '' };
  const { spec } = (api.get(kinds.deployments, place) ?? {}) as { readonly spec?: Rollout['spec'] };
  return spec?.template;
}
