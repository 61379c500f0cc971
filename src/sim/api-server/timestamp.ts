import type { Timestamp } from '../../api/meta.ts';

/** A moment in milliseconds since the epoch, as Kubernetes writes it: whole seconds, UTC. */
export function timestamp(ms: number): Timestamp {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The same with microseconds, for Leases and Events. */
export function microTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}
