import type { KubeObject } from '../cluster/bed/client.ts';
import type { Exchange } from './exchange.ts';
import type { Opened, Subject } from './subject.ts';

/** A line of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: KubeObject;
}

/** A watch of a case: its events are compared up to where it was last looked at. */
export interface Watching {
  /** Waits until there are so many events in all (10 s at most). */
  readonly has: (count: number) => Promise<readonly WatchEvent[]>;
  /** Waits until the server ends it (10 s at most). */
  readonly over: () => Promise<void>;
  readonly close: () => void;
}

interface Kept {
  readonly exchange: Exchange;
  readonly show: (event: KubeObject) => unknown;
}

const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/** Follows an opened watch, and keeps what it tells in its exchange. */
export function follow(subject: Subject, opened: Opened, { exchange, show }: Kept): Watching {
  const events = (): readonly WatchEvent[] =>
    opened.lines
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as WatchEvent)
      .filter((event) => !isReminder(event));
  const keep = (): void => {
    exchange.body = events().map((event) => show(event as unknown as KubeObject));
  };
  const wait = async (holds: () => boolean): Promise<void> => {
    const deadline = subject.now() + PATIENCE_MS;
    while (!holds() && subject.now() < deadline) await subject.pass(POLL_MS);
    keep();
  };
  return {
    has: async (count) => {
      await wait(() => events().length >= count || opened.isOver());
      return events();
    },
    over: async () => {
      await wait(() => opened.isOver());
      exchange.over = opened.isOver();
    },
    close: () => {
      keep();
      opened.cancel();
    },
  };
}

/** Bookmarks come about once a minute, whenever that is; only those that mark something are of interest. */
function isReminder({ type, object }: WatchEvent): boolean {
  return type === 'BOOKMARK' && object.metadata.annotations === undefined;
}
