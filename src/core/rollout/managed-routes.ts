import type { Issue } from '../../api/meta.ts';
import { at } from '../../api/path.ts';
import type { CanaryStep, HeaderMatch, RouteMatch, StringMatch } from '../../api/rollout.ts';
import { isSameJson } from '../merge-patch.ts';
import { ALL_STABLE, type HeaderRoute, type MirrorRoute, type Routes } from '../routes.ts';
import type { World } from '../world.ts';
import { isComplete, wantedSizes } from './goals.ts';
import type { Life } from './life.ts';
import type { Release } from './release.ts';

/** The header and mirror routes of a release. */
export type ManagedRoutes = Pick<Routes, 'headers' | 'mirrors'>;

const NONE: ManagedRoutes = { headers: [], mirrors: [] };

/**
 * The header and mirror routes that should be in force now: what the steps up to the current one have set, in
 * the order of `trafficRouting.managedRoutes`. A later step of the same name replaces an earlier one; an
 * empty match removes it. None before the canary has a pod that serves, and none after promotion, abort and
 * full promotion.
 */
export function managedRoutes(release: Release, life: Life): ManagedRoutes {
  if (!release.routed || life.step === null) return NONE;
  if (isComplete(release, life) || life.abort === true || life.full) return NONE;
  if ((release.current?.available ?? 0) === 0 || wantedSizes(release, life).canary === 0) return NONE;
  const set = setBy(release.steps.slice(0, life.step + 1));
  const order = (release.canarySpec.trafficRouting?.managedRoutes ?? []).map(({ name }) => name);
  const rank = ({ name }: { readonly name: string }) => {
    const at = order.indexOf(name);
    return at === -1 ? order.length : at;
  };
  return {
    headers: set.headers.toSorted((a, b) => rank(a) - rank(b)),
    mirrors: set.mirrors.toSorted((a, b) => rank(a) - rank(b)),
  };
}

/** What a list of steps leaves in force. A name stands for one route, whichever of the two kinds it is. */
function setBy(steps: readonly CanaryStep[]): ManagedRoutes {
  const headers = new Map<string, HeaderRoute>();
  const mirrors = new Map<string, MirrorRoute>();
  for (const { setHeaderRoute: header, setMirrorRoute: mirror } of steps) {
    if (header !== undefined) {
      const { name = '', match = [] } = header;
      forget(name, headers, mirrors);
      if (match.length > 0) headers.set(name, { name, match: match.map(headerMatch) });
    }
    if (mirror !== undefined) {
      const { name, match = [], percentage = 100 } = mirror;
      forget(name, headers, mirrors);
      if (match.length > 0) mirrors.set(name, { name, percentage, match: match.map(routeMatch) });
    }
  }
  return { headers: [...headers.values()], mirrors: [...mirrors.values()] };
}

/** In one order of fields, however users or the API server order theirs: a router may keep the text of it. */
function headerMatch({ headerName, headerValue }: HeaderMatch): HeaderRoute['match'][number] {
  return { headerName, headerValue: stringMatch(headerValue) };
}

function routeMatch({ method, path, headers }: RouteMatch): MirrorRoute['match'][number] {
  return {
    ...(method === undefined ? {} : { method: stringMatch(method) }),
    ...(path === undefined ? {} : { path: stringMatch(path) }),
    ...(headers === undefined
      ? {}
      : {
          headers: Object.fromEntries(
            Object.keys(headers)
              .sort()
              .map((name) => [name, stringMatch(headers[name] ?? {})]),
          ),
        }),
  };
}

/** Empty counts as absent. */
function stringMatch({ exact = '', prefix = '', regex = '' }: StringMatch): StringMatch {
  if (exact !== '') return { exact };
  return prefix === '' ? { regex } : { prefix };
}

function forget(name: string, ...maps: readonly Map<string, unknown>[]): void {
  for (const map of maps) map.delete(name);
}

/**
 * True where the routers carry the header and mirror routes of the present step: then a step that sets one is
 * done. Where the canary has and should have no pods there is nobody to route to: the routes come into force
 * with its first pod.
 */
export function hasManagedRoutes(world: World, release: Release, life: Life): boolean {
  const expectsPods = wantedSizes(release, life).canary > 0;
  if (expectsPods && (release.current?.available ?? 0) === 0) return false;
  return areRouted(world, managedRoutes(release, life));
}

/** True where every router that can carry such routes carries just these, and is settled. */
function areRouted(world: World, wanted: ManagedRoutes): boolean {
  const isSettled = world.routers.every(({ settled, routes }) => settled && routes !== null);
  return isSettled && !movesManagedRoutes(world, wanted);
}

/** True where these header and mirror routes are others than those that some router carries. */
export function movesManagedRoutes(world: World, wanted: ManagedRoutes): boolean {
  return world.routers.some(({ routes, can }) => {
    const present = routes ?? ALL_STABLE;
    return (
      (can.headers && !isSameJson(present.headers, wanted.headers)) ||
      (can.mirror && !isSameJson(present.mirrors, wanted.mirrors))
    );
  });
}

/** Names of the routes in force, for people; empty where there are none. */
export function namesOf({ headers, mirrors }: ManagedRoutes): readonly string[] {
  return [...headers, ...mirrors].map(({ name }) => name);
}

/** True where these routes send requests to the canary, by weight, by header, or as copies. */
export function leadsToCanary({ canaryWeight, headers, mirrors }: Routes): boolean {
  return canaryWeight > 0 || headers.length > 0 || mirrors.length > 0;
}

/** Steps that ask for routes which no router of the rollout can carry. */
export function abilityIssues({ rollout, routers }: World): readonly Issue[] {
  if (routers.length === 0) return [];
  const able = {
    headers: routers.some(({ can }) => can.headers),
    mirror: routers.some(({ can }) => can.mirror),
  };
  const names = routers.map(({ name }) => name).join(', ');
  return (rollout.spec.strategy?.canary?.steps ?? []).flatMap((step, i): readonly Issue[] => {
    const path = at('spec.strategy.canary.steps', i);
    const issue = (field: string, what: string) => ({
      path: at(path, field),
      message: `none of the traffic routers can ${what} as it is configured: ${names}`,
    });
    return [
      ...(step.setHeaderRoute === undefined || able.headers
        ? []
        : [issue('setHeaderRoute', 'route by header')]),
      ...(step.setMirrorRoute === undefined || able.mirror
        ? []
        : [issue('setMirrorRoute', 'mirror requests')]),
    ];
  });
}
