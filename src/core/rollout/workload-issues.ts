import type { Issue } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import { isEmptySelector } from '../../api/selector.ts';
import { validateRollout } from '../../api/validate/index.ts';
import type { Workload } from '../world.ts';

/**
 * Everything that is wrong with a rollout whose template is in another workload: with the rollout by itself,
 * with the way to the workload, or with what was found there. The messages are those of the API that we are
 * compatible with, where it has one.
 */
export function workloadIssues({ stored, issues }: Workload, rollout: Rollout): readonly Issue[] {
  const own = validateRollout(stored).map(withoutPath);
  if (own.length > 0) return own;
  if (issues.length > 0) return issues;
  // Without the reference it is like any other rollout.
  const { workloadRef: _, ...spec } = rollout.spec;
  if (spec.selector !== undefined && !isEmptySelector(spec.selector))
    return validateRollout({ ...rollout, spec });
  const labels = JSON.stringify(spec.template?.metadata?.labels ?? {});
  const path = 'spec.template.metadata.labels';
  return [{ path, message: `Invalid value: ${labels}: \`selector\` does not match template \`labels\`` }];
}

/** What clients know is told without saying where it is. */
function withoutPath(issue: Issue): Issue {
  const isKnown = issue.path === 'spec.template' || issue.path === 'spec.workloadRef.kind';
  return isKnown ? { ...issue, path: '' } : issue;
}
