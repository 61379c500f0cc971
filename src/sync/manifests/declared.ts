import { createHash } from 'node:crypto';
import type { Manifest } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import { type Placed, parseText, type Source as Text } from '../../shell/manifests/text.ts';
import type { Problem } from './problem.ts';

/** Where a manifest stands. */
export interface Origin {
  readonly file: string;
  readonly line: number;
}

/** An object that the repository asks for. */
export interface Declared {
  /** `group/Kind/namespace/name`, with the namespace as it is written there: empty where it says none. */
  readonly key: string;
  /** Without what only the API server writes. */
  readonly manifest: Manifest;
  /** Digest of the manifest: comments, order of fields and spelling do not count. */
  readonly hash: string;
  readonly origin: Origin;
}

/** What a text holds. */
export interface Read {
  readonly objects: readonly Declared[];
  readonly problems: readonly Problem[];
}

/** Reads the manifests of a text. Never throws. */
export function readText(text: Text): Read {
  const { objects, flaws } = parseText(text);
  const problems = flaws
    .filter(({ severity }) => severity === 'error')
    .map(({ line, message }): Problem => ({ file: text.file, line, message: withoutQuotes(message) }));
  const read = objects.filter(({ value }) => value !== null && value !== undefined).map(readObject);
  return {
    objects: read.flatMap((one) => ('key' in one ? [one] : [])),
    problems: [...problems, ...read.flatMap((one) => ('message' in one ? [one] : []))],
  };
}

/** The parser quotes what it stumbles over, which may be a part of a Secret. */
function withoutQuotes(message: string): string {
  return message
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"')
    .replace(/^(Unresolved alias[^:]*|Block scalar header[^:]*):.*/s, '$1');
}

function readObject({ file, value, place }: Placed): Declared | Problem {
  const problem = (message: string, ...keys: readonly string[]): Problem => ({
    file,
    line: place(keys).line,
    message,
  });
  if (!isObject(value)) return problem('this is no Kubernetes object');
  const { apiVersion, kind, metadata } = value;
  if (apiVersion === undefined && kind === undefined)
    return problem('this is no Kubernetes object: it has neither apiVersion nor kind');
  if (!isWord(apiVersion) || !/^(?:[a-z0-9.-]+\/)?[a-z0-9]+$/.test(apiVersion))
    return problem('apiVersion: must be text such as apps/v1', 'apiVersion');
  if (!isWord(kind) || !/^[A-Za-z][A-Za-z0-9]*$/.test(kind))
    return problem('kind: must be a word such as Deployment', 'kind');
  const about = isObject(metadata) ? metadata : {};
  const { name, namespace } = about;
  if (name === undefined && isWord(about['generateName']))
    return problem('metadata.generateName: what is in Git needs a name of its own', 'metadata');
  if (name === undefined || name === '') return problem('metadata.name: Required value', 'metadata');
  if (!isWord(name)) return problem('metadata.name: must be text', 'metadata', 'name');
  if (namespace !== undefined && !isWord(namespace))
    return problem('metadata.namespace: must be text', 'metadata', 'namespace');
  for (const field of ['labels', 'annotations'])
    if (!isStringMap(about[field]))
      return problem(`metadata.${field}: all values must be text`, 'metadata', field);
  const manifest = declaredPart(value as unknown as Manifest);
  return {
    key: keyOf(manifest),
    manifest,
    hash: digestOf(manifest),
    origin: { file, line: place(['apiVersion']).line },
  };
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isStringMap(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return isObject(value) && Object.values(value).every((item) => typeof item === 'string');
}

const WRITTEN_BY_THE_SERVER = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
];

/** Manifests are sometimes what somebody read from a cluster. */
function declaredPart(whole: Manifest): Manifest {
  const manifest = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== 'status'));
  const fields = Object.entries(whole.metadata).filter(
    ([key, value]) => value !== null && !WRITTEN_BY_THE_SERVER.includes(key),
  );
  const metadata = Object.fromEntries(fields) as unknown as Manifest['metadata'];
  return { ...manifest, metadata } as unknown as Manifest;
}

/** `group/Kind/namespace/name` of an object; versions of an API are the same thing. */
export function keyOf({ apiVersion, kind, metadata }: Manifest): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${group}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** An object as people call it: `Deployment shop/web`. */
export function nameOf({ kind, metadata }: Pick<Manifest, 'kind' | 'metadata'>): string {
  const { namespace, name } = metadata;
  return `${kind} ${namespace === undefined || namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** Digest of a JSON value that does not depend on the order of fields: 20 hexadecimal digits. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 20);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(',')}}`;
}
