/** One finished request, as the API server's audit log tells it. */
export interface AuditedRequest {
  readonly verb: string;
  /** `rollouts`, `rollouts/status`, ...; `-` for what is no resource, such as discovery. */
  readonly resource: string;
  /** Empty for collections. */
  readonly name: string;
  /** HTTP status. */
  readonly code: number;
  /** When the API server received it, milliseconds since the epoch, with fractions. */
  readonly atMs: number;
  /** How long it took the API server. */
  readonly tookMs: number;
}

/** What a request belongs to: the work itself, what is told about it, the election, or following objects. */
export type Purpose = 'work' | 'events' | 'election' | 'watching';

/** Numbers of requests, by verb and resource, in alphabetical order. */
export type Tally = Readonly<Record<string, number>>;

interface AuditLine {
  readonly verb?: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp?: string;
  readonly stageTimestamp?: string;
}

/** Reads one line of the audit log; null where it holds no request, such as a torn last line. */
export function parseAuditLine(line: string): AuditedRequest | null {
  const event = parsed(line);
  if (event?.verb === undefined) return null;
  const { resource = '-', subresource, name = '' } = event.objectRef ?? {};
  const atMs = instantMs(event.requestReceivedTimestamp);
  return {
    verb: event.verb,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    name,
    code: event.responseStatus?.code ?? 0,
    atMs,
    tookMs: instantMs(event.stageTimestamp) - atMs,
  };
}

/** What a request is for. Lists count as watching: they begin a watch. */
export function purposeOf({ verb, resource }: AuditedRequest): Purpose {
  if (resource === 'events') return 'events';
  if (resource === 'leases') return 'election';
  return verb === 'watch' || verb === 'list' || resource === '-' ? 'watching' : 'work';
}

/** True of a request that is to change something, whether or not it did. */
export function isWrite({ verb }: AuditedRequest): boolean {
  return ['create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb);
}

/** Counts requests by verb and resource. Those that were refused (4xx and 5xx) are counted too. */
export function tally(requests: readonly AuditedRequest[]): Tally {
  const counts = new Map<string, number>();
  for (const { verb, resource } of requests) {
    const key = `${verb} ${resource}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Counts refused requests by status, verb and resource: `409 patch rollouts/status`. */
export function refusals(requests: readonly AuditedRequest[]): Tally {
  const refused = requests.filter(({ code }) => code >= 400);
  return tally(refused.map((request) => ({ ...request, verb: `${request.code} ${request.verb}` })));
}

function parsed(line: string): AuditLine | null {
  try {
    return JSON.parse(line) as AuditLine;
  } catch {
    return null;
  }
}

/** The audit log has microseconds, which `Date` cuts off. */
function instantMs(text = ''): number {
  const [, seconds = '', fraction = ''] = /^(.*?)(\.\d+)?Z$/.exec(text) ?? [];
  return Date.parse(`${seconds}Z`) + Number(fraction === '' ? 0 : fraction) * 1000;
}
