import type { Manifest } from '../../../api/meta.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import type { Cause } from '../errors.ts';
import type { Strategy } from './strategy.ts';

/** ConfigMaps and Secrets: what is immutable stays. */
export const content: Strategy = {
  causes: (object, live) => (live === null ? [] : immutableCauses(object, live)),
};

function immutableCauses(object: Manifest, live: Manifest): readonly Cause[] {
  if (live['immutable'] !== true) return [];
  const forbid = (field: string, why: string): Cause => ({
    reason: 'FieldValueForbidden',
    field,
    message: `Forbidden: ${why}`,
  });
  const why = 'field is immutable when `immutable` is set';
  return [
    ...(object['immutable'] === true ? [] : [forbid('immutable', why)]),
    ...['data', 'binaryData']
      .filter((field) => !isSameJson(object[field], live[field]))
      .map((field) => forbid(field, why)),
  ];
}
