import type { Issue, LabelSelector, StringMap } from '../meta.ts';
import { at } from '../path.ts';
import { isEmptySelector, selects } from '../selector.ts';
import { forbidden, invalid, required, unsupported } from './issue.ts';
import { labelsIssues, qualifiedName } from './names.ts';

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** Everything that Kubernetes has against a label selector. It may be empty. */
export function selectorIssues(path: string, selector: LabelSelector): readonly Issue[] {
  const expressions = (selector.matchExpressions ?? []).flatMap((requirement, index) => {
    const { key, operator, values = [] } = requirement;
    const here = at(path, 'matchExpressions', index);
    const wantsValues = operator === 'In' || operator === 'NotIn';
    return [
      ...qualifiedName(at(here, 'key'), key),
      ...(OPERATORS.includes(operator) ? [] : [unsupported(at(here, 'operator'), operator, OPERATORS)]),
      ...(wantsValues && values.length === 0
        ? [required(at(here, 'values'), "must be specified when `operator` is 'In' or 'NotIn'")]
        : []),
      ...(!wantsValues && values.length > 0
        ? [
            forbidden(
              at(here, 'values'),
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            ),
          ]
        : []),
    ];
  });
  return [...labelsIssues(at(path, 'matchLabels'), selector.matchLabels), ...expressions];
}

/** The issues of the selector of a workload and the labels of its pods. */
export function workloadSelectorIssues(
  path: string,
  selector: LabelSelector,
  pods: { readonly path: string; readonly labels: StringMap } | null,
): readonly Issue[] {
  if (isEmptySelector(selector)) {
    return [invalid(path, {}, 'empty selector is invalid for deployment')];
  }
  const own = selectorIssues(path, selector);
  if (own.length > 0 || pods === null || selects(selector, pods.labels)) return own;
  const labels = Object.fromEntries(Object.entries(pods.labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [invalid(pods.path, labels, '`selector` does not match template `labels`')];
}
