import type { IntOrString, Issue } from '../meta.ts';
import { invalid, notNegative, when } from './issue.ts';

/** The issues of a number of pods that may be a percentage, such as `maxSurge`. */
export function podsOrPercentIssues(path: string, value: IntOrString | undefined): readonly Issue[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return notNegative(path, value);
  const rule = "a percentage must be digits followed by '%', such as '25%'";
  return when(!/^\d+%$/.test(value), invalid(path, value, rule));
}

/** Whether it stands for no pods at all. */
export function isZero(value: IntOrString): boolean {
  return value === 0 || (typeof value === 'string' && /^0+%$/.test(value));
}
