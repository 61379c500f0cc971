import type { ReplicaSet } from '../../../../src/api/workload.ts';
import type { Change, LocalApi } from '../../../../src/sim/api-server/api.ts';
import type { App, Script } from '../script.ts';
import type { Law } from './law.ts';

/** What a law sees of a simulated world, and how it tells. */
export interface Scene {
  readonly script: Script;
  readonly api: LocalApi;
  /** Milliseconds since the beginning. */
  now(): number;
  /** The wall clock, milliseconds since the epoch. */
  wall(): number;
  /** By how much a write may come late, milliseconds. */
  readonly latestMs: number;
  /** Whether what is written just now is written by a person. */
  isUser(): boolean;
  /** Whether a person has skipped something of the release under way. */
  isSkipped(app: App): boolean;
  /** Whether a person has promoted the release under way in full. */
  isFull(app: App): boolean;
  /** Whether a person has approved at a gate of the release under way. */
  isApproved(app: App): boolean;
  /** Pods of a ReplicaSet that are available, or were a moment ago and nobody has taken. */
  available(set: ReplicaSet): number;
  /** The smallest size that was asked for lately. */
  leastWanted(app: App): number;
  tell(law: Law, what: string): void;
}

/** Told of every change of an object of an application. */
export type Observer = (change: Change, app: App) => void;

/** How long a view may be old because of what goes wrong on the way. Milliseconds. */
export const STALE_MS = 45_000;
