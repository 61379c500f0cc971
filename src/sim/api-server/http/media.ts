import { ApiError } from '../api.ts';

/** In which shape an answer is wanted. */
export type Shape = 'object' | 'table' | 'metadata';

/** What a client takes: a shape, and for tables how much of each object. */
export interface Wanted {
  readonly shape: Shape;
  readonly format: 'json' | 'yaml';
  /** Parameters of the media type, such as `as` and `v`. */
  readonly parameters: Readonly<Record<string, string>>;
}

const OFFERED =
  'application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, ' +
  'application/vnd.kubernetes.protobuf;stream=watch';
const OFFERED_OTHERS = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** What is asked for by an Accept header. */
export interface Asking {
  /** It is about all objects, not about one. */
  readonly isList: boolean;
  readonly isCustom: boolean;
}

/** The first of the media types in an Accept header that is served here; throws NotAcceptable. */
export function wantedOf(accept: string | undefined, asking: Asking): Wanted {
  const clauses = (accept ?? '').split(',').filter((clause) => clause.trim() !== '');
  if (clauses.length === 0) return { shape: 'object', format: 'json', parameters: {} };
  for (const clause of clauses) {
    const wanted = read(clause, asking);
    if (wanted !== null) return wanted;
  }
  if (asking.isCustom || (accept ?? '').includes('as=')) {
    const message = `only the following media types are accepted: ${OFFERED_OTHERS}`;
    throw new ApiError(406, 'NotAcceptable', message);
  }
  const offered = asking.isList ? OFFERED : OFFERED_OTHERS;
  const message = `406: Not Acceptable\n\nAvailable representations: ${offered}`;
  throw new ApiError(406, 'NotAcceptable', message, {});
}

/** Parts of a media type with their parameters: `application/json;as=Table;v=v1`. */
export function mediaParts(clause: string): readonly [type: string, parameters: Record<string, string>] {
  const [type = '', ...rest] = clause.split(';').map((part) => part.trim());
  const pairs = rest.map((part): [string, string] => {
    const at = part.indexOf('=');
    return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
  });
  return [type.toLowerCase(), Object.fromEntries(pairs)];
}

function read(clause: string, { isList }: Asking): Wanted | null {
  const [type, parameters] = mediaParts(clause);
  const format = formatOf(type);
  if (format === null || (parameters['stream'] ?? 'watch') !== 'watch') return null;
  const as = parameters['as'];
  if (as === undefined) return { shape: 'object', format, parameters };
  if (parameters['g'] !== 'meta.k8s.io' || parameters['v'] !== 'v1') return null;
  if (as === 'Table') return { shape: 'table', format, parameters };
  if (!as.startsWith('PartialObjectMetadata')) return null;
  if (isList === as.endsWith('List')) return { shape: 'metadata', format, parameters };
  const what = isList ? 'a list' : 'not a list';
  throw new ApiError(406, 'NotAcceptable', `you requested ${as}, but the requested object is ${what}`);
}

function formatOf(type: string): Wanted['format'] | null {
  if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'json';
  return type === 'application/yaml' ? 'yaml' : null;
}
