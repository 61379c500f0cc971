import { isSameJson } from '../../../core/merge-patch.ts';
import type { Cause } from '../errors.ts';
import { invalid } from '../metadata.ts';
import type { PodSpec } from './pod.ts';

const FIELDS = ['containers', 'initContainers'] as const;

/** What of a pod's spec may change, as the real server lists it. */
const MUTABLE =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,' +
  '`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** What is wrong with a change of a pod's spec: all but images and few more is final. */
export function changes(now: PodSpec, before: PodSpec): readonly Cause[] {
  const [deadline, old] = [now['activeDeadlineSeconds'], before['activeDeadlineSeconds']];
  if (typeof old === 'number' && (typeof deadline !== 'number' || deadline > old)) {
    const why = 'must be less than or equal to previous value';
    return [invalid('spec.activeDeadlineSeconds', deadline, why)];
  }
  if (now === before || isSameJson(fixed(now, before), before)) return [];
  const message = `Forbidden: pod updates may not change fields other than ${MUTABLE}`;
  return [{ reason: 'FieldValueForbidden', field: 'spec', message }];
}

/** The new spec with everything that may change as it was. */
function fixed(now: PodSpec, before: PodSpec): PodSpec {
  const containers = FIELDS.flatMap((field): [string, unknown][] => {
    const [list, old] = [now[field], before[field]];
    if (list === undefined || old === undefined || list.length !== old.length) return [];
    const same = list.map((one, i) => ({
      ...one,
      image: (old[i] as { image?: unknown } | undefined)?.image,
    }));
    return [[field, same]];
  });
  const kept = ['activeDeadlineSeconds', 'tolerations'].map((field): [string, unknown] => [
    field,
    before[field],
  ]);
  const gates = ungated(now['schedulingGates'], before['schedulingGates']);
  return { ...now, ...Object.fromEntries([...containers, ...kept]), ...gates };
}

/** Gates may be opened, one after the other, and never shut. */
function ungated(now: unknown = [], before: unknown = []): object {
  if (!Array.isArray(now) || !Array.isArray(before) || before.length === 0) return {};
  const isOpened = now.every((gate) => before.some((old) => isSameJson(gate, old)));
  return isOpened ? { schedulingGates: before } : {};
}
