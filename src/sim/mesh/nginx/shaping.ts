import type { StringMap } from '../../../api/meta.ts';
import { tryPattern } from '../../../api/pattern/try.ts';
import type { MeshRequest } from '../data-plane.ts';

/** Which requests go to a canary Ingress. */
export interface Shaping {
  readonly weight: number;
  readonly total: number;
  readonly header: string;
  readonly headerValue: string;
  readonly headerPattern: string;
  readonly cookie: string;
}

/** What the annotations say. A number that is none counts as 0, as it does in NGINX. */
export function shapingOf(annotations: StringMap, prefix: string): Shaping {
  const text = (key: string) => annotations[`${prefix}/${key}`] ?? '';
  const number = (key: string) => (/^[+-]?\d+$/.test(text(key)) ? Number(text(key)) : 0);
  return {
    weight: number('canary-weight'),
    total: number('canary-weight-total'),
    header: text('canary-by-header').toLowerCase(),
    headerValue: text('canary-by-header-value'),
    headerPattern: text('canary-by-header-pattern'),
    cookie: text('canary-by-cookie').toLowerCase(),
  };
}

/** The canary's share of such requests, 0 to 1, or why it cannot be told. */
export type Share =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Header first, then cookie, then weight. A header that says neither yes nor no leaves the choice to the
 * next. A total of less than 100 counts as 100.
 * Source: https://github.com/kubernetes/ingress-nginx/blob/main/rootfs/etc/nginx/lua/balancer.lua
 */
export function shareOf(shaping: Shaping, request: MeshRequest): Share {
  const byHeader = headerSays(shaping, request);
  if (byHeader !== null) return byHeader;
  const cookie = cookieIn(request, shaping.cookie);
  if (cookie === 'always') return ALL;
  if (cookie === 'never') return NONE;
  const total = Math.max(100, shaping.total);
  return { kind: 'share', share: Math.min(Math.max(shaping.weight / total, 0), 1) };
}

const ALL: Share = { kind: 'share', share: 1 };
const NONE: Share = { kind: 'share', share: 0 };

function headerSays({ header, headerValue, headerPattern }: Shaping, request: MeshRequest): Share | null {
  const value = header === '' ? undefined : request.headers[header];
  if (value === undefined) return null;
  if (headerValue !== '') return value === headerValue ? ALL : null;
  if (headerPattern !== '') return patternSays(headerPattern, value);
  if (value === 'always') return ALL;
  return value === 'never' ? NONE : null;
}

function patternSays(pattern: string, value: string): Share | null {
  const tried = tryPattern(pattern, [value]);
  if (tried.kind === 'tried') return tried.matching.length > 0 ? ALL : null;
  const why = tried.kind === 'error' ? tried.message : 'it takes too long';
  return { kind: 'unknown', why: `canary-by-header-pattern "${pattern}": ${why}` };
}

function cookieIn(request: MeshRequest, name: string): string | undefined {
  if (name === '') return undefined;
  const pairs = (request.headers['cookie'] ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.toLowerCase().startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}
