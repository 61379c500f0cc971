import type { Experiment, ExperimentTemplate, ExperimentTemplateStatus } from '../../api/experiment.ts';
import { ANNOTATION, LABEL } from '../../api/keys.ts';
import type { PodTemplate } from '../../api/meta.ts';
import type { ReplicaSet, Service } from '../../api/workload.ts';
import { podTemplateHash } from '../hash/template.ts';
import { isOwn } from './owner.ts';
import type { ExperimentWorld } from './world.ts';

/** One template of an experiment, with what there is of it. */
export interface Part {
  readonly template: ExperimentTemplate;
  readonly replicas: number;
  readonly stored: ExperimentTemplateStatus | undefined;
  readonly replicaSetName: string;
  /** How many names were somebody else's; undefined: none. */
  readonly collisionCount: number | undefined;
  /** The value of the hash label of its pods. */
  readonly hash: string;
  readonly replicaSet: ReplicaSet | null;
  /** Null where the template wants no Service. */
  readonly serviceName: string | null;
  /** Null where there is none of that name. */
  readonly service: Service | null;
  /** False where the Service of that name is somebody else's. */
  readonly isServiceOurs: boolean;
}

/** The templates of an experiment in the order of the spec, with what there is of each. */
export function partsOf(world: ExperimentWorld): readonly Part[] {
  const hashes = new Set<string>();
  return world.experiment.spec.templates.map((template) => {
    const part = partOf(world, template, hashes);
    hashes.add(part.hash);
    return part;
  });
}

function partOf(world: ExperimentWorld, template: ExperimentTemplate, used: ReadonlySet<string>): Part {
  const { experiment, services } = world;
  const stored = experiment.status?.templateStatuses?.find(({ name }) => name === template.name);
  const { collisionCount, name } = freeName(world, template, stored?.collisionCount);
  const replicaSet = world.replicaSets.find((one) => one.metadata.name === name) ?? null;
  const serviceName = template.service === undefined ? null : (template.service.name ?? name);
  const service = serviceName === null ? null : (services[serviceName] ?? null);
  return {
    template,
    replicas: template.replicas ?? 1,
    stored,
    replicaSetName: name,
    collisionCount,
    hash: replicaSet?.metadata.labels?.[LABEL.podTemplateHash] ?? freeHash(template.template, used),
    replicaSet,
    serviceName,
    service,
    isServiceOurs: service === null || isOwn(service, experiment),
  };
}

/** The name of the ReplicaSet: another number behind it for each that is somebody else's. */
function freeName(world: ExperimentWorld, template: ExperimentTemplate, known: number | undefined) {
  const base = `${world.experiment.metadata.name}-${template.name}`;
  for (let count = known ?? 0; ; count++) {
    const name = count === 0 ? base : `${base}-${count}`;
    if (!world.isTaken({ kind: 'ReplicaSet', name }))
      return { name, collisionCount: count === 0 ? undefined : count };
  }
}

/**
 * A hash that no other pods have: neither those of the version that the template was copied from, which
 * carries a label of its own, nor those of another template. A Service that selects one version by its hash
 * must not send requests to an experiment.
 */
export function freeHash(template: PodTemplate, used: ReadonlySet<string>): string {
  const copied = template.metadata?.labels?.[LABEL.podTemplateHash];
  const bare = withoutHash(template);
  for (let collisions: number | undefined; ; collisions = (collisions ?? -1) + 1) {
    const hash = podTemplateHash(bare, collisions);
    if (hash !== copied && !used.has(hash)) return hash;
  }
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [LABEL.podTemplateHash]: copied, ...labels } = template.metadata?.labels ?? {};
  return copied === undefined ? template : { ...template, metadata: { ...template.metadata, labels } };
}

/** What marks the ReplicaSet and the Service of a template. */
export function markOf(experiment: Experiment, { template }: Part): Readonly<Record<string, string>> {
  return {
    [ANNOTATION.experimentName]: experiment.metadata.name,
    [ANNOTATION.experimentTemplateName]: template.name,
  };
}
