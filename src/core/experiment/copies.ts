import type { ExperimentTemplate } from '../../api/experiment.ts';
import { LABEL } from '../../api/keys.ts';
import type { LabelSelector, PodTemplate } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { ExperimentStepTemplate } from '../../api/steps.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { bareTemplate, withMetadata } from '../rollout/metadata-memory.ts';

/** The pods of one version of a release, as an experiment may copy them. */
export interface VersionPods {
  /** The version's value of the label `rollouts-pod-template-hash`. */
  readonly hash: string;
  /** That of the version's ReplicaSet, with the label of its hash. */
  readonly selector: LabelSelector;
  /** As its user wrote it, but for the label of the version's hash and what the API server fills in. */
  readonly template: PodTemplate;
  readonly minReadySeconds?: number;
  readonly progressDeadlineSeconds?: number;
}

/** The pods of the version that a ReplicaSet of this rollout is. */
export function versionPods(replicaSet: ReplicaSet, { spec }: Rollout): VersionPods {
  const { minReadySeconds, progressDeadlineSeconds } = spec;
  return {
    hash: replicaSet.metadata.labels?.[LABEL.podTemplateHash] ?? '',
    selector: replicaSet.spec.selector,
    template: bareTemplate(replicaSet),
    ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    ...(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }),
  };
}

/** A template of an experiment with the pods of a version, and with what is wanted besides. */
export function copyOf(
  pods: Pick<VersionPods, 'selector' | 'template' | 'minReadySeconds'>,
  wanted: Omit<ExperimentStepTemplate, 'specRef'>,
): ExperimentTemplate {
  const { name, replicas, metadata = {}, weight } = wanted;
  const { labels = {}, annotations = {} } = metadata;
  const { minReadySeconds } = pods;
  const selector = wanted.selector ?? pods.selector;
  // Traffic goes to pods through a Service.
  const service = wanted.service ?? (weight === undefined ? undefined : {});
  return {
    name,
    ...(replicas === undefined ? {} : { replicas }),
    ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    selector: { ...selector, matchLabels: { ...selector.matchLabels, ...labels } },
    template: withMetadata(pods.template, { labels, annotations }),
    ...(service === undefined ? {} : { service }),
  };
}
