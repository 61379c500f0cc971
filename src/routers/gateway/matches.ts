import { tryPattern } from '../../api/pattern/try.ts';
import { isSameJson } from '../../core/merge-patch.ts';
import type { HeaderRoute, MirrorRoute, StringMatch } from '../../core/routes.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../fields.ts';
import type { RouteKind } from './config.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/**
 * The rule's matches, with what the API server fills in: a rule of an HTTPRoute without matches matches every
 * path.
 */
export function matchesOf(rule: Fields, kind: RouteKind): readonly Fields[] {
  const given = listOf(rule['matches']).map(fieldsOf);
  const matches = given.length === 0 ? [{}] : given;
  if (kind === 'GRPCRoute') return matches;
  return matches.map((match) => ({ ...match, path: pathOf(match) }));
}

/**
 * The match narrowed to requests with these headers. Where it names such a header itself, the new value
 * replaces its own.
 */
export function withHeaders(match: Fields, headers: HeaderRoute['match']): Fields {
  if (headers.length === 0) return match;
  const names = new Set(headers.map(({ headerName }) => headerName.toLowerCase()));
  const kept = listOf(match['headers'])
    .map(fieldsOf)
    .filter(({ name }) => !names.has(textOf(name)?.toLowerCase() ?? ''));
  const added = headers.map(({ headerName, headerValue }) => ({
    name: headerName,
    ...valueMatch(headerValue),
  }));
  return { ...match, headers: [...kept, ...added] };
}

/** Whether the match asks for all of these headers, as `withHeaders` writes them. */
export function hasHeaders(match: Fields, headers: HeaderRoute['match']): boolean {
  return headers.every(({ headerName, headerValue }) => {
    const wanted = { name: headerName, ...valueMatch(headerValue) };
    return listOf(match['headers']).some((header) => isSameJson(header, wanted));
  });
}

/**
 * The match of an HTTPRoute narrowed to the requests that are to be mirrored; none where the two have none in
 * common. It must be narrower, for the most specific rule of all gets a request. Where one of the paths is a
 * regular expression nobody can tell which is narrower, and the mirror's own is taken.
 */
export function mirrored(match: Fields, mirror: MirrorRoute['match'][number]): readonly Fields[] {
  const path = narrowerPath(pathOf(match), mirror.path);
  if (path === null) return [];
  const headers = Object.entries(mirror.headers ?? {}).map(([headerName, headerValue]) => ({
    headerName,
    headerValue,
  }));
  const narrowed = withHeaders({ ...match, path }, headers);
  if (mirror.method === undefined) return [narrowed];
  return methodsOf(mirror.method)
    .filter((method) => match['method'] === undefined || match['method'] === method)
    .map((method) => ({ ...narrowed, method }));
}

interface PathMatch {
  readonly type: string;
  readonly value: string;
}

function pathOf(match: Fields): PathMatch {
  const { type, value } = fieldsOf(match['path']);
  return { type: textOf(type) ?? 'PathPrefix', value: textOf(value) ?? '/' };
}

function narrowerPath(path: PathMatch, mirror: StringMatch | undefined): PathMatch | null {
  if (mirror === undefined) return path;
  if (mirror.regex !== undefined) return { type: 'RegularExpression', value: mirror.regex };
  const other: PathMatch =
    mirror.exact === undefined
      ? { type: 'PathPrefix', value: mirror.prefix ?? '/' }
      : { type: 'Exact', value: mirror.exact };
  if (path.type === 'RegularExpression' || isWithin(other, path)) return other;
  return isWithin(path, other) ? path : null;
}

/** A prefix holds whole elements: `/shop` holds `/shop` and `/shop/cart`, but not `/shopping`. */
function isWithin(inner: PathMatch, outer: PathMatch): boolean {
  if (outer.type === 'Exact') return inner.type === 'Exact' && inner.value === outer.value;
  const prefix = outer.value.replace(/\/$/, '');
  return inner.value === prefix || inner.value.startsWith(`${prefix}/`);
}

/** The API knows methods only by name, so a pattern becomes all that it fits. */
function methodsOf(match: StringMatch): readonly string[] {
  if (match.exact !== undefined) return METHODS.filter((method) => method === match.exact);
  if (match.prefix !== undefined) return METHODS.filter((method) => method.startsWith(match.prefix ?? ''));
  const tried = tryPattern(`^(?:${match.regex ?? ''})$`, METHODS);
  return tried.kind === 'tried' ? tried.matching : [];
}

/** The API has no prefixes of header values, but regular expressions, which match the whole value. */
function valueMatch({ exact, prefix, regex }: StringMatch): PathMatch {
  if (exact !== undefined) return { type: 'Exact', value: exact };
  if (prefix === undefined) return { type: 'RegularExpression', value: regex ?? '' };
  return { type: 'RegularExpression', value: `${literal(prefix)}.*` };
}

/** A pattern that fits just this text. */
export function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
