import type { ApiRequest } from './api-server/http.ts';
import type { Fate, LineFate, Weather } from './wire.ts';

/** What can go wrong with one write on its way to the API server. */
export const WRITE_FAULTS = [
  /** The controller dies before the write has left. */
  'crash-before',
  /** The controller dies as soon as the write has happened. */
  'crash-after',
  'conflict',
  'throttled',
  'error',
  /** The connection breaks; nothing was written. */
  'lost',
  /** A time-out; the write did happen. */
  'unheard',
  /** It arrives much later than it was sent. */
  'late',
] as const;

/** What can go wrong with one list, get or begin of a watch. */
export const READ_FAULTS = ['throttled', 'error', 'lost', 'unheard'] as const;

/** What can go wrong with one event of a watch. */
export const LINE_FAULTS = ['missed', 'twice', 'late', 'cut'] as const;

/** What goes wrong with the `nth` write, read or watch event of all controllers together, from 0. */
export type Fault =
  | {
      readonly at: 'write';
      readonly nth: number;
      readonly kind: (typeof WRITE_FAULTS)[number];
      readonly lateMs?: number;
    }
  | { readonly at: 'read'; readonly nth: number; readonly kind: (typeof READ_FAULTS)[number] }
  | {
      readonly at: 'line';
      readonly nth: number;
      readonly kind: (typeof LINE_FAULTS)[number];
      readonly lateMs?: number;
    };

/** A fault that has struck, and what it has struck: `patch rollouts/status`, `watch replicasets`. */
export interface Strike {
  readonly fault: Fault;
  readonly what: string;
}

/**
 * Weather by plan: counts what passes, and strikes where the plan says. Renewals of the Lease, Events and
 * bookmarks are neither counted nor struck, for they come at any time and would make plans read differently.
 * After `heal` everything arrives.
 */
export class PlannedWeather implements Weather {
  readonly #plan: ReadonlyMap<string, Fault>;
  readonly #counts = { write: 0, read: 0, line: 0 };
  readonly #onStrike: (strike: Strike) => void;
  #isFair = false;

  constructor(faults: readonly Fault[], onStrike: (strike: Strike) => void) {
    this.#plan = new Map(faults.map((fault) => [`${fault.at}/${fault.nth}`, fault]));
    this.#onStrike = onStrike;
  }

  /** How many writes have passed. */
  get writes(): number {
    return this.#counts.write;
  }

  heal(): void {
    this.#isFair = true;
  }

  request(request: ApiRequest): Fate {
    if (isBeside(request)) return { kind: 'well' };
    const at = request.method === 'GET' ? 'read' : 'write';
    const fault = this.#take(at, `${request.method.toLowerCase()} ${resourceOf(request)}`);
    if (fault === null || fault.at === 'line') return { kind: 'well' };
    switch (fault.kind) {
      case 'crash-before':
        return { kind: 'crash', isDone: false };
      case 'crash-after':
        return { kind: 'crash', isDone: true };
      case 'conflict':
        return refused(409, 'Conflict', 'the object has been modified; please apply your changes again');
      case 'throttled':
        return refused(429, 'TooManyRequests', 'the server has received too many requests');
      case 'error':
        return refused(500, 'InternalError', 'etcdserver: request timed out');
      case 'late':
        return { kind: 'well', lateMs: fault.at === 'write' ? (fault.lateMs ?? 5_000) : 0 };
      case 'lost':
      case 'unheard':
        return { kind: fault.kind };
      default:
        return fault satisfies never;
    }
  }

  line(request: ApiRequest, line: string): LineFate {
    if (isBeside(request) || line.startsWith('{"type":"BOOKMARK"')) return { kind: 'well' };
    const fault = this.#take('line', `watch ${resourceOf(request)}`);
    if (fault?.at !== 'line') return { kind: 'well' };
    return fault.kind === 'late' ? { kind: 'well', lateMs: fault.lateMs ?? 5_000 } : { kind: fault.kind };
  }

  #take(at: Fault['at'], what: string): Fault | null {
    const fault = this.#plan.get(`${at}/${this.#counts[at]++}`);
    if (fault === undefined || this.#isFair) return null;
    this.#onStrike({ fault, what });
    return fault;
  }
}

function isBeside({ path }: ApiRequest): boolean {
  return /\/(leases|events)(\/|\?|$)/.test(path);
}

/** The plural of the kind that a path is about, with the subresource: `rollouts/status`. */
function resourceOf({ path }: ApiRequest): string {
  const parts = path
    .replace(/\?.*$/, '')
    .split('/')
    .slice(path.startsWith('/apis/') ? 4 : 3);
  const [resource = path, , subresource] =
    parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(2) : parts;
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

function refused(code: number, reason: string, message: string): Fate {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, code, message };
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (code === 429) headers['retry-after'] = '1';
  return { kind: 'refused', answer: { status: code, headers, body: JSON.stringify(status) } };
}
