import type { Concerned } from './dispatch.ts';
import type { Stores } from './stores.ts';

/** What a controller works on: everything, or analysis runs that others make, and nothing else. */
export type Scope = 'all' | 'analysis';

/** Stores that analysis runs need. Templates are not among them: whoever makes a run has filled them in. */
export const STORES_OF_RUNS: readonly (keyof Stores)[] = ['runs', 'metricJobs'];

/** Claims that a controller of that scope keeps a store filled. */
export function isWatched(scope: Scope, store: keyof Stores): boolean {
  return scope === 'all' || STORES_OF_RUNS.includes(store);
}

/** Tells a controller of that scope of what is its own. */
export function within(scope: Scope, concerned: Concerned): Concerned {
  if (scope === 'all') return concerned;
  const nobody = (): void => {};
  return { ...concerned, rollout: nobody, experiment: nobody, service: nobody, route: nobody };
}
