import type { Manifest } from '../../api/meta.ts';
import { type Fields, fieldsOf, listOf } from '../fields.ts';

/** What a reference to a parent means where it leaves something out. */
const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway' };

/**
 * True where a Gateway of this route has told that it still goes by an older version of it. One that tells
 * nothing, and one that the route names no more, may have followed long ago: of those nothing is known.
 * Source: https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus
 */
export function isLagging({ metadata, ...rest }: Manifest): boolean {
  const { generation, namespace } = metadata;
  if (generation === undefined) return false;
  const named = new Set(listOf(fieldsOf(rest['spec'])['parentRefs']).map((ref) => parentKey(ref, namespace)));
  return listOf(fieldsOf(rest['status'])['parents'])
    .map(fieldsOf)
    .filter(({ parentRef }) => named.has(parentKey(parentRef, namespace)))
    .some((parent) => {
      const seen = acceptedOf(parent)?.['observedGeneration'];
      return typeof seen === 'number' && seen < generation;
    });
}

function acceptedOf({ conditions }: Fields): Fields | undefined {
  return listOf(conditions)
    .map(fieldsOf)
    .find(({ type }) => type === 'Accepted');
}

function parentKey(value: unknown, namespace: string | undefined): string {
  const ref = fieldsOf(value);
  const { group = GATEWAY.group, kind = GATEWAY.kind, name, sectionName, port } = ref;
  return JSON.stringify([group, kind, ref['namespace'] ?? namespace, name, sectionName, port]);
}
