import { parse as parseYaml } from 'yaml';
import type { Draft } from '../decoding.ts';
import { badRequest, invalid } from '../errors.ts';
import type { ApiRequest } from '../http.ts';
import { goWord } from '../patch/object.ts';
import { mediaParts } from './media.ts';
import type { Target } from './target.ts';
import { unsupportedBody } from './write-options.ts';

/** How Go prints the struct into which it reads what an object is. */
const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Deeper than this no object of Kubernetes is; what is would exhaust the stack. */
const MOST_DEPTH = 500;

/** Reads the body of a request as an object of this kind; throws BadRequest and UnsupportedMediaType. */
export function objectIn(request: ApiRequest, target: Pick<Target, 'served' | 'version'>): Draft {
  const [type] = mediaParts(request.headers['content-type'] ?? 'application/json');
  if (type !== 'application/json' && type !== 'application/yaml') throw unsupportedBody();
  const { kind } = target.served.kind;
  const value = type === 'application/yaml' ? yamlIn(request.body ?? '') : jsonIn(request.body ?? '', kind);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const why = `json: cannot unmarshal ${goWord(value)} into Go value of type ${TYPE_META}`;
    throw unrecognized(kind, `couldn't get version/kind; json parse error: ${why}`, request.body ?? '');
  }
  const draft = value as Draft;
  const named = { apiVersion: textIn(draft, 'apiVersion'), kind: textIn(draft, 'kind') };
  if (target.served.origin === 'built-in') checkKind(target, named);
  else checkCustomKind(target, named, request.body ?? '', draft);
  return draft;
}

/** Parses JSON of bounded depth. */
export function jsonIn(text: string, kind: string): unknown {
  if (isTooDeep(text)) throw badRequest(`the object provided is nested deeper than ${MOST_DEPTH} levels`);
  try {
    return JSON.parse(text);
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    const isCut = /^(Unterminated|Unexpected end)/.test(told);
    const why = isCut ? 'unexpected end of JSON input' : told;
    throw unrecognized(kind, `couldn't get version/kind; json parse error: ${why}`, text);
  }
}

/** Parses YAML, which JSON is too. Aliases are bounded. */
export function yamlIn(text: string): unknown {
  if (/^\s*[{[]/.test(text) && isTooDeep(text)) throw badRequest('error decoding YAML: nested too deep');
  try {
    return /^\s*\{/.test(text) ? JSON.parse(text) : parseYaml(text, { maxAliasCount: 100 });
  } catch (error) {
    throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function textIn(draft: Draft, field: string): string {
  const value = draft[field];
  return typeof value === 'string' ? value : '';
}

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What is not said is meant to be right. */
function checkKind({ served, version }: Pick<Target, 'served' | 'version'>, given: Named): void {
  const { kind, group } = served.kind;
  const wanted = group === '' ? version.name : `${group}/${version.name}`;
  const short = given.apiVersion.split('/').at(-1) ?? '';
  if (given.kind !== '' && given.kind !== kind) {
    const internal = `${group.split('.')[0] || 'core'}.${kind}`;
    const why = `converting (${short}.${given.kind}) to (${internal}): unknown conversion`;
    throw badRequest(`${given.kind} in version "${short}" cannot be handled as a ${kind}: ${why}`);
  }
  if (given.apiVersion === '' || given.apiVersion === wanted) return;
  const quoted = JSON.stringify(given.apiVersion);
  const why = `no kind "${kind}" is registered for version ${quoted} in scheme "pkg/runtime/scheme.go:111"`;
  throw badRequest(`${kind} in version "${short}" cannot be handled as a ${kind}: ${why}`);
}

/** Custom resources say what they are. */
function checkCustomKind(
  { served, version }: Pick<Target, 'served' | 'version'>,
  given: Named,
  text: string,
  draft: Draft,
): void {
  const { kind, group } = served.kind;
  if (given.kind === '') throw unrecognized(kind, `Object 'Kind' is missing in '${text}'`, text);
  const wanted = `${group}/${version.name}`;
  if (given.apiVersion !== wanted) {
    throw badRequest(
      `the API version in the data (${given.apiVersion}) does not match the expected API version (${wanted})`,
    );
  }
  const metadata = draft['metadata'] ?? {};
  if (typeof metadata !== 'object') {
    const why = `json: cannot unmarshal ${goWord(metadata)} into Go value of type v1.ObjectMeta`;
    throw badRequest(`${kind} in version "${version.name}" cannot be handled as a ${kind}: ${why}`);
  }
  if (given.kind === kind) return;
  const message = `Invalid value: ${JSON.stringify(given.kind)}: must be ${kind}`;
  const { name } = (draft['metadata'] ?? {}) as { readonly name?: string };
  throw invalid({ ...served.kind, kind: given.kind }, name ?? '', [
    { reason: 'FieldValueInvalid', field: 'kind', message },
  ]);
}

function unrecognized(kind: string, why: string, text: string): Error {
  const start = startOf(text);
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${start})`);
}

/** The beginning of a body; in hexadecimal digits, where it does not even begin like an object. */
function startOf(text: string): string {
  if (text === '') return '<empty>';
  const bytes = Buffer.from(text);
  const start = bytes.subarray(0, 30);
  return `${text.startsWith('{') ? start.toString() : start.toString('hex')}${bytes.length > 30 ? ' ...' : ''}`;
}

/** Counts brackets outside of strings. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isInString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > MOST_DEPTH) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}
