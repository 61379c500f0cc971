import { isSameJson } from '../../core/merge-patch.ts';
import type { HeaderRoute, MirrorRoute, Routes, RouteTarget } from '../../core/routes.ts';
import { type Fields, fieldsOf, listOf, textOf, withField } from '../fields.ts';
import type { RouteKind } from './config.ts';
import { hasHeaders, matchesOf, mirrored, withHeaders } from './matches.ts';
import { backendsTo } from './weights.ts';

type ManagedRoutes = Pick<Routes, 'headers' | 'mirrors'>;

/**
 * Whether the rule was made for a managed route, by us or by the plugin: it has its name, and sends requests
 * to the canary alone or mirrors them there. A rule of that name that does neither is the user's.
 * API servers with a Gateway API before v1.4 drop the names of rules. There a rule counts that has none, and
 * does just what is in the book.
 */
export function isManaged(rule: Fields, booked: ManagedRoutes, target: RouteTarget): boolean {
  const toCanary = backendsTo(rule, target.canaryService, target).length > 0;
  const toStable = backendsTo(rule, target.stableService, target).length > 0;
  const mirrors = toCanary && toStable && mirrorsToCanary(rule, target);
  const redirects = toCanary && !toStable;
  const name = textOf(rule['name']);
  if (name === undefined) {
    const matches = listOf(rule['matches']).map(fieldsOf);
    const isBooked = (route: HeaderRoute) =>
      matches.length > 0 && matches.every((match) => hasHeaders(match, route.match));
    return (mirrors && booked.mirrors.length > 0) || (redirects && booked.headers.some(isBooked));
  }
  const names = [
    ...target.managedRoutes,
    ...[...booked.headers, ...booked.mirrors].map((route) => route.name),
  ];
  return (mirrors || redirects) && names.some((managed) => isNameOf(name, managed));
}

/** The rules that were found where they are what was made, but for the names, which were dropped. */
export function keptIfNameless(made: readonly Fields[], found: readonly Fields[]): readonly Fields[] {
  const isKept = made.every((rule, i) => isSameJson(withField(rule, 'name', undefined), found[i]));
  return isKept ? found : made;
}

/**
 * The name of a managed route's rule for the rule at `index` of those that split traffic: `name`, `name-1`,
 * ...
 */
export function ruleName(managed: string, index: number): string {
  return index === 0 ? managed : `${managed}-${index}`;
}

/**
 * The rules that carry header and mirror routes: one for each of them and each rule that splits traffic.
 * In the order of `managedRoutes`, to stand before the user's rules: of two rules that match equally well the
 * first wins. That order comes last, though: a mirror route with a longer path wins over a header route.
 * Source: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function managedRules(
  splits: readonly Fields[],
  { headers, mirrors }: ManagedRoutes,
  kind: RouteKind,
  target: RouteTarget,
): readonly Fields[] {
  const made = [
    ...headers.map((route) => ({ name: route.name, rules: headerRules(splits, route, kind, target) })),
    ...mirrors.map((route) => ({ name: route.name, rules: mirrorRules(splits, route, target) })),
  ];
  const rank = ({ name }: { readonly name: string }) => {
    const index = target.managedRoutes.indexOf(name);
    return index === -1 ? target.managedRoutes.length : index;
  };
  return made
    .sort((a, b) => rank(a) - rank(b))
    .flatMap(({ name, rules }) => rules.map((rule, i) => ({ ...rule, name: ruleName(name, i) })));
}

function headerRules(
  splits: readonly Fields[],
  route: HeaderRoute,
  kind: RouteKind,
  target: RouteTarget,
): readonly Fields[] {
  return splits.map((split) => ({
    ...split,
    matches: matchesOf(split, kind).map((match) => withHeaders(match, route.match)),
    backendRefs: backendsTo(split, target.canaryService, target).map((ref) => ({ ...ref, weight: 1 })),
  }));
}

function mirrorRules(splits: readonly Fields[], route: MirrorRoute, target: RouteTarget): readonly Fields[] {
  return splits.flatMap((split) => {
    const matches = matchesOf(split, 'HTTPRoute').flatMap((match) =>
      route.match.flatMap((mirror) => mirrored(match, mirror)),
    );
    if (matches.length === 0) return [];
    const filters = [...listOf(split['filters']), mirrorFilter(split, route.percentage, target)];
    return [{ ...split, matches, filters }];
  });
}

function mirrorFilter(split: Fields, percentage: number, target: RouteTarget): Fields {
  const [canary] = backendsTo(split, target.canaryService, target);
  const { weight: _, filters: __, ...backendRef } = canary ?? {};
  // All is the default, and the field is not in older versions of the API.
  const percent = percentage === 100 ? {} : { percent: percentage };
  return { type: 'RequestMirror', requestMirror: { backendRef, ...percent } };
}

function mirrorsToCanary(rule: Fields, target: RouteTarget): boolean {
  return listOf(rule['filters']).some((filter) => {
    const { backendRef } = fieldsOf(fieldsOf(filter)['requestMirror']);
    return backendsTo({ backendRefs: [backendRef] }, target.canaryService, target).length > 0;
  });
}

function isNameOf(rule: string, managed: string): boolean {
  return rule === managed || (rule.startsWith(`${managed}-`) && /^\d+$/.test(rule.slice(managed.length + 1)));
}
