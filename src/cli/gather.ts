import type { AnalysisRun } from '../api/analysis.ts';
import type { Experiment } from '../api/experiment.ts';
import { LABEL } from '../api/keys.ts';
import type { Manifest } from '../api/meta.ts';
import { type Resource, resources } from '../api/resources.ts';
import type { Rollout } from '../api/rollout.ts';
import { selectorText } from '../api/selector.ts';
import type { Pod, ReplicaSet } from '../api/workload.ts';
import { isFailure } from '../shell/kube/failure.ts';
import type { KubeObject } from '../shell/kube/object.ts';
import type { Selection } from '../shell/kube/options.ts';
import type { RolloutParts } from '../view/parts.ts';
import { complaint } from './complaint.ts';
import type { Cluster } from './io.ts';

/** One rollout and what belongs to it, and why some of it could not be read. */
export interface Gathered {
  readonly parts: RolloutParts;
  readonly missing: readonly string[];
}

/** Reads one rollout. Throws a Failure where there is none of that name. */
export async function readRollout(cluster: Cluster, name: string): Promise<Rollout> {
  const place = { namespace: cluster.namespace, name };
  return cluster.api.get<Rollout & KubeObject>(resources.rollouts, place);
}

/**
 * Reads a rollout and its parts. Parts that may not be read are left out: the rollout alone says what
 * matters.
 */
export async function gather(cluster: Cluster, name: string): Promise<Gathered> {
  const missing: string[] = [];
  const list = async <T extends Manifest>(
    resource: Resource,
    selection: Selection,
  ): Promise<readonly T[]> => {
    try {
      const { items } = await cluster.api.list(resource, selection, (raw) => raw as T & KubeObject);
      return items;
    } catch (failure) {
      if (!isFailure(failure, 'forbidden', 'missing')) throw failure;
      if (failure.code === 'forbidden') missing.push(complaint(failure));
      return [];
    }
  };
  const { namespace } = cluster;
  // What does not depend on the rollout does not wait for it.
  const [rollout, runs, experiments] = await Promise.all([
    readRollout(cluster, name),
    list<AnalysisRun>(resources.analysisRuns, { namespace }),
    list<Experiment>(resources.experiments, { namespace }),
  ]);
  const mine = { namespace, labelSelector: podSelector(rollout) };
  const [replicaSets, pods] = await Promise.all([
    list<ReplicaSet>(resources.replicaSets, mine),
    list<Pod>(resources.pods, mine),
  ]);
  return { parts: { rollout, replicaSets, pods, runs, experiments }, missing };
}

/**
 * Selects the ReplicaSets and pods of a rollout in all of its versions, and perhaps some more: owners decide.
 * Where the spec has no selector, which a workload may have, the status has it; with blue-green that one
 * selects the version alone that users see.
 */
export function podSelector({ spec, status }: Rollout): string {
  const own =
    spec.selector === undefined ? ofAllVersions(status?.selector ?? '') : selectorText(spec.selector);
  return own === '' ? LABEL.podTemplateHash : `${own},${LABEL.podTemplateHash}`;
}

function ofAllVersions(selector: string): string {
  const parts = selector.split(',').filter((part) => !part.startsWith(`${LABEL.podTemplateHash}=`));
  return parts.join(',');
}
