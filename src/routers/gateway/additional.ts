import type { AdditionalRoute, RouteTarget } from '../../core/routes.ts';
import { type Fields, fieldsOf, listOf } from '../fields.ts';
import { backendsTo, isTo } from './weights.ts';

/**
 * The rule without the backends of experiments: their share is stable's again. The same reference where there
 * are none.
 */
export function withoutAdditional(
  rule: Fields,
  additional: readonly AdditionalRoute[],
  target: RouteTarget,
): Fields {
  const isTheirs = (ref: Fields) => additional.some(({ service }) => isTo(ref, service, target));
  const refs = listOf(rule['backendRefs']);
  const theirs = refs.map(fieldsOf).filter(isTheirs);
  if (theirs.length === 0) return rule;
  const share = theirs.reduce((sum, ref) => sum + weightOf(ref), 0);
  const backendRefs = refs
    .filter((item) => !isTheirs(fieldsOf(item)))
    .map((item) => withMore(item, share, target));
  return { ...rule, backendRefs };
}

/** The rule with a backend for each experiment, behind all others; their share is taken from stable's. */
export function withAdditional(
  rule: Fields,
  additional: readonly AdditionalRoute[],
  target: RouteTarget,
): Fields {
  if (additional.length === 0) return rule;
  const share = additional.reduce((sum, { weight }) => sum + weight, 0);
  const refs = listOf(rule['backendRefs']).map((item) => withMore(item, -share, target));
  // They are where the canary is.
  const [{ group, kind, namespace } = {} as Fields] = backendsTo(rule, target.canaryService, target);
  const place = Object.fromEntries(
    Object.entries({ group, kind, namespace }).filter(([, value]) => value !== undefined),
  );
  const added = additional.map(({ service, port, weight }) => ({ ...place, name: service, port, weight }));
  return { ...rule, backendRefs: [...refs, ...added] };
}

function withMore(item: unknown, share: number, target: RouteTarget): unknown {
  const ref = fieldsOf(item);
  return isTo(ref, target.stableService, target) ? { ...ref, weight: weightOf(ref) + share } : item;
}

function weightOf({ weight }: Fields): number {
  return typeof weight === 'number' ? weight : 1;
}
