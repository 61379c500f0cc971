import { tryPattern } from '../../../api/pattern/try.ts';
import { type MeshRequest, pathOf } from '../data-plane.ts';
import type { Location } from './servers.ts';

/** The path of a host that takes a request, or why that cannot be told. */
export type Located =
  | { readonly kind: 'location'; readonly location: Location | null }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Exact paths first, then the longest prefix of whole elements. As soon as one path of a host is rewritten or
 * a regular expression, all of them are, whatever their type says: the beginning of the path in any case, the
 * longest pattern first.
 * Source: https://kubernetes.github.io/ingress-nginx/user-guide/ingress-path-matching/
 */
export function locationOf(locations: readonly Location[], request: MeshRequest, prefix: string): Located {
  const path = pathOf(request);
  if (locations.some((location) => isPattern(location, prefix))) return byPattern(locations, path);
  const exact = locations.find((location) => location.type === 'Exact' && location.path === path);
  if (exact !== undefined) return { kind: 'location', location: exact };
  const within = locations
    .filter((location) => location.type === 'Prefix' && isWithin(path, location.path))
    .sort((a, b) => b.path.length - a.path.length);
  return { kind: 'location', location: within[0] ?? null };
}

function isPattern({ ingress, path, isDefault }: Location, prefix: string): boolean {
  if (isDefault) return false;
  const annotations = ingress?.metadata.annotations ?? {};
  const rewritten = annotations[`${prefix}/rewrite-target`] ?? '';
  return annotations[`${prefix}/use-regex`] === 'true' || (rewritten !== '' && rewritten !== path);
}

function isWithin(path: string, prefix: string): boolean {
  const whole = prefix.replace(/\/$/, '');
  return path === whole || path.startsWith(`${whole}/`);
}

function byPattern(locations: readonly Location[], path: string): Located {
  const sorted = [...locations].sort(
    (a, b) => b.path.length - a.path.length || (a.path < b.path ? 1 : a.path > b.path ? -1 : 0),
  );
  for (const location of sorted) {
    const tried = tryPattern(`(?i)^${location.path}`, [path]);
    if (tried.kind !== 'tried') {
      const why = tried.kind === 'error' ? tried.message : 'it takes too long';
      return { kind: 'unknown', why: `path "${location.path}": ${why}` };
    }
    if (tried.matching.length > 0) return { kind: 'location', location };
  }
  return { kind: 'location', location: null };
}
