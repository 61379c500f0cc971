import type * as z from 'zod';
import type { Issue } from '../api/meta.ts';
import { at } from '../api/path.ts';
import type { BoundRouter, TrafficRouter } from './router.ts';

/** What binding comes to: the router with its configuration, or everything that is wrong with that. */
export type Binding =
  | { readonly kind: 'router'; readonly router: BoundRouter }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

/** Gives a router its configuration, which stands at `path` in the Rollout. */
export type Bind = (config: unknown, path: string) => Binding;

/** How to bind this router. */
export function binder<Config>(router: TrafficRouter<Config>): Bind {
  return (config, path) => {
    const parsed = router.schema.safeParse(config);
    if (parsed.success) return { kind: 'router', router: bound(router, parsed.data, path) };
    const issues = parsed.error.issues.flatMap((issue) => issuesIn(issue, path));
    return { kind: 'issues', issues };
  };
}

function issuesIn(issue: z.core.$ZodIssue, base: string): readonly Issue[] {
  const path = at(base, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key)));
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: at(path, key), message: 'unknown field' }));
}

function bound<Config>(router: TrafficRouter<Config>, config: Config, path: string): BoundRouter {
  return {
    name: router.name,
    path,
    can: router.can(config),
    refs: (target) => router.refs(config, target),
    issues: (observed, target) =>
      router.issues(observed, config, target).map((issue) => ({
        path: issue.path === '' ? path : `${path}.${issue.path}`,
        message: issue.message,
      })),
    read: (observed, target) => {
      const routes = router.get(observed, config, target);
      const written = router.put(observed, routes, config, target);
      return { routes, settled: written.every((manifest, i) => manifest === (observed[i] ?? null)) };
    },
    lags: (observed) => router.lags?.(observed) === true,
    put: (observed, routes, target) => router.put(observed, routes, config, target),
    tell: (name, created, routes) => (router.tell === undefined ? [] : [router.tell(name, created, routes)]),
  };
}
