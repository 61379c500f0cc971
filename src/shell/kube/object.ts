/** Names an owner, by which it is found and whether it is in charge. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** The metadata that we look at. The rest is there too, untouched, as everything here is raw JSON. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
}

/** Any object as the API server sent it. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Metadata;
}

/** `namespace/name`, or `name` for what lives in no namespace. */
export type ObjectKey = string;

/** The key of an object in its cache and in a queue. */
export function keyOf(object: KubeObject): ObjectKey {
  const { namespace, name } = object.metadata;
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** The parts of a key; the namespace is empty for what lives in none. */
export function partsOf(key: ObjectKey): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, Math.max(slash, 0)), name: key.slice(slash + 1) };
}

/**
 * Compares two resourceVersions of one resource: negative, 0 or positive; null if they say nothing about
 * order. They are decimal integers that grow, promised since Kubernetes 1.35 and true on etcd ever before.
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export function compareVersions(left: string | undefined, right: string | undefined): number | null {
  if (left === right && left !== undefined) return 0;
  if (left === undefined || right === undefined) return null;
  if (!/^[1-9][0-9]*$/.test(left) || !/^[1-9][0-9]*$/.test(right)) return null;
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : 1;
}
