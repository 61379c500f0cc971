import type { Manifest } from '../../../api/meta.ts';
import { ApiError } from '../api.ts';
import type { Served } from '../catalog.ts';
import { badRequest, type Cause, invalid } from '../errors.ts';
import { fieldSelector } from '../field-selectors.ts';
import { labelSelector } from '../selectors.ts';

/** Which objects of a collection. */
export interface Selection {
  readonly selects: (object: Manifest) => boolean;
  /** No selector is given: all of them. */
  readonly isAll: boolean;
}

/** What a list or a watch says about versions. */
export interface Versions {
  /** Null: nothing is said, the newest. */
  readonly version: number | null;
  readonly match: 'Exact' | 'NotOlderThan' | null;
  readonly limit: number;
  readonly continueToken: string | null;
  readonly sendInitialEvents: boolean | null;
}

/** Reads the selectors of a query; throws BadRequest. */
export function selectionOf(query: URLSearchParams, served: Served, name: string | null): Selection {
  const labels = labelSelector(query.get('labelSelector'));
  const fields = fieldSelector(query.get('fieldSelector'), served);
  const isAll = labels === null && fields === null && name === null;
  const selects = (object: Manifest): boolean =>
    (name === null || object.metadata.name === name) &&
    (labels === null || labels(object.metadata.labels ?? {})) &&
    (fields === null || fields(object));
  return { selects, isAll };
}

/** Reads what a query says about versions; throws Invalid and BadRequest as the real one does. */
export function versionsOf(query: URLSearchParams, isWatch: boolean): Versions {
  const version = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const initial = query.get('sendInitialEvents');
  const causes = isWatch ? watchFaults(match, initial) : listFaults(version, match, initial, query);
  if (causes.length > 0) throw invalid(listOptions, '', causes);
  const limit = query.get('limit') ?? '';
  if (limit !== '' && !/^-?\d+$/.test(limit)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(limit)}: invalid syntax`);
  }
  return {
    version: version === '' ? null : numberOf(version, isWatch),
    match: match === 'Exact' || match === 'NotOlderThan' ? match : null,
    limit: limit === '' ? 0 : Number(limit),
    continueToken: query.get('continue') || null,
    sendInitialEvents: initial === null ? null : initial !== 'false' && initial !== '0',
  };
}

const listOptions = {
  group: 'meta.k8s.io',
  version: 'v1',
  resource: 'listoptions',
  kind: 'ListOptions',
  namespaced: false,
};

function numberOf(text: string, isWatch: boolean): number {
  if (/^\d+$/.test(text)) return Number(text);
  const quoted = JSON.stringify(text);
  const why = `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
  throw isWatch ? new ApiError(500, '', why) : badRequest(`invalid resource version: ${why}`);
}

function listFaults(
  version: string,
  match: string,
  initial: string | null,
  query: URLSearchParams,
): readonly Cause[] {
  const about = 'resourceVersionMatch';
  if (initial !== null) return [forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list')];
  if (match === '') return [];
  const causes: Cause[] = [];
  if (version === '') {
    causes.push(forbid(about, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  }
  if (query.get('continue')) {
    causes.push(forbid(about, 'resourceVersionMatch is forbidden when continue is provided'));
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') causes.push(unsupportedMatch(match));
  if (match === 'Exact' && version === '0') {
    causes.push(forbid(about, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return causes;
}

function watchFaults(match: string, initial: string | null): readonly Cause[] {
  const about = 'resourceVersionMatch';
  if (initial === null) {
    if (match === '') return [];
    return [
      forbid(about, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    ];
  }
  if (match === 'NotOlderThan') return [];
  return [forbid(about, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')];
}

function forbid(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${why}` };
}

function unsupportedMatch(match: string): Cause {
  const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`;
  return { reason: 'FieldValueNotSupported', field: 'resourceVersionMatch', message };
}
