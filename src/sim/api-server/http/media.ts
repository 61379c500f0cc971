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

const OFFERED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** The first of the media types in an Accept header that is served here; throws NotAcceptable. */
export function wantedOf(accept: string | undefined): Wanted {
  const clauses = (accept ?? '').split(',').filter((clause) => clause.trim() !== '');
  if (clauses.length === 0) return { shape: 'object', format: 'json', parameters: {} };
  for (const clause of clauses) {
    const wanted = read(clause);
    if (wanted !== null) return wanted;
  }
  const message = `406: Not Acceptable\n\nAvailable representations: ${OFFERED}`;
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

function read(clause: string): Wanted | null {
  const [type, parameters] = mediaParts(clause);
  const format = formatOf(type);
  if (format === null || (parameters['stream'] ?? 'watch') !== 'watch') return null;
  const as = parameters['as'];
  if (as === undefined) return { shape: 'object', format, parameters };
  if (parameters['g'] !== 'meta.k8s.io' || parameters['v'] !== 'v1') return null;
  if (as === 'Table') return { shape: 'table', format, parameters };
  if (as.startsWith('PartialObjectMetadata')) return { shape: 'metadata', format, parameters };
  return null;
}

function formatOf(type: string): Wanted['format'] | null {
  if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'json';
  return type === 'application/yaml' ? 'yaml' : null;
}
