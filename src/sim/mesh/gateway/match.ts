import { tryPattern } from '../../../api/pattern/try.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../../../routers/fields.ts';
import { type MeshRequest, pathOf } from '../data-plane.ts';

/** Whether a request is meant, or why that cannot be told. */
export type Fit =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' }
  | { readonly kind: 'unknown'; readonly why: string };

/** The kinds of routes that are simulated. */
export type RouteKind = 'HTTPRoute' | 'GRPCRoute';

/** Whether all conditions of a match hold. Header and query patterns stand for the whole value. */
export function fit(match: Fields, request: MeshRequest, kind: RouteKind): Fit {
  const path = kind === 'HTTPRoute' ? pathFit(match, request) : grpcFit(match, request);
  const method = kind === 'HTTPRoute' ? (textOf(match['method']) ?? request.method) : request.method;
  const query = new URLSearchParams(/\?(.*)$/s.exec(request.path)?.[1] ?? '');
  const headers = listOf(match['headers']).map((item) => {
    const header = fieldsOf(item);
    return valueFit(header, request.headers[textOf(header['name'])?.toLowerCase() ?? '']);
  });
  const params = listOf(match['queryParams']).map((item) => {
    const param = fieldsOf(item);
    return valueFit(param, query.get(textOf(param['name']) ?? '') ?? undefined);
  });
  return every([path, yesIf(method === request.method), ...headers, ...params]);
}

/**
 * How narrow a match is: of two that fit, the one with the greater first difference wins. HTTP: exact path,
 * then (nobody says where it stands) a pattern, length of the prefix, method, number of headers, of query
 * parameters. gRPC: letters of the service, of the method, headers.
 * Source: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function narrowness(match: Fields, kind: RouteKind): readonly number[] {
  const headers = listOf(match['headers']).length;
  if (kind === 'GRPCRoute') {
    const { service, method } = fieldsOf(match['method']);
    return [textOf(service)?.length ?? 0, textOf(method)?.length ?? 0, headers];
  }
  const { type, value } = pathMatchOf(match);
  const params = listOf(match['queryParams']).length;
  const method = match['method'] === undefined ? 0 : 1;
  const path = type === 'PathPrefix' ? value.replace(/\/$/, '').length : value.length;
  return [type === 'Exact' ? 2 : type === 'RegularExpression' ? 1 : 0, path, method, headers, params];
}

function pathMatchOf(match: Fields): { readonly type: string; readonly value: string } {
  const { type, value } = fieldsOf(match['path']);
  return { type: textOf(type) ?? 'PathPrefix', value: textOf(value) ?? '/' };
}

function pathFit(match: Fields, request: MeshRequest): Fit {
  const { type, value } = pathMatchOf(match);
  const path = pathOf(request);
  if (type === 'Exact') return yesIf(path === value);
  if (type === 'RegularExpression') return patternFit(value, path);
  if (type !== 'PathPrefix') return { kind: 'unknown', why: `path type ${type}` };
  const prefix = value.replace(/\/$/, '');
  return yesIf(path === prefix || path.startsWith(`${prefix}/`));
}

/** A call of gRPC is a POST to `/service/method`. */
function grpcFit(match: Fields, request: MeshRequest): Fit {
  const { type, service, method } = fieldsOf(match['method']);
  const [, calledService = '', calledMethod = ''] = pathOf(request).split('/');
  const one = (wanted: unknown, called: string): Fit => {
    const text = textOf(wanted);
    if (text === undefined) return YES;
    return type === 'RegularExpression' ? patternFit(text, called) : yesIf(text === called);
  };
  return every([one(service, calledService), one(method, calledMethod)]);
}

function valueFit({ type, value }: Fields, given: string | undefined): Fit {
  if (given === undefined) return NO;
  if (type === 'RegularExpression') return patternFit(textOf(value) ?? '', given);
  return yesIf(given === value);
}

function patternFit(pattern: string, text: string): Fit {
  const tried = tryPattern(`^(?:${pattern})$`, [text]);
  if (tried.kind === 'tried') return yesIf(tried.matching.length > 0);
  const why = tried.kind === 'error' ? tried.message : 'it takes too long';
  return { kind: 'unknown', why: `pattern "${pattern}": ${why}` };
}

const YES: Fit = { kind: 'yes' };
const NO: Fit = { kind: 'no' };

function yesIf(holds: boolean): Fit {
  return holds ? YES : NO;
}

/** A plain no is one, whatever else cannot be told. */
function every(fits: readonly Fit[]): Fit {
  return fits.find(({ kind }) => kind === 'no') ?? fits.find(({ kind }) => kind === 'unknown') ?? YES;
}
