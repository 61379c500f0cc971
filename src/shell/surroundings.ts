import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { HttpClient } from '../providers/http.ts';
import { createHttpClient } from '../providers/http-client.ts';
import { type Clock, systemClock } from './clock.ts';
import { Access, type ApiAccess } from './kube/access.ts';
import type { Settings } from './settings.ts';

/** All that a controller touches outside of its process, with time and chance. A simulation gives its own. */
export interface Surroundings {
  readonly clock: Clock;
  /** Chance, 0 up to but not including 1. */
  readonly rng: () => number;
  readonly access: ApiAccess;
  /** For metric providers and notifications. */
  readonly fetch: HttpClient;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Under which it stands for election; unlike any other controller's. */
  readonly identity: string;
  /** Cuts all connections. */
  close(): Promise<void>;
}

/** The real ones. Throws a Failure `invalid` or `unauthorized` where there is no way to the API server. */
export async function openSurroundings({ kubeconfig, context }: Settings): Promise<Surroundings> {
  const source = {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
  const access = await Access.open(source, systemClock);
  return {
    clock: systemClock,
    rng: Math.random,
    access,
    fetch: createHttpClient(process.env),
    env: process.env,
    identity: `${hostname()}_${randomUUID()}`,
    close: () => access.close(),
  };
}
