import type { Manifest } from '../../../src/api/meta.ts';
import { ApiError, type Change } from '../../../src/sim/api-server/api.ts';
import type { ApiAnswer } from '../../../src/sim/api-server/http.ts';
import { ApiServer } from '../../../src/sim/api-server/server.ts';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { Random } from '../../../src/sim/random.ts';

/** A server in virtual time, and who writes. */
export interface Bench {
  readonly api: ApiServer;
  readonly clock: VirtualClock;
  /** Lets that much time pass, milliseconds. */
  readonly pass: (ms: number) => Promise<void>;
  /** One request; the body is sent as JSON. */
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => ApiAnswer;
}

/** Who writes in tests. */
export const USER = { manager: 'user' } as const;

/** Starts a server. */
export function bench(mostChanges?: number): Bench {
  const clock = new VirtualClock(Date.parse('2026-11-21T08:00:00Z'));
  const random = new Random('bench');
  const api = new ApiServer({ clock, random, ...(mostChanges === undefined ? {} : { mostChanges }) });
  const ask: Bench['ask'] = (method, path, body, headers = {}) =>
    api.handle({
      method,
      path,
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    api,
    clock,
    pass: async (ms) => {
      await clock.run(clock.elapsed() + ms);
    },
    ask,
  };
}

/** The body of an answer that is no watch. */
export function parsed({ body }: ApiAnswer): unknown {
  return typeof body === 'string' ? JSON.parse(body) : null;
}

/** What a call throws: `409 Conflict`; `fine` where it does not. */
export function refusal(call: () => unknown): string {
  try {
    call();
    return 'fine';
  } catch (error) {
    if (error instanceof ApiError) return `${error.code} ${error.reason}`;
    throw error;
  }
}

/** A change in a few words: `+ pods/a`, `~ pods/a`, `- pods/a`. */
export function told({ kind, before, after }: Change): string {
  const sign = before === null ? '+' : after === null ? '-' : '~';
  return `${sign} ${kind.resource}/${(after ?? before)?.metadata.name}`;
}

/** The spec of a pod that any server takes. */
export const podSpec = { containers: [{ name: 'main', image: 'app:1' }] } as const;

/** A ReplicaSet that any server takes. */
export function replicaSet(name: string, replicas = 1): object {
  const labels = { app: name };
  return {
    metadata: { name, namespace: 'default' },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
  };
}

/** A reference to an owner. */
export function ownedBy(owner: Manifest, more: object = {}): object {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, ...more };
}
