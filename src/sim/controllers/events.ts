import type { Manifest } from '../../api/meta.ts';
import { formatInstant } from '../../core/time.ts';
import { ApiError, type LocalApi } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { Stored } from './shelf.ts';

/** Something to tell people about an object. */
export interface Told {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** An object that an event may be about. */
export type Subject = Stored & Pick<Manifest, 'apiVersion' | 'kind'>;

/** Writes events about objects. */
export type Tell = (subject: Subject, told: Told) => void;

/** How many different events are remembered, so that the same one is counted and not written anew. */
const MOST_REMEMBERED = 4096;

/**
 * Writes events in the name of `component`. The same one again raises the count of the first. Events are best
 * effort: one that the API server refuses is lost.
 */
export function teller(api: LocalApi, clock: Clock, component: string): Tell {
  const seen = new Map<string, { readonly name: string; count: number }>();
  let serial = 0n;
  return (subject, told) => {
    const { name, namespace = 'default', uid = '' } = subject.metadata;
    const now = formatInstant(clock.now());
    const key = `${uid} ${told.type} ${told.reason} ${told.message}`;
    const before = seen.get(key);
    const writing = { manager: component };
    try {
      if (before !== undefined) {
        const patch = { count: before.count + 1, lastTimestamp: now };
        api.merge(kinds.events, { namespace, name: before.name }, patch, writing);
        before.count += 1;
        return;
      }
      const event = eventOf(subject, told, component, now);
      const metadata = {
        name: `${name}.${(BigInt(Math.floor(clock.now())) * 1_000_000n + serial++).toString(16)}`,
        namespace,
      };
      api.create(kinds.events, { ...event, metadata }, writing);
      if (seen.size >= MOST_REMEMBERED) seen.clear();
      seen.set(key, { name: metadata.name, count: 1 });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      seen.delete(key);
    }
  };
}

function eventOf(subject: Subject, told: Told, component: string, now: string) {
  const { name, namespace, uid, resourceVersion } = subject.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    involvedObject: {
      kind: subject.kind,
      ...(namespace === undefined ? {} : { namespace }),
      name,
      uid,
      apiVersion: subject.apiVersion,
      resourceVersion,
    },
    ...told,
    source: { component },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: '',
  };
}
