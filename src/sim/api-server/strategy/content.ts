import type { Manifest, StringMap } from '../../../api/meta.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import { forbidden } from './numbers.ts';
import type { Strategy } from './strategy.ts';

/** ConfigMaps and Secrets: keys that can be names of files; what is immutable stays. */
export const content: Strategy = {
  causes: (object, live) => [
    ...(object['data'] === live?.['data'] ? [] : keyCauses(object)),
    ...(live === null ? [] : immutableCauses(object, live)),
    ...(live === null || object.kind !== 'Secret' || object['type'] === live['type']
      ? []
      : [invalid('type', object['type'], 'field is immutable')]),
  ],
};

const KEY = /^[-._a-zA-Z0-9]+$/;
const MOST_BYTES = 1024 * 1024;

function keyCauses(object: Manifest): readonly Cause[] {
  const data = (object['data'] ?? {}) as StringMap;
  const binary = (object['binaryData'] ?? {}) as StringMap;
  const keys = Object.keys(data).flatMap((key) => {
    const field = `data[${key}]`;
    const twice = Object.hasOwn(binary, key) ? ['duplicate of key present in binaryData'] : [];
    return [...keyFaults(key), ...twice].map((fault) => invalid(field, key, fault));
  });
  const bytes = Object.values(data).reduce(
    (sum, value) => sum + (object.kind === 'Secret' ? (value.length * 3) / 4 : Buffer.byteLength(value)),
    0,
  );
  if (bytes <= MOST_BYTES) return keys;
  const isSecret = object.kind === 'Secret';
  const message = `Too long: may not be more than ${MOST_BYTES} bytes`;
  return [...keys, { reason: 'FieldValueTooLong', field: isSecret ? 'data' : '', message }];
}

function keyFaults(key: string): readonly string[] {
  if (key === '.' || key === '..') return [`must not be '${key}'`];
  if (KEY.test(key)) return [];
  return [
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or " +
      "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
  ];
}

function immutableCauses(object: Manifest, live: Manifest): readonly Cause[] {
  if (live['immutable'] !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  return [
    ...(object['immutable'] === true ? [] : [forbidden('immutable', why)]),
    ...['data', 'binaryData']
      .filter((field) => !isSameJson(object[field], live[field]))
      .map((field) => forbidden(field, why)),
  ];
}
