import type { Manifest } from '../../../src/api/meta.ts';
import type { Resource } from '../../../src/api/resources.ts';
import { APPLIED, FIELD_MANAGER, SYNC_LABEL } from '../../../src/sync/keys.ts';
import { digestOf, keyOf } from '../../../src/sync/manifests/declared.ts';
import type { Wanted } from '../../../src/sync/wanted.ts';

/** The sync of tests. */
export const ID = 'shop-1';

/** An object of the namespace `shop`. */
export function object(kind: string, name: string, more: object = {}): Manifest {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
  return { apiVersion, kind, metadata: { name, namespace: 'shop' }, ...more };
}

/** The same as Git wants it. */
export function wanted(manifest: Manifest): Wanted {
  const { kind } = manifest;
  const resource: Resource = {
    group: '',
    version: 'v1',
    resource: `${kind.toLowerCase()}s`,
    kind,
    namespaced: true,
  };
  const key = keyOf(manifest);
  const origin = { file: 'a.yaml', line: 1 };
  return { key, writtenKey: key, manifest, hash: digestOf(manifest), origin, resource, isKindNew: false };
}

/** The same as it is in the cluster after it was applied; `metadata` is merged in. */
export function live(manifest: Manifest, metadata: object = {}): Manifest {
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      labels: { [SYNC_LABEL]: ID },
      annotations: { [APPLIED]: digestOf(manifest) },
      managedFields: [{ manager: FIELD_MANAGER, operation: 'Apply' }],
      ...metadata,
    },
  };
}

interface Tree {
  [key: string]: Tree;
}

/** An entry of managed fields: what somebody has written, as paths `spec.replicas`. */
export function written(manager: string, paths: readonly string[], subresource = '') {
  const fieldsV1: Tree = {};
  for (const path of paths) {
    let node = fieldsV1;
    for (const part of path.split('.')) {
      const key = /^[kvi]:/.test(part) ? part : `f:${part}`;
      const child = node[key] ?? {};
      node[key] = child;
      node = child;
    }
  }
  const operation = manager === FIELD_MANAGER ? 'Apply' : 'Update';
  return { manager, operation, fieldsV1, ...(subresource === '' ? {} : { subresource }) };
}
