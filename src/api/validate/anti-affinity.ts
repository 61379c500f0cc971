import type { Issue } from '../meta.ts';
import type { AntiAffinity } from '../rollout.ts';
import { invalid, when } from './issue.ts';

const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** The issues of an anti-affinity. */
export function antiAffinityIssues(path: string, antiAffinity: AntiAffinity | undefined): readonly Issue[] {
  if (antiAffinity === undefined) return [];
  const preferred = antiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
  const isPreferred = preferred !== undefined;
  const isRequired = antiAffinity.requiredDuringSchedulingIgnoredDuringExecution !== undefined;
  if (isPreferred === isRequired) {
    const shown = `antiAffinity.PreferredDuringSchedulingIgnoredDuringExecution: ${isPreferred} antiAffinity.RequiredDuringSchedulingIgnoredDuringExecution: ${isRequired}`;
    return [invalid(path, shown, 'AntiAffinity must have exactly one strategy listed')];
  }
  const weight = preferred?.weight ?? 1;
  return when(
    weight < 1 || weight > 100,
    invalid(`${path}.${PREFERRED}.weight`, weight, 'AntiAffinity weight must be between 1-100'),
  );
}
