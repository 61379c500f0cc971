import type { Mutation } from './mutation.ts';
import { NEEDS } from './needs.ts';

/** Defects in what is stored, and when. */
export const STATUS: readonly Mutation[] = [
  {
    name: 'acts before it stores the status',
    file: 'shell/reconcile.ts',
    find: 'const { version, dueAt } = await store(',
    replace:
      'for (const change of todo.splice(0)) await apply(io, change, signal);\n    const { version, dueAt } = await store(',
    law: 'first',
  },
  {
    name: 'stores no status while there is something to do',
    file: 'shell/reconcile.ts',
    find: 'if (dueAt !== null) return { version: null, dueAt };',
    replace: 'if (dueAt !== null || todo.length > 0) return { version: null, dueAt };',
    law: 'first',
  },
  {
    name: 'a status is stored on any version of the rollout',
    file: 'shell/commit.ts',
    find: 'const body = { metadata: { resourceVersion }, status: news };',
    replace: 'const body = { status: news };',
    law: 'fenced',
    needs: NEEDS.contest,
  },
  {
    name: 'every pass renews the conditions',
    file: 'core/rollout/conditions.ts',
    find: 'if (present?.status === claim.status && present.reason === claim.reason) return conditions;',
    replace: '',
    law: 'calm',
  },
];

/** Defects in stamps, claims and versions. */
export const FENCES: readonly Mutation[] = [
  {
    name: 'an old view is not noticed',
    file: 'core/rollout/decide.ts',
    find: 'const behind = stamp > (seen.status.epoch ?? 0);',
    replace: 'const behind = false;',
    law: 'plan',
    needs: NEEDS.contest,
  },
  {
    name: 'transitions do not begin a new epoch',
    file: 'core/rollout/life.ts',
    find: 'epoch: life.epoch + 1 }',
    replace: 'epoch: Math.max(1, life.epoch) }',
    law: 'fenced',
  },
  {
    name: 'Services and routes carry no stamp',
    file: 'core/writes.ts',
    find: 'return { [ANNOTATION.epoch]:',
    replace: 'return { [`unstamped`]:',
    law: 'claimed',
  },
  {
    name: 'ReplicaSets carry no stamp',
    file: 'core/changes.ts',
    find: 'if (want.carriesTraffic) annotations[ANNOTATION.epoch] = String(target.epoch);',
    replace: '',
    law: 'claimed',
  },
  {
    name: 'no claim before traffic moves',
    file: 'core/changes.ts',
    find: '    ...claims,\n    ...shift,\n',
    replace: '    ...shift,\n',
    law: 'claimed',
  },
  {
    name: 'no claim before pods go',
    file: 'core/changes.ts',
    find: '...(late.length === 0 && !back ? [] : claimsOfRoutes(world, target, claimed)),',
    replace: '',
    law: 'claimed',
  },
  {
    name: 'routes are written whatever their version',
    file: 'shell/apply.ts',
    find: 'body: fenced(patch, resourceVersion)',
    replace: "body: fenced(patch, change.kind === 'ReplicaSet' ? resourceVersion : null)",
    law: 'fenced',
    needs: NEEDS.contest,
  },
  {
    name: 'ReplicaSets are written whatever their version',
    file: 'shell/apply.ts',
    find: 'body: fenced(patch, resourceVersion)',
    replace: "body: fenced(patch, change.kind === 'ReplicaSet' ? null : resourceVersion)",
    law: 'fenced',
    needs: NEEDS.contest,
  },
];
