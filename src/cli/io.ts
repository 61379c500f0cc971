import type { Clock } from '../shell/clock.ts';
import type { RestClient } from '../shell/kube/rest.ts';
import type { ClusterFlags } from './flags.ts';

/** A stream to write to. */
export interface Sink {
  write(text: string): void;
  /** Whether a person looks at it. */
  readonly isTerminal: boolean;
  /** Size of the terminal at this moment; null where there is none. */
  size(): { readonly columns: number; readonly rows: number } | null;
}

/** All that a command touches besides its arguments. Tests give their own. */
export interface Io {
  readonly out: Sink;
  readonly err: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborts when the user has had enough (Ctrl-C) or nobody reads what we write. */
  readonly ended: AbortSignal;
  /** Everything that comes on standard input. */
  readStdin(): Promise<string>;
  /** Throws a Failure where there is no cluster to talk to. */
  connect(flags: ClusterFlags, use: ClusterUse): Promise<Cluster>;
}

/** What a cluster is opened for: a handful of calls, or a watch that goes on. */
export type ClusterUse = 'calls' | 'watch';

/** The calls that commands make; all in raw JSON. */
export type Api = Pick<RestClient, 'create' | 'delete' | 'get' | 'getPath' | 'list' | 'patch' | 'watch'>;

/** A cluster, and the namespace that the flags or the context chose. */
export interface Cluster {
  readonly api: Api;
  readonly namespace: string;
  readonly server: string;
  close(): Promise<void>;
}
