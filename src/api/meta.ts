/** Any JSON value, as it comes from the Kubernetes API. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object whose fields we do not know. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A point in time as Kubernetes writes it: RFC 3339, whole seconds, UTC, e.g. `2026-11-21T08:00:00Z`. */
export type Timestamp = string;

/** A length of time as Go writes it, e.g. `30s`, `5m`, `1h30m`, `500ms`. */
export type Duration = string;

/** A number, or text that holds a number, a percentage or a duration: the field's own comment says which. */
export type IntOrString = number | string;

/** Labels or annotations. */
export type StringMap = Readonly<Record<string, string>>;

/** Says that the object is deleted with its owner. At most one reference has `controller: true`. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** The metadata that Kubernetes keeps of every object: the fields that we read or write. */
export interface ObjectMeta {
  readonly name: string;
  /** Absent on cluster-scoped objects. */
  readonly namespace?: string;
  /** Asks the API server to append a random suffix; only in objects that are to be created. */
  readonly generateName?: string;
  /** Unique over time; a recreated object of the same name has another. Absent until the object is stored. */
  readonly uid?: string;
  /** Changes with every write. Opaque: compare for equality only. */
  readonly resourceVersion?: string;
  /** Rises with every change of the spec. */
  readonly generation?: number;
  readonly creationTimestamp?: Timestamp;
  /** Set once deletion has been asked for; the object may live on until its finalizers are gone. */
  readonly deletionTimestamp?: Timestamp;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly JsonObject[];
}

/**
 * A raw Kubernetes object of any kind. What we do not know is kept: it is passed on, never rebuilt through a
 * type.
 */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** Selects objects by label. All parts must hold; an empty selector selects everything. */
export interface LabelSelector {
  readonly matchLabels?: StringMap;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

/** One condition on one label. */
export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Not empty for `In` and `NotIn`, absent for the others. */
  readonly values?: readonly string[];
}

/** Labels and annotations to put on something that we create. */
export interface ExtraMetadata {
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
}

/**
 * The pods to make, as raw JSON. Never rebuilt through a type that does not know all of its fields:
 * that would lose what a newer Kubernetes has, and change the hash.
 */
export interface PodTemplate {
  readonly metadata?: ExtraMetadata & Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Something wrong with an object that somebody wrote. Wrong input is a list of these, all of them. */
export interface Issue {
  /**
   * Where: e.g. `spec.strategy.canary.steps[3].setWeight`. Keys that are no plain words stand as
   * `labels["a/b"]`.
   */
  readonly path: string;
  /** What is wrong, and where it helps what would be right. Does not repeat the path. */
  readonly message: string;
}

/** One member of `status.conditions` of a Rollout or an Experiment. */
export interface Condition<Type extends string = string> {
  readonly type: Type;
  readonly status: 'True' | 'False' | 'Unknown';
  /** When status, reason or message last changed, or progress was last seen. */
  readonly lastUpdateTime: Timestamp;
  /** When the status last changed. */
  readonly lastTransitionTime: Timestamp;
  /** One word in CamelCase, for machines. */
  readonly reason: string;
  /** A sentence, for people. */
  readonly message: string;
}
