import type { LabelSelector, LabelSelectorRequirement, StringMap } from './meta.ts';

/** A label selector as text, as `kubectl get -l` takes it: `app=web,tier in (a,b)`. Keys in order. */
export function selectorText(selector: LabelSelector | undefined): string {
  const pairs = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({
    key,
    text: `${key}=${value}`,
  }));
  const rest = (selector?.matchExpressions ?? []).map(({ key, operator, values }) => {
    const list = [...(values ?? [])].sort().join(',');
    switch (operator) {
      case 'In':
        return { key, text: `${key} in (${list})` };
      case 'NotIn':
        return { key, text: `${key} notin (${list})` };
      case 'Exists':
        return { key, text: key };
      case 'DoesNotExist':
        return { key, text: `!${key}` };
      default:
        return operator satisfies never;
    }
  });
  const all = [...pairs, ...rest].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return all.map((requirement) => requirement.text).join(',');
}

/**
 * True where labels satisfy a selector. An empty selector matches nothing here: no workload may own every
 * pod.
 */
export function matches(selector: LabelSelector | undefined, labels: StringMap): boolean {
  return selector !== undefined && !isEmptySelector(selector) && selects(selector, labels);
}

/** Whether a selector says nothing, and so selects everything. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  );
}

/** Whether labels satisfy a selector. An empty selector is satisfied by all. */
export function selects(selector: LabelSelector, labels: StringMap): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (!Object.entries(matchLabels).every(([key, value]) => labels[key] === value)) return false;
  return matchExpressions.every((requirement) => meets(requirement, labels));
}

/** Whether labels meet one requirement. */
export function meets({ key, operator, values = [] }: LabelSelectorRequirement, labels: StringMap): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return operator satisfies never;
  }
}
