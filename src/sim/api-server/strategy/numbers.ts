import type { IntOrString, Manifest } from '../../../api/meta.ts';
import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';

/** A value that must be there. */
export function required(field: string, why = ''): Cause {
  return {
    reason: 'FieldValueRequired',
    field,
    message: why === '' ? 'Required value' : `Required value: ${why}`,
  };
}

/** A field that must not be set here. */
export function forbidden(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${why}` };
}

/** A value that is there a second time. */
export function duplicate(field: string, value: unknown): Cause {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${JSON.stringify(value)}` };
}

const NEGATIVE = 'must be greater than or equal to 0';

/** Numbers of a spec that must not be negative. */
export function countCauses(
  spec: Readonly<Record<string, unknown>> | object,
  fields: readonly string[],
): readonly Cause[] {
  const values = spec as Readonly<Record<string, unknown>>;
  return fields
    .filter((field) => Number(values[field] ?? 0) < 0)
    .map((field) => invalid(`spec.${field}`, values[field], NEGATIVE));
}

/** A number of pods, or a share of them such as `25%`, of at most `mostPercent`. */
export function shareCauses(
  field: string,
  value: IntOrString | undefined,
  mostPercent = Number.POSITIVE_INFINITY,
): readonly Cause[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return value < 0 ? [invalid(field, value, NEGATIVE)] : [];
  if (!/^\d+%$/.test(value)) {
    const why =
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', " +
      "regex used for validation is '[0-9]+%')";
    return [invalid(field, value, why)];
  }
  if (Number(value.slice(0, -1)) <= mostPercent) return [];
  return [invalid(field, value, `must not be greater than ${mostPercent}%`)];
}

interface Counts {
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

/** What does not add up in the status of a workload, where that is new. */
export function statusCauses(object: Manifest, live: Manifest | null): readonly Cause[] {
  if (object['status'] === live?.['status']) return [];
  const status = (object['status'] ?? {}) as Counts;
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  const isDeployment = object.kind === 'Deployment';
  const parts = isDeployment
    ? (['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const)
    : (['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const);
  const negative = (['replicas', ...parts] as const)
    .filter((field) => (status[field] ?? 0) < 0)
    .map((field) => invalid(`status.${field}`, status[field], NEGATIVE));
  const tooMany = parts
    .filter((field) => (status[field] ?? 0) > replicas)
    .map((field) => invalid(`status.${field}`, status[field] ?? 0, 'cannot be greater than status.replicas'));
  const why = 'cannot be greater than readyReplicas';
  const unready =
    availableReplicas > readyReplicas ? [invalid('status.availableReplicas', availableReplicas, why)] : [];
  return [...negative, ...tooMany, ...unready];
}
