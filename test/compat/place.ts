import type { Clock } from '../../src/shell/clock.ts';
import type { Api } from '../cluster/bed/api.ts';
import type { Hub } from './hub.ts';

/** Where scenarios are played: a cluster with a controller in it, its time and its network. */
export interface Place {
  /** What the cluster lives by. Scenarios wait for nothing else. */
  readonly clock: Clock;
  readonly api: Api;
  readonly hub: Hub;
  /** Makes a namespace whose name begins with a prefix, in which pods can be created. */
  readonly namespace: (prefix: string) => Promise<string>;
  /** Puts a web server where the controller can reach it. */
  readonly host: (serve: Serve) => Promise<Host>;
}

/** A web server on the network of a place. */
export interface Host {
  /** Without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Answers a request at once. */
export type Serve = (asked: Asked) => Reply;

/** An HTTP request. */
export interface Asked {
  readonly method: string;
  /** Path and query string. */
  readonly path: string;
  /** Empty without one. */
  readonly body: string;
}

/** An HTTP reply. */
export interface Reply {
  readonly status: number;
  readonly type: 'text/plain' | 'application/json';
  readonly body: string;
}
