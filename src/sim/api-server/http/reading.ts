import type { Manifest } from '../../../api/meta.ts';
import { ApiError } from '../api.ts';
import { badRequest, expired, notFound } from '../errors.ts';
import type { ApiAnswer } from '../http.ts';
import { keyOf } from '../store.ts';
import { selectionOf, type Versions, versionsOf } from './list-options.ts';
import type { Asked, HttpMeans } from './means.ts';
import { wantedOf } from './media.ts';
import { Representation } from './representation.ts';
import type { Target } from './target.ts';

/** Answers with one object. */
export function read(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  const { kind } = target.served;
  const shown = shownAs(means, asked, target);
  const place = {
    name: target.name ?? '',
    ...(target.namespace === null ? {} : { namespace: target.namespace }),
  };
  // Whatever version is named: there is only the newest.
  versionsOf(asked.query, true);
  const object = means.store.get(kind, place);
  if (object === null) throw notFound(kind, place.name);
  return shown.one(200, object);
}

/** Answers with a list, or with a page of one: all pages show one moment. */
export function readAll(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  const { store } = means;
  const { kind } = target.served;
  const shown = shownAs(means, asked, target);
  const selection = selectionOf(asked.query, target.served, target.name);
  const versions = versionsOf(asked.query, false);
  const start = startOf(versions, store.version);
  if (start.version > store.version) throw tooLargeVersion(start.version, store.version);
  const all = store.listAt(kind, target.namespace ?? undefined, start.version);
  if (all === null) throw forgotten(versions);
  const rest = start.key === null ? all : all.filter((object) => isBehind(target, object, start.key ?? ''));
  const selected = selection.isAll ? rest : rest.filter(selection.selects);
  const resourceVersion = String(start.version);
  const { limit } = versions;
  const last = limit > 0 ? selected[limit - 1] : undefined;
  // Whether one of the others is selected, too, is left to the next page.
  if (last === undefined || last === rest.at(-1)) return shown.many(selected, { resourceVersion });
  const page = selected.slice(0, limit);
  const token = tokenOf(start.version, startOfPage(target, last));
  const left = selection.isAll ? { remainingItemCount: selected.length - limit } : {};
  return shown.many(page, { resourceVersion, continue: token, ...left });
}

const INCLUDED = ['', 'Metadata', 'Object', 'None'];

/** How the reader of this request wants to see objects; throws NotAcceptable. */
export function shownAs(means: HttpMeans, asked: Asked, target: Target): Representation {
  const isWatch = target.isWatch || (asked.query.get('watch') ?? 'false') !== 'false';
  const isList = target.name === null && asked.request.method !== 'POST' && !isWatch;
  const isCustom = target.served.origin !== 'built-in';
  const wanted = wantedOf(asked.request.headers['accept'], { isList, isCustom });
  const include = asked.query.get('includeObject');
  if (wanted.shape === 'table' && !INCLUDED.includes(include ?? '')) {
    const why = `Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`;
    throw badRequest(`Unable to convert to Table as requested: includeObject: ${why}`);
  }
  return new Representation(means, target, wanted, include);
}

/** Nobody has seen that version yet. */
export function tooLargeVersion(wanted: number, current: number): ApiError {
  const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new ApiError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}

function forgotten({ continueToken }: Versions): ApiError {
  if (continueToken === null) return expired('The resourceVersion for the provided list is too old.');
  return expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new ' +
      'list without the continue parameter.',
  );
}

interface Start {
  readonly version: number;
  /** The page begins behind this key; null at the beginning. */
  readonly key: string | null;
}

function startOf({ version, match, limit, continueToken }: Versions, current: number): Start {
  if (continueToken !== null) {
    if (version !== null && version !== 0) {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    return readToken(continueToken);
  }
  if (version === null || version === 0) return { version: current, key: null };
  // Before there was a word for it, a page of a list was meant exactly.
  const isExact = match === 'Exact' || (match === null && limit > 0);
  return { version: isExact ? version : Math.max(version, current), key: null };
}

/** The key of an object within what is listed: with its namespace only where several are. */
function startOfPage({ namespace }: Target, object: Manifest): string {
  return `/${namespace === null ? keyOf(object) : object.metadata.name}`;
}

function isBehind(target: Target, object: Manifest, key: string): boolean {
  return startOfPage(target, object) > key;
}

function tokenOf(version: number, key: string): string {
  const token = { v: 'meta.k8s.io/v1', rv: version, start: `${key}\u0000` };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readToken(text: string): Start {
  const refusal = (why: string): ApiError =>
    badRequest(`invalid continue token: continue key is not valid: ${why}`);
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw refusal('invalid character looking for beginning of value');
  }
  const { v, rv, start } = (token ?? {}) as Readonly<Record<string, unknown>>;
  if (v !== 'meta.k8s.io/v1') throw refusal(`server does not recognize this encoded version ${String(v)}`);
  if (typeof start !== 'string' || start === '') {
    throw refusal('encoded start key empty (version meta.k8s.io/v1)');
  }
  if (typeof rv !== 'number' || rv <= 0) {
    throw refusal('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  return { version: rv, key: start.endsWith('\u0000') ? start.slice(0, -1) : start };
}
