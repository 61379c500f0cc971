import type { Manifest } from '../../api/meta.ts';
import type { RouteTarget } from '../../core/routes.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../fields.ts';

/** The rules of an HTTPRoute or a GRPCRoute. */
export function rulesOf(route: Manifest): readonly Fields[] {
  return listOf(fieldsOf(route['spec'])['rules']).map(fieldsOf);
}

/** The route with other rules. */
export function withRules(route: Manifest, rules: readonly Fields[]): Manifest {
  return { ...route, spec: { ...fieldsOf(route['spec']), rules } };
}

/** The rule's references to a Service of the Rollout. One that names no namespace counts by its name. */
export function backendsTo(rule: Fields, service: string, target: RouteTarget): readonly Fields[] {
  return listOf(rule['backendRefs'])
    .map(fieldsOf)
    .filter((ref) => isTo(ref, service, target));
}

/**
 * Whether the rule splits traffic between the two Services. A rule with only one of them is not ours to
 * write.
 */
export function isSplit(rule: Fields, target: RouteTarget): boolean {
  return (
    backendsTo(rule, target.stableService, target).length > 0 &&
    backendsTo(rule, target.canaryService, target).length > 0
  );
}

/**
 * The canary's weight, 0 to `maxWeight`. Where the weights of the two Services are not a share of `maxWeight`
 * it is the nearest one, but never none while some traffic goes to the canary, and never all while some goes
 * to stable. Other backends do not count.
 */
export function weightIn(rule: Fields, target: RouteTarget): number {
  const { maxWeight } = target;
  const canary = backendsTo(rule, target.canaryService, target).map(weightOf);
  const stable = backendsTo(rule, target.stableService, target).map(weightOf);
  const first = canary[0] ?? 0;
  const isWritten =
    canary.every((weight) => weight === first) && stable.every((weight) => weight === maxWeight - first);
  if (isWritten) return first;
  const toCanary = sum(canary);
  const toStable = sum(stable);
  if (toCanary === 0) return 0;
  if (toStable === 0) return maxWeight;
  const nearest = Math.round((maxWeight * toCanary) / (toCanary + toStable));
  return Math.min(Math.max(nearest, 1), maxWeight - 1);
}

/**
 * The rule with the canary's weight, and the rest of `maxWeight` for stable. Other backends keep their
 * weights.
 */
export function withWeight(rule: Fields, weight: number, target: RouteTarget): Fields {
  const backendRefs = listOf(rule['backendRefs']).map((item) => {
    const ref = fieldsOf(item);
    if (isTo(ref, target.canaryService, target)) return { ...ref, weight };
    if (isTo(ref, target.stableService, target)) return { ...ref, weight: target.maxWeight - weight };
    return item;
  });
  return { ...rule, backendRefs };
}

/** A reference without a weight has 1. */
function weightOf(ref: Fields): number {
  const { weight } = ref;
  return typeof weight === 'number' ? weight : 1;
}

/** Whether the reference leads to this Service of the Rollout. One without a namespace counts by its name. */
export function isTo(ref: Fields, service: string, target: RouteTarget): boolean {
  const namespace = textOf(ref['namespace']) ?? target.rollout.namespace;
  return textOf(ref['name']) === service && namespace === target.rollout.namespace;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
