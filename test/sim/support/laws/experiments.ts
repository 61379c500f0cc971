import type { Experiment } from '../../../../src/api/experiment.ts';
import { LABEL } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import type { RolloutStatus } from '../../../../src/api/rollout.ts';
import type { ReplicaSet } from '../../../../src/api/workload.ts';
import type { LocalApi } from '../../../../src/sim/api-server/api.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { NAMESPACE } from '../applications.ts';
import { ownedBy } from '../reading.ts';
import type { App } from '../script.ts';
import type { Scene } from './scene.ts';

/** What an experiment of a step still lacks; null: nothing. */
export function missingOfExperiment(
  { api }: Scene,
  app: App,
  { currentPodHash = '', canary }: RolloutStatus,
): string | null {
  const name = canary?.currentExperiment;
  const mine = experimentsOf(api, app).filter(
    ({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === currentPodHash,
  );
  const present = mine.find(({ metadata }) => metadata.name === name) ?? mine.at(-1);
  if (present === undefined) return 'and there was no Experiment';
  const { phase } = present.status ?? {};
  return phase === 'Successful' ? null : `and ${present.metadata.name} is ${phase ?? 'not begun'}`;
}

/** Experiments that have not come to their end where the rollout has, or that still have pods. */
export function restlessExperiments(api: LocalApi, app: App): readonly string[] {
  return experimentsOf(api, app).flatMap((experiment) => {
    const { phase = '' } = experiment.status ?? {};
    const { name } = experiment.metadata;
    if (!ENDED.includes(phase)) return [`${name} is ${phase}`];
    const sets = ownedBy(api, kinds.replicaSets, experiment as unknown as Manifest);
    return (sets as readonly Manifest[] as readonly ReplicaSet[])
      .filter(({ spec }) => (spec.replicas ?? 1) > 0)
      .map(({ metadata, spec }) => `${name} is ${phase}, and ${metadata.name} has ${spec.replicas} pods`);
  });
}

/** The failed experiment of the step that a rollout is at; null: there is none. */
export function failedExperiment(api: LocalApi, app: App, { canary }: RolloutStatus): string | null {
  const present = experimentsOf(api, app).find(({ metadata }) => metadata.name === canary?.currentExperiment);
  const { phase = '' } = present?.status ?? {};
  return phase === 'Failed' || phase === 'Error' ? `${present?.metadata.name} is ${phase}` : null;
}

const ENDED = ['Successful', 'Failed', 'Error', 'Inconclusive'];

function experimentsOf(api: LocalApi, { name }: App): readonly Experiment[] {
  const all = api.list(kinds.experiments, {
    namespace: NAMESPACE,
  }) as readonly unknown[] as readonly Experiment[];
  return all.filter(
    ({ metadata }) => metadata.ownerReferences?.some((owner) => owner.name === name) === true,
  );
}
