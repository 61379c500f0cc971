import type { ObjectMeta, OwnerReference, StringMap } from '../../api/meta.ts';
import { isSameJson } from '../../core/merge-patch.ts';
import type { Kind } from './api.ts';
import type { Cause } from './errors.ts';
import {
  labelKeyFaults,
  labelValueFaults,
  namespaceFaults,
  pathFaults,
  serviceFaults,
  subdomainFaults,
} from './names.ts';

const MOST_ANNOTATION_BYTES = 256 * 1024;
const STANDARD_FINALIZERS = ['foregroundDeletion', 'kubernetes', 'orphan'];

/** What is wrong with the metadata of any object, new or changed. Custom resources may have any finalizer. */
export function metadataCauses(kind: Kind, metadata: ObjectMeta, isCustom: boolean): readonly Cause[] {
  const { name, generateName = '', labels = {}, annotations = {} } = metadata;
  const { ownerReferences = [], finalizers = [] } = metadata;
  const faultsOf = nameRules[kind.group === '' ? kind.resource : kind.group] ?? subdomainFaults;
  return [
    ...(generateName === '' || faultsOf(`${generateName.replace(/[-.]$/, '')}`).length === 0
      ? []
      : faultsOf(generateName).map((fault) => invalid('metadata.generateName', generateName, fault))),
    ...faultsOf(name).map((fault) => invalid('metadata.name', name, fault)),
    ...labelCauses('metadata.labels', labels),
    ...annotationCauses(annotations),
    ...ownerCauses(ownerReferences),
    ...finalizers.flatMap((finalizer, i) => finalizerCauses(finalizer, i, isCustom)),
  ];
}

/** What a client is told of metadata that is accepted all the same. */
export function metadataWarnings(metadata: ObjectMeta, isCustom: boolean): readonly string[] {
  const loose = isCustom ? (metadata.finalizers ?? []).filter((finalizer) => !isFullName(finalizer)) : [];
  const owners = (metadata.ownerReferences ?? []).map(({ uid }) => uid);
  const twice = [...new Set(owners.filter((uid, i) => owners.indexOf(uid) !== i))];
  return [
    ...loose.map(
      (finalizer) =>
        `metadata.finalizers: ${JSON.stringify(finalizer)}: prefer a domain-qualified finalizer name to avoid ` +
        'accidental conflicts with other finalizer writers',
    ),
    ...(twice.length === 0
      ? []
      : [
          '.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, ' +
            'and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) ' +
            `observed: ${twice.join(', ')}`,
        ]),
  ];
}

/** Metadata in which every owner is named once. */
export function withSingleOwners(metadata: ObjectMeta): ObjectMeta {
  const { ownerReferences = [] } = metadata;
  const single = ownerReferences.filter(
    (owner, i) => ownerReferences.findIndex((other) => isSameJson(other, owner)) === i,
  );
  return single.length === ownerReferences.length ? metadata : { ...metadata, ownerReferences: single };
}

/** What is wrong with labels, at any place of an object. */
export function labelCauses(field: string, labels: StringMap): readonly Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...labelKeyFaults(key).map((fault) => invalid(field, key, fault)),
    ...labelValueFaults(value).map((fault) => invalid(field, value, fault)),
  ]);
}

/** What of the metadata may not change from one version of an object to the next. */
export function changedMetadataCauses(live: ObjectMeta, given: ObjectMeta): readonly Cause[] {
  const causes: Cause[] = [];
  if (given.uid !== undefined && given.uid !== '' && given.uid !== live.uid) {
    causes.push(invalid('metadata.uid', given.uid, 'field is immutable'));
  }
  const { deletionTimestamp } = given;
  if (deletionTimestamp !== undefined && deletionTimestamp !== (live.deletionTimestamp ?? null)) {
    if (deletionTimestamp !== null) {
      causes.push(invalid('metadata.deletionTimestamp', deletionTimestamp, 'field is immutable'));
    }
  }
  const { deletionGracePeriodSeconds: grace } = given;
  if (typeof grace === 'number' && grace !== live.deletionGracePeriodSeconds) {
    causes.push(invalid('metadata.deletionGracePeriodSeconds', grace, 'field is immutable'));
  }
  const added = (given.finalizers ?? []).filter((finalizer) => !live.finalizers?.includes(finalizer));
  if (live.deletionTimestamp !== undefined && added.length > 0) {
    const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
    const message =
      'Forbidden: no new finalizers can be added if the object is being deleted, ' +
      `found new finalizers []string{${list}}`;
    causes.push({ reason: 'FieldValueForbidden', field: 'metadata.finalizers', message });
  }
  return causes;
}

/** A cause of the most frequent sort. */
export function invalid(field: string, value: unknown, why: string): Cause {
  const message = `Invalid value: ${JSON.stringify(value) ?? 'null'}: ${why}`;
  return { reason: 'FieldValueInvalid', field, message };
}

/** By resource in the core group, by group elsewhere; all others have names like domains. */
const nameRules: Readonly<Record<string, (name: string) => readonly string[]>> = {
  namespaces: namespaceFaults,
  services: serviceFaults,
  'rbac.authorization.k8s.io': pathFaults,
};

function annotationCauses(annotations: StringMap): readonly Cause[] {
  const entries = Object.entries(annotations);
  const keys = entries.flatMap(([key]) =>
    labelKeyFaults(key.toLowerCase()).map((fault) => invalid('metadata.annotations', key, fault)),
  );
  const bytes = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (bytes <= MOST_ANNOTATION_BYTES) return keys;
  const message = `Too long: may not be more than ${MOST_ANNOTATION_BYTES} bytes`;
  return [...keys, { reason: 'FieldValueTooLong', field: 'metadata.annotations', message }];
}

function ownerCauses(owners: readonly OwnerReference[]): readonly Cause[] {
  const required = owners.flatMap((owner) =>
    (['apiVersion', 'kind', 'name', 'uid'] as const).flatMap((field): Cause[] => {
      if ((owner[field] ?? '') !== '') return [];
      const why = field === 'apiVersion' ? 'version must not be empty' : 'must not be empty';
      return [invalid(`metadata.ownerReferences.${field}`, '', why)];
    }),
  );
  const [first, second] = owners.filter((owner) => owner.controller === true);
  if (first === undefined || second === undefined) return required;
  const why =
    'Only one reference can have Controller set to true. ' +
    `Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`;
  return [...required, invalid('metadata.ownerReferences', owners, why)];
}

function isFullName(finalizer: string): boolean {
  return finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer);
}

function finalizerCauses(finalizer: string, i: number, isCustom: boolean): readonly Cause[] {
  const faults = labelKeyFaults(finalizer);
  if (faults.length > 0) return faults.map((fault) => invalid('metadata.finalizers', finalizer, fault));
  if (isCustom || isFullName(finalizer)) return [];
  const field = `metadata.finalizers[${i}]`;
  return [invalid(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
}
