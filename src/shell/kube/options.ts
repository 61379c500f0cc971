import type { KubeObject } from './object.ts';

/** What any call may say. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** What any write may say. */
export interface WriteOptions extends CallOptions {
  readonly fieldManager?: string;
  /** The server checks and answers, but stores nothing. */
  readonly dryRun?: boolean;
}

/**
 * A change to an object. `apply` is server-side apply and needs a fieldManager; `force` takes fields from
 * others.
 */
export interface Patch {
  readonly type: 'merge' | 'json' | 'strategic' | 'apply';
  readonly body: unknown;
  readonly force?: boolean;
}

/** How to delete. Without preconditions whatever has that name is deleted. */
export interface DeleteOptions extends CallOptions {
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
}

/** Which objects of a resource. */
export interface Selection {
  /** None: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** All objects of a list as of `resourceVersion`, from which a watch continues without a gap. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** A list's own wishes: objects per page, default 500. */
export interface ListOptions extends CallOptions {
  readonly limit?: number;
}

/** From where to watch, and how long. */
export interface WatchOptions {
  readonly resourceVersion: string;
  /** The server ends the watch after this long. */
  readonly timeoutSeconds: number;
  /** A connection without a byte for this long is taken for dead. Bookmarks come about once a minute. */
  readonly silenceMs: number;
  readonly signal?: AbortSignal;
}

/** One event of a watch. A bookmark's object carries a resourceVersion and nothing else. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}
