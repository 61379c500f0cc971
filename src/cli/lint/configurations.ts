import type { Issue } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import { stickySessionsIssues } from '../../api/sessions.ts';
import { stepPluginIssues } from '../../core/steps/index.ts';
import { routersOf } from '../../routers/index.ts';

/**
 * What is wrong with the parts of a Rollout that traffic routers, step plugins and sessions read, each its
 * own. Total, also of an object without metadata.
 */
export function configurationIssues(rollout: Rollout): readonly Issue[] {
  const { metadata }: Partial<Rollout> = rollout;
  return [
    ...(metadata === undefined ? [] : stickySessionsIssues(metadata)),
    ...routerIssues(rollout),
    ...stepPluginIssues(rollout),
  ];
}

function routerIssues({ spec }: Rollout): readonly Issue[] {
  const routing = spec.strategy?.canary?.trafficRouting;
  if (routing === undefined) return [];
  const found = routersOf(routing);
  return found.kind === 'issues' ? found.issues : [];
}
