import { ANNOTATION, LABEL } from '../../api/keys.ts';
import type { LabelSelector, Manifest, ObjectMeta, PodTemplate, StringMap } from '../../api/meta.ts';
import type { Rollout, RolloutSpec } from '../../api/rollout.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { withSourceNames } from './configuration-copies.ts';
import { bareTemplate } from './metadata-memory.ts';

/** An object that `spec.workloadRef` names, of any kind: no more of it than decisions look at. */
export interface WorkloadObject extends Manifest {
  readonly spec: {
    /** Null where the kind has no size, such as a PodTemplate. */
    readonly replicas: number | null;
    /** Null where the kind selects no pods. */
    readonly selector: LabelSelector | null;
    /** Null where there is none at `spec.template` or `template`. */
    readonly template: PodTemplate | null;
  };
  readonly status: {
    readonly observedGeneration: number;
    /** Pods that exist. */
    readonly replicas: number;
    /** Pods of the present template. */
    readonly updated: number;
    readonly available: number;
  };
}

/** What is kept of a workload as the API server sent it. Total: takes any object. */
export function workloadObject(raw: {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: object;
}): WorkloadObject {
  const { apiVersion = '', kind = '', metadata, ...rest } = raw;
  const [spec, status] = [fields(field(rest, 'spec')), fields(field(rest, 'status'))];
  const updated = numberIn(status, 'updatedReplicas');
  const count = numberIn(status, 'replicas') ?? 0;
  return {
    apiVersion,
    kind,
    metadata: slimMetadata(metadata as ObjectMeta),
    spec: {
      replicas: numberIn(spec, 'replicas'),
      selector: objectIn(spec, 'selector') as LabelSelector | null,
      template: (objectIn(spec, 'template') ?? objectIn(rest, 'template')) as PodTemplate | null,
    },
    status: {
      observedGeneration: numberIn(status, 'observedGeneration') ?? 0,
      replicas: count,
      // A ReplicaSet has one template only, and says no such number.
      updated: updated ?? (kind === 'ReplicaSet' ? count : 0),
      available: numberIn(status, 'availableReplicas') ?? 0,
    },
  };
}

/** Annotations of a workload that are ours; those of others change often, and say nothing to us. */
const OURS: readonly string[] = [ANNOTATION.epoch, ANNOTATION.scaledDown];

function slimMetadata(metadata: ObjectMeta): ObjectMeta {
  const { name, namespace, uid, resourceVersion, generation, deletionTimestamp, ownerReferences } = metadata;
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => OURS.includes(key));
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
  };
}

/**
 * A rollout with the template and the selector of the workload that it refers to, and with the workload's
 * generation as an annotation. In memory only: nothing that is written contains them. The same objects give
 * the same spec, so that what is remembered by it is found again.
 */
export function withWorkload(stored: Rollout, object: WorkloadObject): Rollout {
  const generation = { [ANNOTATION.workloadGeneration]: String(object.metadata.generation ?? 0) };
  const annotations: StringMap = { ...stored.metadata.annotations, ...generation };
  const spec = specWith(stored.spec, object.spec);
  return { ...stored, metadata: { ...stored.metadata, annotations }, spec };
}

/** Filled in specs, by the two specs that they are made of. */
const filled = new WeakMap<object, WeakMap<object, RolloutSpec>>();

function specWith(stored: RolloutSpec, workload: Pick<WorkloadObject['spec'], 'selector' | 'template'>) {
  const known = filled.get(stored) ?? new WeakMap<object, RolloutSpec>();
  filled.set(stored, known);
  const { selector, template } = workload;
  const made = known.get(workload) ?? {
    ...stored,
    ...(selector === null ? {} : { selector }),
    ...(template === null ? {} : { template }),
  };
  known.set(workload, made);
  return made;
}

/**
 * A rollout whose workload is gone, with the template and selector of the version that it was last seen to
 * want: pods are kept as they are, whoever deleted the workload. Null where that is not known.
 */
export function withLastTemplate(stored: Rollout, replicaSets: readonly ReplicaSet[]): Rollout | null {
  const hash = stored.status?.currentPodHash;
  const last = replicaSets.find(({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === hash);
  if (hash === undefined || last === undefined) return null;
  return { ...stored, spec: specWith(stored.spec, lastSpec(last)) };
}

/** Recovered specs, by the spec of the ReplicaSet. */
const recovered = new WeakMap<object, Pick<WorkloadObject['spec'], 'selector' | 'template'>>();

function lastSpec(last: ReplicaSet) {
  const { spec } = last;
  const known = recovered.get(spec);
  if (known !== undefined) return known;
  const bare = withSourceNames(last, bareTemplate(last));
  const { [LABEL.podTemplateHash]: _label, ...labels } = bare.metadata?.labels ?? {};
  const template = { ...bare, metadata: { ...bare.metadata, labels } };
  const { [LABEL.podTemplateHash]: _hash, ...matchLabels } = spec.selector.matchLabels ?? {};
  const made = { selector: { ...spec.selector, matchLabels }, template };
  recovered.set(spec, made);
  return made;
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function field(object: object, name: string): unknown {
  return (object as Fields)[name];
}

function objectIn(object: object, name: string): Fields | null {
  const value = field(object, name);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function numberIn(object: object, name: string): number | null {
  const value = field(object, name);
  return typeof value === 'number' ? value : null;
}
