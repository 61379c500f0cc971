import type { Resource } from '../../api/resources.ts';
import type { Call, Verb } from './exchange.ts';
import type { CallOptions, Patch, Selection, WriteOptions } from './options.ts';
import { type Place, pathOf } from './resources.ts';

/** What is asked, in the words of the API. */
export interface Wanted {
  readonly resource: Resource;
  readonly place: Place;
  readonly options: CallOptions;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** The resource of a path that belongs to none, such as `/version`. */
export const pathOnly: Resource = { group: '', version: '', resource: 'path', kind: '', namespaced: false };

const methods = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
} as const satisfies Record<Verb, Call['method']>;

const contentTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** The HTTP call for what is asked. `timeoutMs` holds where the options name none. */
export function callOf(verb: Verb, asked: Wanted, timeoutMs: number): Call {
  const { resource, place, options, query, body, contentType } = asked;
  const search = query === undefined || query.size === 0 ? '' : `?${query.toString()}`;
  const name = [place.namespace, place.name].filter((part) => part !== undefined && part !== '').join('/');
  const what =
    place.subresource === undefined ? resource.resource : `${resource.resource}/${place.subresource}`;
  return {
    who: `${verb} ${what} ${name}`.trimEnd(),
    verb,
    resource: what,
    method: methods[verb],
    path: pathOf(resource, place) + search,
    contentType: body === undefined ? null : (contentType ?? 'application/json'),
    body: body === undefined ? null : JSON.stringify(body),
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? timeoutMs,
    silenceMs: null,
  };
}

/** A patch as what is asked. */
export function patched(resource: Resource, place: Place, patch: Patch, options: WriteOptions): Wanted {
  const query = writeQuery(options);
  if (patch.force === true) query.set('force', 'true');
  return { resource, place, options, query, body: patch.body, contentType: contentTypes[patch.type] };
}

/** Where a selection looks. */
export function placeOf(selection: Selection): Place {
  return selection.namespace === undefined ? {} : { namespace: selection.namespace };
}

/** A selection as the query of a list or watch. */
export function selectionQuery(selection: Selection): URLSearchParams {
  const query = new URLSearchParams();
  if (selection.labelSelector) query.set('labelSelector', selection.labelSelector);
  if (selection.fieldSelector) query.set('fieldSelector', selection.fieldSelector);
  return query;
}

/** What a write says of itself, as its query. */
export function writeQuery(options: WriteOptions): URLSearchParams {
  const query = new URLSearchParams();
  if (options.fieldManager !== undefined) query.set('fieldManager', options.fieldManager);
  if (options.dryRun === true) query.set('dryRun', 'All');
  return query;
}
