import { LABEL } from '../../api/keys.ts';
import type { LabelSelector } from '../../api/meta.ts';
import { resources } from '../../api/resources.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { Deployment, ReplicaSet } from '../../api/workload.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import { isPromoted } from '../../view/weight.ts';
import { Refusal } from '../refusal.ts';
import type { Source } from './leave.ts';
import { replicaSetsOf } from './live/settle.ts';
import { findLive, type Scene } from './live/wait.ts';
import { plainTemplate } from './manifest.ts';
import { stableTemplate, type Version } from './rest.ts';

/** Where the pods of the Deployment come from, and what must be done before all else. */
export interface Departure {
  readonly source: Source;
  readonly first: readonly string[];
}

/** Finds the template that a Rollout leaves behind, of the version that is to stay. */
export async function departure(scene: Scene, rollout: Rollout, version: Version): Promise<Departure> {
  const { workloadRef } = rollout.spec;
  const first = isPromoted(rollout.status ?? {}) ? [] : [firstStep(rollout, version)];
  if (workloadRef?.kind === 'Deployment') {
    const deployment = await findLive<Deployment & KubeObject>(
      scene,
      resources.deployments,
      workloadRef.name ?? '',
    );
    if (deployment !== null) return { source: { kind: 'reference', deployment }, first };
  }
  const sets = await replicaSetsOf(scene, rollout);
  return { source: copied(rollout, sets, version), first };
}

function copied(rollout: Rollout, sets: readonly ReplicaSet[], version: Version): Source {
  const { template, selector } = rollout.spec;
  const latest = version === 'latest' && template !== undefined ? plainTemplate(template) : null;
  const own = selector ?? selectorOf(sets);
  if (own === undefined) throw new Refusal(`rollout '${rollout.metadata.name}' has no pods to be taken over`);
  return { kind: 'copy', template: latest ?? stableTemplate(rollout, sets), selector: own };
}

/** The selector of a Rollout that takes it from elsewhere: that of its ReplicaSets without the hash. */
function selectorOf(sets: readonly ReplicaSet[]): LabelSelector | undefined {
  const selector = sets[0]?.spec.selector;
  if (selector === undefined) return undefined;
  const { [LABEL.podTemplateHash]: _, ...matchLabels } = selector.matchLabels ?? {};
  return { ...selector, matchLabels };
}

function firstStep({ metadata }: Rollout, version: Version): string {
  return version === 'latest'
    ? `kubectl sluice promote ${metadata.name} --full, and wait: kubectl sluice status ${metadata.name}`
    : `put the stable version back into Git, or kubectl sluice undo ${metadata.name}, and wait: kubectl sluice status ${metadata.name}`;
}
