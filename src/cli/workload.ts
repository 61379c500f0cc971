import type { Manifest } from '../api/meta.ts';
import { type Resource, resources } from '../api/resources.ts';
import type { Rollout } from '../api/rollout.ts';
import type { KubeObject } from '../shell/kube/object.ts';
import type { Cluster } from './io.ts';
import { Refusal } from './refusal.ts';

/** Where the pod template of a rollout is kept: in itself, or in the workload that it refers to. */
export interface TemplateHolder {
  readonly resource: Resource;
  readonly name: string;
  /** For messages: `rollout`, `deployment`. */
  readonly noun: string;
  /** JSON pointer of the pod template. */
  readonly path: string;
  readonly template: unknown;
}

const WORKLOADS: Readonly<Record<string, Resource>> = {
  Deployment: resources.deployments,
  ReplicaSet: resources.replicaSets,
  PodTemplate: resources.podTemplates,
};

/**
 * Finds the pod template of a rollout. Throws a Failure where the workload that it refers to is not there.
 */
export async function templateHolder(cluster: Cluster, rollout: Rollout): Promise<TemplateHolder> {
  const { workloadRef, template } = rollout.spec;
  if (workloadRef === undefined) {
    const { name } = rollout.metadata;
    return { resource: resources.rollouts, name, noun: 'rollout', path: '/spec/template', template };
  }
  const { kind = '', name = '' } = workloadRef;
  const resource = WORKLOADS[kind];
  if (resource === undefined) throw new Refusal(`spec.workloadRef: cannot change a ${kind}`);
  const place = { namespace: cluster.namespace, name };
  const object = await cluster.api.get<Manifest & KubeObject>(resource, place);
  const holder = kind === 'PodTemplate' ? object : (object['spec'] as { readonly template?: unknown });
  const path = kind === 'PodTemplate' ? '/template' : '/spec/template';
  return { resource, name, noun: kind.toLowerCase(), path, template: holder.template };
}
