import { parse as parseYaml } from 'yaml';
import type { Served } from '../catalog.ts';
import type { Draft } from '../decoding.ts';
import { badRequest } from '../errors.ts';
import type { ApiRequest } from '../http.ts';
import { mediaParts } from './media.ts';
import type { Target } from './target.ts';
import { unsupportedBody } from './write-options.ts';

/** Deeper than this no object of Kubernetes is; what is would exhaust the stack. */
const MOST_DEPTH = 500;

/** Reads the body of a request as an object of this kind; throws BadRequest and UnsupportedMediaType. */
export function objectIn(request: ApiRequest, target: Pick<Target, 'served' | 'version'>): Draft {
  const [type] = mediaParts(request.headers['content-type'] ?? 'application/json');
  if (type !== 'application/json' && type !== 'application/yaml') throw unsupportedBody();
  const { kind } = target.served.kind;
  const value = type === 'application/yaml' ? yamlIn(request.body ?? '') : jsonIn(request.body ?? '', kind);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const word = Array.isArray(value) ? 'array' : typeof value;
    throw unrecognized(
      kind,
      `json: cannot unmarshal ${word} into Go value of type struct`,
      request.body ?? '',
    );
  }
  const draft = value as Draft;
  checkKind(target.served, target.version.name, draft);
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

function checkKind({ kind }: Served, version: string, draft: Draft): void {
  const wanted = kind.group === '' ? version : `${kind.group}/${version}`;
  const { apiVersion = '', kind: given = '' } = draft as { apiVersion?: unknown; kind?: unknown };
  const givenVersion = String(apiVersion);
  if (given !== '' && given !== kind.kind) {
    const named = `${String(given)} in version ${JSON.stringify(givenVersion.split('/').at(-1))}`;
    const why = `converting (${givenVersion.split('/').at(-1)}.${String(given)}) to (${kind.group.split('.')[0] || 'core'}.${kind.kind}): unknown conversion`;
    throw badRequest(`${named} cannot be handled as a ${kind.kind}: ${why}`);
  }
  if (givenVersion === '' || givenVersion === wanted) return;
  const why = `no kind "${kind.kind}" is registered for version ${JSON.stringify(givenVersion)} in scheme "pkg/runtime/scheme.go:111"`;
  const short = JSON.stringify(givenVersion.split('/').at(-1));
  throw badRequest(`${kind.kind} in version ${short} cannot be handled as a ${kind.kind}: ${why}`);
}

function unrecognized(kind: string, why: string, text: string): Error {
  const start = text.slice(0, 1024);
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${start})`);
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
