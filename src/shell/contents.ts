import { createHash } from 'node:crypto';
import type { Manifest } from '../api/meta.ts';
import { isSameJson } from '../core/merge-patch.ts';
import type { CopyChange } from '../core/plan.ts';
import type { ConfigurationObject } from '../core/rollout/configuration-copies.ts';
import type { KubeObject } from './kube/object.ts';
import { withoutManagedFields } from './kube/project.ts';

/** The fields that make up what is in a ConfigMap or a Secret. */
const CONTENT = ['type', 'data', 'binaryData'] as const;

/** What is kept of a ConfigMap or a Secret: metadata, and a hash of what is in it. Values are not kept. */
export function configurationObject(raw: KubeObject): ConfigurationObject & KubeObject {
  const { apiVersion = 'v1', kind, metadata } = withoutManagedFields<KubeObject>(raw);
  const { name, namespace, uid, resourceVersion, labels, annotations, ownerReferences } = metadata;
  const slim = { name, namespace, uid, resourceVersion, labels, annotations, ownerReferences };
  // A list or a manifest that somebody applied holds the values once more, in an annotation.
  const noted = Object.entries(annotations ?? {}).filter(([key]) => key.startsWith('sluice.dev/'));
  return {
    apiVersion,
    kind: kind === 'Secret' ? 'Secret' : 'ConfigMap',
    metadata: { ...given(slim), name, annotations: Object.fromEntries(noted) },
    contentHash: contentHash(raw),
  };
}

/** The same for the same type, data and binary data, whatever the order of keys; 10 letters and digits. */
export function contentHash(raw: object): string {
  const fields = raw as Readonly<Record<string, unknown>>;
  const parts = CONTENT.map((field) => [field, sorted(fields[field])] as const);
  const content = parts.filter(([, value]) => value !== undefined && !isSameJson(value, {}));
  const digest = createHash('sha256').update(JSON.stringify(content)).digest();
  return [...digest.subarray(0, HASH_LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

const HASH_LENGTH = 10;
/** Of 32, so that each is as likely; none that make words, as in Kubernetes. */
const LETTERS = 'bcdfghjklmnpqrstvwxz0123456789yu';

/** A copy that never changes, with what is in its source. */
export function copyOf(source: object, { apiVersion, kind, metadata }: CopyChange): Manifest {
  const fields = source as Readonly<Record<string, unknown>>;
  const content = CONTENT.filter((field) => fields[field] !== undefined);
  return {
    apiVersion,
    kind,
    metadata,
    immutable: true,
    ...Object.fromEntries(content.map((field) => [field, fields[field]])),
  };
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The fields that have a value. */
function given<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>;
}
